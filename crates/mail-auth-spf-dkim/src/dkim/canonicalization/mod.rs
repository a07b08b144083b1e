//! Canonical forms (RFC 6376 section 3.4): what of a message's header and body is hashed, so that what mail systems
//! commonly change on the way does not break a signature.
//!
//! Only CRLF ends a line. A CR or LF that stands alone is an octet like any other; it is counted, for readers differ
//! about it.
//!
//! # Example: a body in pieces
//!
//! ```
//! use mail_auth_spf_dkim::dkim::{BodyCanonicalizer, Canonicalization};
//!
//! let mut canonical = Vec::new();
//! let mut sink = |piece: &[u8]| canonical.extend_from_slice(piece);
//! let mut canonicalizer = BodyCanonicalizer::new(Canonicalization::Relaxed);
//! canonicalizer.update(b" C \r\nD \t", &mut sink);
//! canonicalizer.update(b" E\r\n\r", &mut sink);
//! canonicalizer.update(b"\n\r\n", &mut sink);
//! canonicalizer.finish(&mut sink);
//! assert_eq!(canonical, b" C\r\nD E\r\n");
//! ```

mod blanks;
mod blocks;
mod body;
mod field;
mod gathered;
mod lanes;
#[cfg(all(feature = "std", any(target_arch = "aarch64", target_arch = "x86_64")))]
mod vectors;

use core::fmt;

pub use body::{BodyCanonicalizer, BodyDefects};
pub use field::canonicalize_field;

/// How a header or a body is brought into canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Canonicalization {
    /// As it is, but for empty lines at the end of the body (sections 3.4.1 and 3.4.3).
    Simple,
    /// With runs of white space as one space, and none at the ends of lines (sections 3.4.2 and 3.4.4).
    Relaxed,
}

impl Canonicalization {
    /// The word for it, as in `c=`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Relaxed => "relaxed",
        }
    }

    /// The form that a word of `c=` names. Case counts (section 3.2).
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Simple, Self::Relaxed].into_iter().find(|form| form.as_str() == word)
    }
}

impl fmt::Display for Canonicalization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
