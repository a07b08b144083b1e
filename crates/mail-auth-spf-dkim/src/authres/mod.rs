//! `Authentication-Results`: what a host has found out about a message, told to those behind it (RFC 8601).
//!
//! [`AuthenticationResults`] is such a field, read or made. Before a host adds its own, it must cut those that claim to
//! be its own: [`forged`] finds them.
//!
//! # Example: a field made, and forged ones cut
//!
//! ```
//! use mail_auth_spf_dkim::authres::{AuthenticationResults, MethodResult, forged, without};
//!
//! let mut results = AuthenticationResults::new("mx.example.org").unwrap();
//! results.push(
//!     MethodResult::new("spf", "pass").unwrap().with_property("smtp", "mailfrom", "ann@example.com").unwrap(),
//! );
//! assert_eq!(
//!     results.to_string(),
//!     "Authentication-Results: mx.example.org;\r\n\tspf=pass smtp.mailfrom=ann@example.com\r\n",
//! );
//!
//! let message = b"Authentication-Results: MX.example.org; dkim=pass\r\nSubject: x\r\n\r\n";
//! let ranges = forged(message, "mx.example.org");
//! assert_eq!(without(message, &ranges).collect::<Vec<_>>().concat(), b"Subject: x\r\n\r\n");
//! ```

mod emit;
mod forged;
mod parse;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::dns::Name;
use crate::quoting::LONGEST;
pub use forged::{forged, forged_or_mbox_line, without};
pub use parse::ParseError;
#[cfg(feature = "arc")]
pub(crate) use parse::split_instance;

/// The name of the field.
pub const FIELD_NAME: &str = "Authentication-Results";

/// An `Authentication-Results` field.
///
/// It displays as the whole field, folded, with its final CRLF. Values of any kind can be put in: what a token cannot
/// hold is quoted, and what a header cannot hold becomes `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticationResults {
    authserv_id: String,
    version: Option<u32>,
    results: Vec<MethodResult>,
}

/// What one method has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodResult {
    method: String,
    version: Option<u32>,
    result: String,
    reason: Option<String>,
    comment: Option<String>,
    properties: Vec<Property>,
}

/// What a method has looked at: `smtp.mailfrom=ann@example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    kind: String,
    name: String,
    value: String,
}

/// A word is no keyword: one or more letters, digits and hyphens that do not end in a hyphen (RFC 5321's `Keyword`, with
/// underscores as the registry has them).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a keyword")]
pub struct InvalidKeyword;

/// The authserv-id cannot be written as it is: it is empty, has more than 300 characters, or is neither a domain nor
/// printable ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the authserv-id is empty, longer than 300 characters, or neither a domain nor printable ASCII")]
pub struct InvalidServerId;

impl AuthenticationResults {
    /// A field without results yet, by the host that is known as `authserv_id`. A domain is written with A-labels.
    ///
    /// # Errors
    /// [`InvalidServerId`] if it cannot be written so that [`forged`] finds it again.
    pub fn new(authserv_id: &str) -> Result<Self, InvalidServerId> {
        let authserv_id = with_a_labels(authserv_id.trim().to_owned());
        let fits = (1..=LONGEST).contains(&authserv_id.len());
        if !fits || !authserv_id.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
            return Err(InvalidServerId);
        }
        Ok(Self { authserv_id, version: None, results: Vec::new() })
    }

    /// Adds a result.
    pub fn push(&mut self, result: MethodResult) {
        self.results.push(result);
    }

    /// Who says so: with A-labels if it is a domain.
    pub fn authserv_id(&self) -> &str {
        &self.authserv_id
    }

    /// The version of the format, if it is stated. The only one there is is 1.
    pub const fn version(&self) -> Option<u32> {
        self.version
    }

    /// The results; none if no method was tried.
    pub fn results(&self) -> &[MethodResult] {
        &self.results
    }

    /// Whether the field claims to be of the host that is known as `authserv_id`: compared without case, and by A-labels.
    pub fn is_by(&self, authserv_id: &str) -> bool {
        same_server(&self.authserv_id, authserv_id)
    }
}

impl MethodResult {
    /// A result in the words of the registries of RFC 8601.
    ///
    /// # Errors
    /// [`InvalidKeyword`] if one of the two is not a keyword.
    pub fn new(method: &str, result: &str) -> Result<Self, InvalidKeyword> {
        Ok(Self {
            method: keyword(method)?,
            version: None,
            result: keyword(result)?,
            reason: None,
            comment: None,
            properties: Vec::new(),
        })
    }

    /// With a reason for the result.
    #[must_use]
    pub fn with_reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    /// With a comment for a person. It is written, but not read. An empty one is none.
    #[must_use]
    pub fn with_comment(mut self, comment: &str) -> Self {
        self.comment = (!comment.is_empty()).then(|| comment.to_owned());
        self
    }

    /// With a property.
    ///
    /// # Errors
    /// [`InvalidKeyword`] if `kind` or `name` is not a keyword. The value may be anything.
    pub fn with_property(mut self, kind: &str, name: &str, value: &str) -> Result<Self, InvalidKeyword> {
        self.properties.push(Property { kind: keyword(kind)?, name: keyword(name)?, value: value.to_owned() });
        Ok(self)
    }

    /// The method, in lower case.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The version of the method, if it is stated.
    pub const fn version(&self) -> Option<u32> {
        self.version
    }

    /// The result, in lower case.
    pub fn result(&self) -> &str {
        &self.result
    }

    /// Why, if it is stated.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// What was looked at.
    pub fn properties(&self) -> &[Property] {
        &self.properties
    }

    /// The value of a property.
    pub fn property(&self, kind: &str, name: &str) -> Option<&str> {
        let found = self.properties.iter().find(|p| p.kind == kind && p.name == name)?;
        Some(&found.value)
    }
}

impl Property {
    /// Where the value is from: `smtp`, `header`, `body`, `policy`, … in lower case.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What it is, in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, without quotes around it; a local-part has those that it is written with: `"ann smith"@example.com`.
    pub fn value(&self) -> &str {
        &self.value
    }
}

fn keyword(word: &str) -> Result<String, InvalidKeyword> {
    let word = word.to_ascii_lowercase();
    let valid = !word.is_empty() && word.bytes().all(is_keyword_octet) && !word.ends_with('-');
    if valid { Ok(word) } else { Err(InvalidKeyword) }
}

const fn is_keyword_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_')
}

/// The authserv-id with A-labels, if it is a domain with others; as it is otherwise.
fn with_a_labels(authserv_id: String) -> String {
    if authserv_id.is_ascii() {
        return authserv_id;
    }
    match Name::from_unicode(&authserv_id) {
        Ok(name) if name.is_host() => name.as_str().to_owned(),
        _ => authserv_id,
    }
}

fn same_server(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim().trim_end_matches('.'), other.trim().trim_end_matches('.'));
    one.eq_ignore_ascii_case(other)
        || matches!((Name::from_unicode(one), Name::from_unicode(other)), (Ok(one), Ok(other)) if one == other)
}
