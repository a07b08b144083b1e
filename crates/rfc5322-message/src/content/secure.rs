//! Signed and encrypted parts: which octets are signed, and by what (RFC 1847, RFC 3156, RFC 8551). Nothing is verified or
//! decrypted here.

use alloc::borrow::Cow;

use crate::{ContentType, Part};

/// Who secures a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Security {
    /// S/MIME (RFC 8551).
    Smime,
    /// PGP/MIME (RFC 3156).
    Pgp,
    /// Another protocol of RFC 1847.
    Other,
}

/// A part that is signed, encrypted, or both.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Secured<'m> {
    /// multipart/signed: the content can be read by all.
    Signed {
        /// By what.
        security: Security,
        /// The hash, as `micalg` names it: `sha-256`, `pgp-sha256`.
        hash: Option<Cow<'m, str>>,
        /// The octets that are signed: the first part with its header, as they are in the message. Line ends must be CRLF for
        /// the signature, and the one before the boundary is not in it (RFC 1847 section 2.1).
        signed: &'m [u8],
        /// The part with the signature.
        signature: Part<'m>,
    },
    /// multipart/encrypted: the second part is the content.
    Encrypted {
        /// By what.
        security: Security,
        /// The part that says how.
        control: Part<'m>,
        /// The part that is encrypted.
        content: Part<'m>,
    },
    /// application/pkcs7-mime: one part that has everything in it (RFC 8551 section 3.2).
    Pkcs7 {
        /// What is in it, as `smime-type` says: `enveloped-data`, `signed-data`, `certs-only`, `compressed-data`,
        /// `authEnveloped-data`.
        kind: Option<Cow<'m, str>>,
        /// The part.
        content: Part<'m>,
    },
}

impl<'m> Secured<'m> {
    /// Reads a part; `None` if it is of another type, or lacks one of its two parts.
    #[must_use]
    pub fn of(part: &Part<'m>) -> Option<Self> {
        let content_type = part.content_type();
        if ["pkcs7-mime", "x-pkcs7-mime"].iter().any(|sub| content_type.is("application", sub)) {
            return Some(Self::Pkcs7 { kind: content_type.parameter("smime-type"), content: *part });
        }
        let security = security(&content_type);
        let mut children = part.children();
        if content_type.is("multipart", "signed") {
            let (content, signature) = (children.next()?, children.next()?);
            let hash = content_type.parameter("micalg");
            return Some(Self::Signed { security, hash, signed: content.raw(), signature });
        }
        if content_type.is("multipart", "encrypted") {
            let (control, content) = (children.next()?, children.next()?);
            return Some(Self::Encrypted { security, control, content });
        }
        None
    }
}

/// By the parameter `protocol`.
fn security(content_type: &ContentType<'_>) -> Security {
    let Some(protocol) = content_type.parameter("protocol") else { return Security::Other };
    let is = |word: &str| protocol.trim().eq_ignore_ascii_case(word);
    if is("application/pkcs7-signature") || is("application/x-pkcs7-signature") {
        Security::Smime
    } else if is("application/pgp-signature") || is("application/pgp-encrypted") {
        Security::Pgp
    } else {
        Security::Other
    }
}
