//! BIMI: the picture that a domain wants shown beside its mail (draft-brand-indicators-for-message-identification).
//!
//! Only the record is read here. A picture may be shown only if DMARC gave a pass under a policy of quarantine or
//! reject; fetching it, and the certificate behind it, is for the program to do.
//!
//! # Example: a record
//!
//! ```
//! use mail_auth_spf_dkim::bimi::Record;
//! use mail_auth_spf_dkim::dns::Name;
//!
//! let domain = Name::parse("example.com").unwrap();
//! assert_eq!(Record::name(&domain, "default").unwrap().as_str(), "default._bimi.example.com");
//!
//! let record = Record::parse(b"v=BIMI1; l=https://example.com/logo.svg; a=https://example.com/vmc.pem").unwrap();
//! assert_eq!(record.location(), Some("https://example.com/logo.svg"));
//! assert!(Record::parse(b"v=BIMI1; l=; a=;").unwrap().is_declined());
//! ```

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::string::String;
use core::fmt;

use crate::dns::{InvalidName, Name, Records};
use crate::{https_uri, tag_list};

/// The TXT record at `SELECTOR._bimi.DOMAIN`.
///
/// Its default says that the domain wants no picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    location: Option<String>,
    authority: Option<String>,
    /// `avp`: the domain would rather have the receiver's own picture of it (`personal`) than its brand.
    pub prefers_personal: bool,
}

/// A text is no location that a record could name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an https URI that a record could hold")]
pub struct InvalidLocation;

/// The longest location, in octets: what RFC 9110 section 4.1 wants supported, and a record that can be read holds two.
const LONGEST_LOCATION: usize = 8000;

impl Record {
    /// A record with a picture, and the evidence for it.
    ///
    /// # Errors
    /// [`InvalidLocation`] if one is not an `https` URI with a host, has more than 8000 octets, or a character that must be
    /// percent-encoded there.
    pub fn new(location: Option<&str>, authority: Option<&str>) -> Result<Self, InvalidLocation> {
        let checked = |uri: Option<&str>| match uri {
            Some(uri) if is_location(uri) => Ok(Some(uri.to_owned())),
            Some(_) => Err(InvalidLocation),
            None => Ok(None),
        };
        Ok(Self { location: checked(location)?, authority: checked(authority)?, prefers_personal: false })
    }

    /// `l`: where the picture is; an `https` URI.
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// `a`: where the evidence for it is; an `https` URI.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The name at which the record of `domain` is, for the selector that the message names, or `default`.
    ///
    /// # Errors
    /// [`InvalidName`] if the selector is not made of labels, or the name would be too long.
    pub fn name(domain: &Name, selector: &str) -> Result<Name, InvalidName> {
        domain.prefixed("_bimi")?.prefixed(Name::parse(selector)?.as_str())
    }

    /// Reads a record; `None` if it is none, or malformed: without `l`, with a location that is not an `https` URI, or
    /// with a tag that is there twice (RFC 6376 section 3.2, whose syntax the draft takes).
    pub fn parse(text: &[u8]) -> Option<Self> {
        let (mut location, mut authority, mut prefers_personal) = (None, None, false);
        let mut seen = BTreeSet::from(["v"]);
        for (name, value) in tag_list::of(text, "v", "BIMI1")? {
            if !seen.insert(name) {
                return None;
            }
            let uri = (!value.is_empty()).then_some(value);
            match name {
                "l" => location = uri,
                "a" => authority = uri,
                "avp" => prefers_personal = value == "personal",
                _ => {}
            }
        }
        if !seen.contains("l") {
            return None;
        }
        let record = Self::new(location, authority).ok()?;
        Some(Self { prefers_personal, ..record })
    }

    /// Finds the one record among TXT records. Several count as none.
    pub fn select(records: &Records) -> Option<Self> {
        let mut found = records.texts().filter(|text| tag_list::of(text, "v", "BIMI1").is_some());
        let record = found.next()?;
        if found.next().is_some() { None } else { Self::parse(record) }
    }

    /// Whether the domain says that it wants no picture: both locations are empty.
    pub const fn is_declined(&self) -> bool {
        self.location.is_none() && self.authority.is_none()
    }
}

fn is_location(uri: &str) -> bool {
    let excluded = |octet| matches!(octet, b',' | b';' | b'"' | b'<' | b'>');
    https_uri::has_host(uri)
        && uri.len() <= LONGEST_LOCATION
        && uri.bytes().all(|octet| octet.is_ascii_graphic() && !excluded(octet))
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v=BIMI1; l={};", self.location.as_deref().unwrap_or_default())?;
        write!(f, " a={};", self.authority.as_deref().unwrap_or_default())?;
        if self.prefers_personal { f.write_str(" avp=personal;") } else { Ok(()) }
    }
}
