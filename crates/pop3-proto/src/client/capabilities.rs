use alloc::string::String;
use core::fmt;

use crate::{Capability, MechanismList};

/// What a server has said that it can, in one CAPA.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// The lines, each with an LF.
    lines: String,
}

/// What is known of a server's ability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Support {
    /// The server has announced it.
    Yes,
    /// The server has announced other things, but not this. There are servers that can and do not say so.
    No,
    /// The server has not been asked, or would not say, or what it said is out of date.
    Unknown,
}

impl Capabilities {
    /// How many octets of them are kept; what goes beyond is ignored.
    pub const MOST: usize = 8 * 1024;

    pub(super) const NONE: Self = Self { lines: String::new() };

    /// All of them, in the server's order.
    pub fn iter(&self) -> impl Iterator<Item = Capability<'_>> {
        self.lines.lines().filter_map(Capability::parse)
    }

    /// Whether one is among them, by its tag in any case: `TOP`, `X-GOOGLE-RICO`.
    pub fn contains(&self, tag: &str) -> bool {
        self.iter().any(|capability| capability.tag().eq_ignore_ascii_case(tag))
    }

    /// The mechanisms that SASL names.
    pub fn mechanisms(&self) -> Option<MechanismList<'_>> {
        self.iter().find_map(|capability| match capability {
            Capability::Sasl(mechanisms) => Some(mechanisms),
            _ => None,
        })
    }

    /// Notes a line; one that is no text announces nothing that anybody could use.
    pub(super) fn note(&mut self, line: &[u8]) {
        if let Ok(line) = str::from_utf8(line)
            && self.lines.len() + line.len() < Self::MOST
        {
            self.lines.push_str(line);
            self.lines.push('\n');
        }
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
