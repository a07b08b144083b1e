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

/// The most characters of a value, so that no line grows too long for RFC 5322; what is behind them is left out.
pub(crate) const LONGEST: usize = 300;

fn escaped(text: &str, special: &[char], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for character in text.chars().take(LONGEST) {
        match character {
            _ if special.contains(&character) => write!(f, "\\{character}")?,
            ' '..='~' => f.write_char(character)?,
            _ => f.write_char('?')?,
        }
    }
    Ok(())
}
