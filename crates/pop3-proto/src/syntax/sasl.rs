//! SASL as POP3 carries it (RFC 5034): names of mechanisms, and base64. What a mechanism says is not our concern.

use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_wire::{OutputQueue, Secret};
use zeroize::Zeroizing;

/// The name of a SASL mechanism (RFC 4422, section 3.1): 1 to 20 letters, digits, hyphens and underscores. Names are
/// equal whatever their case.
///
/// ```
/// use pop3_proto::Mechanism;
///
/// assert_eq!(Mechanism::new("plain"), Mechanism::new("PLAIN"));
/// assert!(Mechanism::new("PLAIN\r\n").is_err());
/// ```
#[derive(Clone, Copy)]
pub struct Mechanism<'a>(&'a str);

/// This is no name of a mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mechanism's name is 1 to 20 letters, digits, hyphens and underscores")]
pub struct InvalidMechanism;

impl<'a> Mechanism<'a> {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// [`InvalidMechanism`] if it is none.
    pub const fn new(name: &'a str) -> Result<Self, InvalidMechanism> {
        let octets = name.as_bytes();
        if octets.is_empty() || octets.len() > 20 {
            return Err(InvalidMechanism);
        }
        let mut rest = octets;
        while let Some((octet, after)) = rest.split_first() {
            if !octet.is_ascii_alphanumeric() && *octet != b'-' && *octet != b'_' {
                return Err(InvalidMechanism);
            }
            rest = after;
        }
        Ok(Self(name))
    }

    pub(super) fn parse(name: &'a [u8]) -> Option<Self> {
        str::from_utf8(name).ok().and_then(|name| Self::new(name).ok())
    }

    /// The name.
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

impl PartialEq for Mechanism<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for Mechanism<'_> {}

impl fmt::Display for Mechanism<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Mechanism<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The initial response of an AUTH command, as it stands in the line: base64, or `=` for one that is empty
/// (RFC 5034, section 4). `Debug` does not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InitialResponse<'a>(Secret<'a>);

impl<'a> InitialResponse<'a> {
    pub(super) fn parse(text: &'a [u8]) -> Option<Self> {
        let is_base64 = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=');
        (!text.is_empty() && text.iter().all(is_base64)).then(|| Self(Secret::new(text)))
    }

    /// The text, still encoded.
    pub const fn encoded(self) -> Secret<'a> {
        self.0
    }

    /// The response itself, zeroed when dropped. `None` if the text is not base64.
    pub fn decode(self) -> Option<Zeroizing<Vec<u8>>> {
        if self.0.expose() == b"=" {
            return Some(Zeroizing::default());
        }
        let mut response = Zeroizing::default();
        decode_base64(self.0.expose(), &mut response).then_some(response)
    }
}

/// Decodes into `octets`, which never reallocates on the way, so that no copy of a secret is left behind. False if
/// `text` is not base64.
pub(crate) fn decode_base64(text: &[u8], octets: &mut Zeroizing<Vec<u8>>) -> bool {
    octets.clear();
    // A fresh allocation rather than one that grows: growing would move the old content.
    **octets = Vec::with_capacity(base64::decoded_len_estimate(text.len()));
    STANDARD.decode_vec(text, octets).is_ok()
}

/// Appends `octets` in base64.
pub(crate) fn encode_base64(octets: &[u8], wire: &mut OutputQueue) {
    let mut piece = Zeroizing::new([0; 1024]);
    // Whole groups of three, so that only the last piece is padded.
    for chunk in octets.chunks(720) {
        if let Ok(length) = STANDARD.encode_slice(chunk, &mut *piece) {
            wire.push_secret(&piece[..length]);
        }
    }
}
