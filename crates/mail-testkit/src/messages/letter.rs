//! Random letters: anything that the builder takes, and what must be read in it.

use std::collections::BTreeMap;

use rfc5322_message::{
    build::{BuildError, MessageBuilder, Options, Part},
    encode::{Capabilities, flow},
    value::{self, AddrSpec, Address, DateTime, Mailbox, MessageId, Zone},
};

use super::{Group, Leaf, Reading};

/// A message that the builder made of random values, and those values: any Unicode in names, subjects, parameters and
/// texts, any octets in attachments, sizes from nothing to 300 kB, every kind of part, every capability.
///
/// ```
/// use mail_testkit::messages::Letter;
///
/// let letter = Letter::seeded(1);
/// assert_eq!(letter.message, Letter::seeded(1).message);
/// ```
#[derive(Debug, Clone)]
pub struct Letter {
    /// The message, as it is sent.
    pub message: Vec<u8>,
    /// What is to be found in it.
    pub reading: Reading,
}

impl Letter {
    /// The letter of that seed, always the same.
    ///
    /// # Panics
    /// The builder refuses it, which is an error of the one or the other.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut random = Random { state: seed };
        let mut capabilities = Capabilities::NONE;
        capabilities.smtp_utf8 = random.one_in(4);
        // A server with SMTPUTF8 has 8BITMIME too (RFC 6531 section 3.1).
        capabilities.eight_bit_mime = capabilities.smtp_utf8 || random.one_in(2);
        capabilities.binary_mime = random.one_in(2);
        Writer { random, capabilities }
            .letter(2)
            .unwrap_or_else(|problem| panic!("letter {seed} was not built: {problem}"))
    }
}

/// Numbers that look random (splitmix64).
struct Random {
    state: u64,
}

impl Random {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// Mostly small, now and then up to 300 kB.
    fn size(&mut self) -> usize {
        match self.below(16) {
            0 => 0,
            15 => self.below(300_001),
            13 | 14 => self.below(8_000),
            _ => self.below(300),
        }
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        core::array::from_fn(|_| self.next() as u8)
    }
}

/// What hurts in a header.
const PIECES: [&str; 28] = [
    "a",
    "Word",
    "Jørn",
    "語",
    "日本語",
    "😀",
    "é",
    "\u{301}",
    "\u{200b}",
    "\u{a0}",
    "\u{202e}",
    "\u{fffd}",
    "\"",
    "\\",
    "(c)",
    "<a@b>",
    ", ",
    ";",
    ":",
    "@",
    "=?utf-8?Q?a?=",
    "=?",
    "?=",
    "_",
    "=20",
    "%41",
    "'",
    ".",
];

/// And in a text.
const LINES: [&str; 12] = ["\r\n", "\n", "\r", " ", "\t", ".", "From ", "--", "=", "> ", "-- \r\n", "\0"];

struct Writer {
    random: Random,
    capabilities: Capabilities,
}

impl Writer {
    /// A letter that holds others `depth` levels deep.
    fn letter(&mut self, depth: usize) -> Result<Letter, BuildError> {
        let mut reading = Reading { subject: self.words(), ..Reading::default() };
        let date = self.date();
        let offset = match date.zone() {
            Zone::Offset(minutes) => Some(minutes),
            Zone::Unknown | Zone::Missing => None,
        };
        reading.date = Some((date.unix(), offset));
        let id = self.id();
        reading.message_id = id.as_str().to_owned();
        let (sender, pair) = self.mailbox();
        reading.sender.push(Group { name: None, mailboxes: vec![pair] });
        let mut message = MessageBuilder::new()
            .date(date)
            .from(self.addresses(&mut reading.from))
            .sender(sender)
            .to(self.addresses(&mut reading.to))
            .message_id(id)
            .subject(reading.subject.clone());
        if self.random.one_in(2) {
            message = message.cc(self.addresses(&mut reading.cc));
        }
        if self.random.one_in(4) {
            message = message.reply_to(self.addresses(&mut reading.reply_to));
        }
        if self.random.one_in(2) {
            let ids: Vec<_> = (0..=self.random.below(8)).map(|_| self.id()).collect();
            reading.references = ids.iter().map(|id| id.as_str().to_owned()).collect();
            message = message.references(ids);
        }
        message = if self.random.one_in(2) {
            message.body(self.tree(depth, true, &mut reading.leaves)?)
        } else {
            self.usual(message, depth, &mut reading.leaves)?
        };
        let options = Options::new(self.random.bytes()).with_capabilities(self.capabilities);
        let message = message.finish(&options)?.to_vec().map_err(|_| BuildError::Encoding)?;
        Ok(Letter { message, reading })
    }

    /// Text, HTML, what the HTML shows, and attachments.
    fn usual<'a>(
        &mut self,
        mut message: MessageBuilder<'a>,
        depth: usize,
        leaves: &mut Vec<Leaf>,
    ) -> Result<MessageBuilder<'a>, BuildError> {
        let (html, shown, attached) = (self.random.one_in(2), self.random.below(3), self.random.below(3));
        let alone = !html && shown + attached == 0;
        let text = self.text(alone);
        let flowed = self.random.one_in(3);
        leaves.push(text_leaf("text/plain", if flowed { flow(&text) } else { text.clone() }));
        if flowed {
            leaves[0].parameters.insert("format".into(), "flowed".into());
            message = message.flowed(&text);
        } else {
            message = message.text(text);
        }
        if html {
            let text = self.text(false);
            leaves.push(text_leaf("text/html", text.clone()));
            message = message.html(text);
        }
        for _ in 0..shown {
            let (part, leaf) = self.file();
            let id = self.id();
            leaves.push(Leaf { content_id: id.as_str().into(), ..leaf });
            message = message.inline(part.content_id(id));
        }
        for _ in 0..attached {
            message = message.attach(self.tree(depth.min(1), false, leaves)?);
        }
        Ok(message)
    }

    /// A part of any kind; one that is `alone` is the body of a message.
    fn tree(&mut self, depth: usize, alone: bool, leaves: &mut Vec<Leaf>) -> Result<Part<'static>, BuildError> {
        let deeper = depth.saturating_sub(1);
        let kinds = if depth > 0 { 9 } else { 5 };
        let part = match self.random.below(kinds) {
            0 | 1 => {
                let (part, leaf) = self.file();
                leaves.push(leaf);
                part
            }
            kind @ 2..5 => {
                let text = self.text(alone);
                let (part, leaf) = match kind {
                    2 => (Part::text(text.clone()), text_leaf("text/plain", text)),
                    3 => (Part::html(text.clone()), text_leaf("text/html", text)),
                    _ => (Part::text_of("text/calendar", text.clone()), text_leaf("text/calendar", text)),
                };
                let (name, value) = ("x-note", self.words());
                leaves.push(leaf);
                set(leaves, |leaf| _ = leaf.parameters.insert(name.into(), value.clone()));
                part.parameter(name, value)
            }
            5 | 6 => {
                let Letter { message, reading } = self.letter(deeper)?;
                leaves.extend(reading.leaves);
                return Ok(Part::message(message));
            }
            kind => {
                let parts = (0..=self.random.below(3))
                    .map(|_| self.tree(deeper, false, leaves))
                    .collect::<Result<Vec<_>, _>>()?;
                return Ok(if kind == 7 { Part::mixed(parts) } else { Part::alternative(parts) });
            }
        };
        let description = self.words();
        set(leaves, |leaf| leaf.description.clone_from(&description));
        Ok(if description.is_empty() { part } else { part.description(description) })
    }

    /// Octets with a type and a name.
    fn file(&mut self) -> (Part<'static>, Leaf) {
        let content_type =
            self.random.pick(&["application/octet-stream", "image/png", "application/x-any", "text/csv", "audio/ogg"]);
        let size = self.random.size();
        let body: Vec<u8> = match self.random.below(4) {
            0 => (0..size).map(|_| self.random.pick(&[b"\r", b"\n", b"=", b" ", b"a", b"-"])[0]).collect(),
            1 => (0..size).map(|_| b' ' + self.random.below(95) as u8).collect(),
            _ => (0..size).map(|_| self.random.next() as u8).collect(),
        };
        let file_name = self.words();
        let part = Part::bytes(content_type, body.clone()).filename(file_name.clone());
        (part, Leaf { content_type: content_type.into(), file_name, body, ..Leaf::default() })
    }

    /// Text of any characters. `alone` in its message, it ends in a line end, as the message does.
    fn text(&mut self, alone: bool) -> String {
        let size = self.random.size();
        let mut text = String::new();
        let plain = self.random.one_in(2);
        while text.len() < size {
            match self.random.below(8) {
                0 => text.push_str(self.random.pick(if plain { &LINES[..1] } else { &LINES })),
                1 if !plain => text.push(self.character()),
                2 if !plain => text.push_str(self.random.pick(&PIECES)),
                _ => text.extend((0..self.random.below(12)).map(|_| char::from(b' ' + self.random.below(95) as u8))),
            }
        }
        if alone && !text.is_empty() {
            text.push('\n');
        }
        text
    }

    /// A line of any characters that a value can hold.
    fn words(&mut self) -> String {
        let mut text = String::new();
        let most = if self.random.one_in(20) { 200 } else { 12 };
        for _ in 0..self.random.below(most) {
            match self.random.below(5) {
                0 => text.push_str(&" ".repeat(1 + self.random.below(2) * self.random.below(12))),
                1 => text.push_str(self.random.pick(&PIECES)),
                2 => text.push(self.character()),
                _ => text.extend((0..=self.random.below(9)).map(|_| char::from(b'a' + self.random.below(26) as u8))),
            }
        }
        let control = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        text.replace(control, "")
    }

    /// Any character, those of two bytes as likely as those of four.
    fn character(&mut self) -> char {
        let end = self.random.pick(&[&0x80, &0x800, &0x1_0000, &0x11_0000]);
        char::from_u32(self.random.below(*end) as u32).unwrap_or('\u{fffd}')
    }

    fn date(&mut self) -> DateTime {
        let zone = if self.random.one_in(8) {
            Zone::Unknown
        } else {
            Zone::Offset(i16::try_from(self.random.below(1681)).unwrap_or(0) - 840)
        };
        let unix = i64::try_from(self.random.below(34_000_000_000)).unwrap_or(0) - 2_000_000_000;
        DateTime::from_unix(unix, zone).unwrap_or_else(|_| panic!("no date: {unix} {zone:?}"))
    }

    fn id(&mut self) -> MessageId<'static> {
        let mut half = || {
            let most = if self.random.one_in(8) { 120 } else { 20 };
            (0..=self.random.below(most))
                .map(|_| char::from(*self.random.pick(&[&b'a', &b'7', &b'+', &b'=', &b'_'])))
                .collect::<String>()
        };
        let id = format!("{}.{}@{}.example", half(), half(), half());
        MessageId::new(id).unwrap_or_else(|problem| panic!("no identifier: {problem}"))
    }

    /// Mailboxes and groups, of which the first is not empty.
    fn addresses(&mut self, expected: &mut Vec<Group>) -> Vec<Address<'static>> {
        let mut addresses = Vec::new();
        for at in 0..=self.random.below(4) {
            if !self.random.one_in(5) {
                let (mailbox, pair) = self.mailbox();
                addresses.push(Address::Mailbox(mailbox));
                expected.push(Group { name: None, mailboxes: vec![pair] });
                continue;
            }
            let members = self.random.below(4).max(usize::from(at == 0));
            let (members, mailboxes) = (0..members).map(|_| self.mailbox()).unzip();
            let name = format!("Group {}", self.words());
            addresses.push(Address::Group(
                value::Group::new(name.clone(), members).unwrap_or_else(|problem| panic!("no group: {problem}")),
            ));
            expected.push(Group { name: Some(name), mailboxes });
        }
        addresses
    }

    fn mailbox(&mut self) -> (Mailbox<'static>, (String, String)) {
        let local = match self.random.below(16) {
            0 => self.words().chars().take(64).collect(),
            1 => self.random.pick(&["quoted local", "a@b", "", ".a", "a..b", "\"\\", " ", "(c)", "a,b", "<>"]).into(),
            _ => format!("jo.{}", self.random.below(1000)),
        };
        let local = if self.capabilities.smtp_utf8 { local } else { local.replace(|c: char| !c.is_ascii(), "") };
        let domain = match self.random.below(16) {
            0 => "[192.0.2.1]",
            1 => "[IPv6:2001:db8::1]",
            2 | 3 if self.capabilities.smtp_utf8 => "bücher.example",
            _ => "example.org",
        };
        let address = AddrSpec::new(local, domain).unwrap_or_else(|problem| panic!("no address: {problem}"));
        let name = if self.random.one_in(3) { String::new() } else { self.words() };
        let pair = (name.clone(), address.to_string());
        (Mailbox::named(name, address).unwrap_or_else(|problem| panic!("no mailbox: {problem}")), pair)
    }
}

/// Changes the leaf that came last.
fn set(leaves: &mut [Leaf], change: impl FnOnce(&mut Leaf)) {
    if let Some(leaf) = leaves.last_mut() {
        change(leaf);
    }
}

/// A text as it is sent: each LF with a CR before it.
fn text_leaf(content_type: &str, text: String) -> Leaf {
    Leaf {
        content_type: content_type.into(),
        parameters: BTreeMap::from([("charset".into(), "utf-8".into())]),
        body: text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes(),
        ..Leaf::default()
    }
}
