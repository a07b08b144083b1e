use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use super::Canonicalization;
use super::tags::{self, TagList, TagListError};
use crate::UnixTime;
use crate::crypto::SignatureAlgorithm;
use crate::dns::Name;

/// The name of the field that carries a signature.
pub const FIELD_NAME: &str = "DKIM-Signature";

/// A signature as its field says it (RFC 6376 section 3.5), not yet verified.
///
/// # Example: what a signature claims
///
/// ```
/// use mail_auth_spf_dkim::dkim::Signature;
///
/// let body = b" v=1; a=rsa-sha256; d=example.net; s=brisbane;\r\n\
///     h=from:to:subject; i=@eng.example.net; t=1117574938;\r\n\
///     bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=; b=dzdVyOfAKCdLXdJOc9G2";
/// let signature = Signature::parse(body).unwrap();
/// assert_eq!(signature.key_name().unwrap().as_str(), "brisbane._domainkey.example.net");
/// assert!(signature.signed_fields().eq(["from", "to", "subject"]));
/// assert_eq!(signature.body_length, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signature {
    /// `a=`.
    pub algorithm: SignatureAlgorithm,
    /// The first part of `c=`: how the header was canonicalised. Default: simple.
    pub header_canonicalization: Canonicalization,
    /// The second part of `c=`: how the body was canonicalised. Default: simple.
    pub body_canonicalization: Canonicalization,
    /// `d=`: the domain that takes responsibility (SDID).
    pub domain: Name,
    /// `s=`: which of the domain's keys it is.
    pub selector: Name,
    /// `i=`, decoded: on whose behalf the domain has signed (AUID). Default: nobody's in particular.
    pub identity: Option<Box<str>>,
    /// `l=`: how many octets of the canonical body are signed. `None` is all.
    pub body_length: Option<u64>,
    /// `t=`: when it was signed.
    pub timestamp: Option<UnixTime>,
    /// `x=`: from when on it is not valid any more.
    pub expiration: Option<UnixTime>,
    /// `bh=`: the hash of the body.
    pub body_hash: Box<[u8]>,
    /// `b=`: the signature itself.
    pub signature: Box<[u8]>,
    signed_fields: SignedFields,
    /// Where the value of `b=` stands in the field's body, white space around it included.
    signature_range: Range<usize>,
}

/// `h=`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SignedFields {
    list: Box<str>,
    /// How many of the names are From.
    from: usize,
}

/// Why a field is not a signature that can be verified. The fault is the signer's, or of whoever changed the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The field is no list of tags.
    #[error("malformed: {0}")]
    Syntax(#[from] TagListError),
    /// A tag that must be there is not.
    #[error("the tag {0}= is missing")]
    Missing(&'static str),
    /// A tag has a value that it cannot have.
    #[error("the value of {0}= is malformed")]
    Value(&'static str),
    /// `v=` is not 1.
    #[error("the version is unknown")]
    Version,
    /// `a=` is none of the known algorithms.
    #[error("the algorithm is unknown")]
    Algorithm,
    /// `c=` is none of the known canonicalizations.
    #[error("the canonicalization is unknown")]
    Canonicalization,
    /// `q=` has no method that is known.
    #[error("the way to ask for the key is unknown")]
    QueryMethod,
    /// The domain of `i=` is not `d=`, nor below it.
    #[error("the domain of i= is not within d=")]
    Identity,
    /// `h=` does not name From (section 5.4).
    #[error("From is not signed")]
    FromNotSigned,
    /// `x=` is not after `t=`.
    #[error("it expires before it was made")]
    Expiration,
}

/// The most fields that a signature may name.
const MOST_FIELDS: usize = 1000;

impl Signature {
    /// Reads what stands behind the colon of the field.
    ///
    /// # Errors
    /// [`SignatureError`] says why it cannot be verified.
    pub fn parse(body: &[u8]) -> Result<Self, SignatureError> {
        let tags = TagList::parse(body)?;
        tags.check_text(&["v"])?;
        match tags.get("v") {
            Some("1") => {}
            Some(_) => return Err(SignatureError::Version),
            None => return Err(SignatureError::Missing("v")),
        }
        let signature = Self::of_tags(&tags, Canonicalization::Simple)?;
        if signature.signed_fields.from == 0 {
            return Err(SignatureError::FromNotSigned);
        }
        signature.check_identity()?;
        Ok(signature)
    }

    /// What a signature has in common with that of a link of ARC, which has neither version nor AUID. Without `c=`,
    /// header and body are canonicalised by default.
    pub(crate) fn of_tags(tags: &TagList<'_>, default: Canonicalization) -> Result<Self, SignatureError> {
        tags.check_text(&["a", "b", "bh", "c", "d", "h", "i", "l", "q", "s", "t", "x"])?;
        let algorithm = tags.get("a").ok_or(SignatureError::Missing("a"))?;
        let algorithm = SignatureAlgorithm::parse(algorithm).ok_or(SignatureError::Algorithm)?;
        let signature = octets(tags, "b")?;
        let body_hash = octets(tags, "bh")?;
        let (header_canonicalization, body_canonicalization) = canonicalizations(tags, default)?;
        if let Some(methods) = tags.get("q")
            && !tags::parts(methods).any(|method| method.eq_ignore_ascii_case("dns/txt"))
        {
            return Err(SignatureError::QueryMethod);
        }
        let timestamp = time(tags, "t")?;
        let expiration = time(tags, "x")?;
        if let (Some(timestamp), Some(expiration)) = (timestamp, expiration)
            && expiration <= timestamp
        {
            return Err(SignatureError::Expiration);
        }
        let identity = match tags.get("i") {
            Some(identity) => {
                Some(tags::quoted_printable(identity).ok_or(SignatureError::Value("i"))?.into_boxed_str())
            }
            None => None,
        };
        Ok(Self {
            algorithm,
            header_canonicalization,
            body_canonicalization,
            domain: domain(tags, "d")?,
            selector: domain(tags, "s")?,
            identity,
            body_length: number(tags, "l", 76)?,
            timestamp,
            expiration,
            body_hash,
            signature,
            signed_fields: SignedFields::of_tags(tags)?,
            signature_range: tags.whole_value("b").ok_or(SignatureError::Missing("b"))?,
        })
    }

    /// The domain of `i=` must be that of `d=`, or below it.
    fn check_identity(&self) -> Result<(), SignatureError> {
        let Some(identity) = &self.identity else { return Ok(()) };
        let (_, domain) = identity.rsplit_once('@').ok_or(SignatureError::Value("i"))?;
        let domain = host(domain).ok_or(SignatureError::Value("i"))?;
        if domain.is_within(&self.domain) { Ok(()) } else { Err(SignatureError::Identity) }
    }

    /// Whether `i=` names a domain below `d=`, which a key can forbid (section 3.6.1, `t=s`).
    pub(crate) fn identity_is_below(&self) -> bool {
        let domain = self.identity.as_ref().and_then(|identity| host(identity.rsplit_once('@')?.1));
        domain.is_some_and(|domain| domain != self.domain)
    }

    /// `h=`: the names of the fields that are signed, as they are spelt, in order. A name that is there several times
    /// means several fields, counted from the bottom of the header.
    pub fn signed_fields(&self) -> impl Iterator<Item = &str> + Clone {
        tags::parts(&self.signed_fields.list)
    }

    /// How often `h=` names From.
    pub(crate) const fn signed_from(&self) -> usize {
        self.signed_fields.from
    }

    /// The name under which the key is published (section 3.6.2.1); `None` if it is longer than a name can be.
    pub fn key_name(&self) -> Option<Name> {
        key_name(&self.selector, &self.domain)
    }

    /// Where the value of `b=` stands in the body of the field.
    pub(crate) fn signature_range(&self) -> Range<usize> {
        self.signature_range.clone()
    }
}

/// The name of a key.
pub(crate) fn key_name(selector: &Name, domain: &Name) -> Option<Name> {
    Name::for_query(&[selector.as_str(), "._domainkey.", domain.as_str()].concat()).ok()
}

pub(crate) fn octets(tags: &TagList<'_>, name: &'static str) -> Result<Box<[u8]>, SignatureError> {
    let value = tags.base64(name).ok_or(SignatureError::Missing(name))?;
    value.filter(|octets| !octets.is_empty()).map(Vec::into_boxed_slice).ok_or(SignatureError::Value(name))
}

/// A domain, with the labels that are not ASCII turned into A-labels (RFC 8616 section 5).
fn host(text: &str) -> Option<Name> {
    if text.is_ascii() {
        return Name::parse(text).ok();
    }
    Name::from_unicode(text).ok().and_then(|name| Name::parse(name.as_str()).ok())
}

pub(crate) fn domain(tags: &TagList<'_>, name: &'static str) -> Result<Name, SignatureError> {
    let text = tags.get(name).ok_or(SignatureError::Missing(name))?;
    host(text).ok_or(SignatureError::Value(name))
}

fn canonicalizations(
    tags: &TagList<'_>,
    default: Canonicalization,
) -> Result<(Canonicalization, Canonicalization), SignatureError> {
    let Some(text) = tags.get("c") else { return Ok((default, default)) };
    let (header, body) = text.split_once('/').unwrap_or((text, "simple"));
    let known = |word| Canonicalization::parse(word).ok_or(SignatureError::Canonicalization);
    Ok((known(header)?, known(body)?))
}

/// A number. One that is too large for the type counts as the largest, as section 3.5 allows.
fn number(tags: &TagList<'_>, name: &'static str, digits: usize) -> Result<Option<u64>, SignatureError> {
    let Some(text) = tags.get(name) else { return Ok(None) };
    if text.is_empty() || text.len() > digits || !text.bytes().all(|octet| octet.is_ascii_digit()) {
        return Err(SignatureError::Value(name));
    }
    Ok(Some(text.parse().unwrap_or(u64::MAX)))
}

pub(crate) fn time(tags: &TagList<'_>, name: &'static str) -> Result<Option<UnixTime>, SignatureError> {
    Ok(number(tags, name, 76)?.map(UnixTime::new))
}

impl SignedFields {
    fn of_tags(tags: &TagList<'_>) -> Result<Self, SignatureError> {
        let list = tags.get("h").ok_or(SignatureError::Missing("h"))?;
        let (mut count, mut from) = (0, 0);
        for name in tags::parts(list) {
            count += 1;
            // An empty name means no field. There are such lists, and what they sign can be verified.
            if count > MOST_FIELDS || !name.bytes().all(|octet| octet.is_ascii_graphic()) {
                return Err(SignatureError::Value("h"));
            }
            from += usize::from(name.eq_ignore_ascii_case("From"));
        }
        Ok(Self { list: Box::from(list), from })
    }
}
