//! Text from others in the fields that are written: nothing breaks out of a quoted string or a comment, and no line grows
//! too long.

use core::fmt::{self, Write};

/// A quoted string. What it cannot hold becomes `?`.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        escaped(self.0, &['"', '\\'], f)?;
        f.write_char('"')
    }
}

/// The inside of a comment. What it cannot hold becomes `?`.
pub(crate) struct Comment<'a>(pub(crate) &'a str);

impl fmt::Display for Comment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escaped(self.0, &['(', ')', '\\'], f)
    }
}

/// The most characters of a value, so that no line grows too long for RFC 5322. Of a longer one the end is left out, with `?`
/// in its place, so that half an address is no other address.
pub(crate) const LONGEST: usize = 300;

/// Whether nothing of the value would be left out.
pub(crate) fn fits(value: &str) -> bool {
    value.chars().nth(LONGEST).is_none()
}

fn escaped(text: &str, special: &[char], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (most, end) = if fits(text) { (LONGEST, "") } else { (LONGEST - 1, "?") };
    for character in text.chars().take(most).chain(end.chars()) {
        match character {
            _ if special.contains(&character) => write!(f, "\\{character}")?,
            ' '..='~' => f.write_char(character)?,
            _ => f.write_char('?')?,
        }
    }
    Ok(())
}
