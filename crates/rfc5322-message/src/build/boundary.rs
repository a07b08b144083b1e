//! Boundaries that are proven absent from what they bound (RFC 2046 section 5.1.1).

use alloc::{collections::BTreeSet, format, string::String};

use memchr::memmem;

/// What every boundary begins with. Quoted-printable never has `=_` in it and base64 has neither character, so only
/// content that stays as it is has to be looked through.
const MARK: &str = "=_";

/// Makes boundaries `=_NUMBER_RANDOM`. Since RANDOM ends them and is always as long, none begins another.
#[derive(Debug)]
pub(super) struct Boundaries {
    random: String,
    taken: BTreeSet<u32>,
    next: u32,
}

impl Boundaries {
    pub(super) fn new(randomness: &[u8; 16]) -> Self {
        Self { random: random_text(randomness), taken: BTreeSet::new(), next: 0 }
    }

    /// Notes which boundaries stand in `body`. Once through each body is enough, however many it has.
    pub(super) fn avoid(&mut self, body: &[u8]) {
        for at in memmem::find_iter(body, MARK) {
            let rest = body.get(at + MARK.len()..).unwrap_or_default();
            let digits = rest.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
            let number = rest.get(..digits).and_then(|digits| core::str::from_utf8(digits).ok()?.parse().ok());
            let random = rest.get(digits..).and_then(|rest| rest.strip_prefix(b"_"));
            if let (Some(number), Some(random)) = (number, random)
                && random.starts_with(self.random.as_bytes())
            {
                self.taken.insert(number);
            }
        }
    }

    /// The next boundary that nothing noted so far has in it.
    pub(super) fn next(&mut self) -> String {
        while self.taken.contains(&self.next) {
            self.next += 1;
        }
        let boundary = format!("{MARK}{}_{}", self.next, self.random);
        self.next += 1;
        boundary
    }
}

/// Random bytes as text that may stand in a boundary and in an identifier.
pub(super) fn random_text(randomness: &[u8; 16]) -> String {
    format!("{:032x}", u128::from_be_bytes(*randomness))
}
