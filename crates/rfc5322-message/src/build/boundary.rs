//! Boundaries that are proven absent from what they bound (RFC 2046 section 5.1.1).

use alloc::collections::BTreeSet;

use memchr::memmem;

/// What every boundary begins with. Quoted-printable never has `=_` in it and base64 has neither character, so only
/// content that stays as it is has to be looked through.
const MARK: &[u8; 2] = b"=_";

/// The digits of the largest number.
const DIGITS: usize = 10;

/// A boundary `=_NUMBER_RANDOM`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boundary {
    text: [u8; MARK.len() + DIGITS + 1 + 32],
    /// Where it begins: digits are written from the end.
    start: usize,
}

impl Boundary {
    fn new(number: u32, random: &[u8; 32]) -> Self {
        let mut text = [b'_'; MARK.len() + DIGITS + 1 + 32];
        if let Some(end) = text.last_chunk_mut() {
            *end = *random;
        }
        let mut start = MARK.len() + DIGITS;
        let mut put = |byte| {
            start -= 1;
            text[start] = byte;
        };
        let mut left = number;
        loop {
            put(b'0' + (left % 10) as u8);
            left /= 10;
            if left == 0 {
                break;
            }
        }
        let [equals, underscore] = *MARK;
        put(underscore);
        put(equals);
        Self { text, start }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.get(self.start..).unwrap_or_default()
    }
}

/// Makes boundaries. Since what is random ends them and is always as long, none begins another.
#[derive(Debug)]
pub(super) struct Boundaries {
    random: [u8; 32],
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
            let digits = rest.iter().take(DIGITS).take_while(|byte| byte.is_ascii_digit()).count();
            let number = rest.get(..digits).and_then(|digits| core::str::from_utf8(digits).ok()?.parse().ok());
            let random = rest.get(digits..).and_then(|rest| rest.strip_prefix(b"_"));
            if let (Some(number), Some(random)) = (number, random)
                && random.starts_with(&self.random)
            {
                self.taken.insert(number);
            }
        }
    }

    /// The next boundary that nothing noted so far has in it.
    pub(super) fn next(&mut self) -> Boundary {
        while self.taken.contains(&self.next) {
            self.next += 1;
        }
        let boundary = Boundary::new(self.next, &self.random);
        self.next += 1;
        boundary
    }
}

/// Random bytes as text that may stand in a boundary and in an identifier.
pub(super) fn random_text(randomness: &[u8; 16]) -> [u8; 32] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 32];
    for (digits, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(randomness) {
        *digits = [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    }
    text
}
