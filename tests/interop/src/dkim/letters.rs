/// A generator of letters that are odd in the ways that break signatures: seeded, so that a case comes back.
#[derive(Debug)]
pub struct Letters {
    state: u64,
}

impl Letters {
    /// The letters of a seed.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number (splitmix64).
    fn number(&mut self, below: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap_or(0)
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.number(choices.len())]
    }

    /// A letter with CRLF line ends, from Ann at `domain`.
    pub fn letter(&mut self, domain: &str) -> Vec<u8> {
        let mut text = self.header(domain);
        for _ in 0..self.number(12) {
            text += self.pick(&[
                "Hello!",
                ".",
                "..",
                " leading",
                "trailing \t",
                "two  spaces\tand a tab",
                "",
                "",
                "   ",
                "\u{e4}\u{20ac}\u{1f980}",
                "From here",
                "=20=",
                "a very long line, again and again, again and again, again and again, again and again",
            ]);
            text += "\r\n";
        }
        text += self.pick(&["", "", "\r\n", "\r\n\r\n\r\n", " \r\n", "no line end", "a space \t"]);
        text.into_bytes()
    }

    /// A letter whose body is empty, or comes to nothing in one form or both.
    pub fn empty_letter(&mut self, domain: &str) -> Vec<u8> {
        let text = self.header(domain) + self.pick(&["", "\r\n", "\r\n\r\n", " \t\r\n\r\n"]);
        text.into_bytes()
    }

    /// The header, and the empty line behind it.
    fn header(&mut self, domain: &str) -> String {
        let mut text = String::new();
        for _ in 0..self.number(3) {
            text += self.pick(&[
                "Received: from a by b; Mon, 23 Nov 2026 12:00:00 +0000\r\n",
                "X-Trace:\tone\r\n",
                "List-Id: <list.example>\r\n",
            ]);
        }
        let from = self.pick(&["From", "from", "FROM", "FrOm"]);
        let between = self.pick(&[" ", "  ", "\t", ""]);
        text += &format!("{from}:{between}Ann <ann@{domain}>\r\n");
        text += "To: Bob <bob@example.com>,\r\n\tCarol <carol@example.com>\r\n";
        text += self.pick(&[
            "Subject: Dinner\r\n",
            "Subject:   a  b \t c  \r\n",
            "Subject: folded\r\n   twice\r\n\tand on\r\n",
        ]);
        text += "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n";
        text += self.pick(&["", "Cc: dave@example.com\r\nCc: erin@example.com\r\n", "Reply-To: ann@example.org\r\n"]);
        text += self.pick(&["", "MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n  charset=\"utf-8\"\r\n"]);
        text += "\r\n";
        text
    }
}
