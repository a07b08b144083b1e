use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use base64::Engine as _;

use super::body_hash::BodyHashIndex;
use super::canonicalization::canonicalize_field;
use super::header::Header;
use super::intake::Intake;
use super::signing::KeyHolder;
use super::tags::{self, BASE64};
use super::{BodyDefects, FIELD_NAME, Identity, SigningSettings};
use crate::UnixTime;
use crate::crypto::{Digest, Provider, SignatureAlgorithm, SigningError};

/// Signs a message with any number of keys in one pass.
///
/// Give it the message by [`handle_input`](Self::handle_input) in pieces of any size and its end by
/// [`handle_eof`](Self::handle_eof); then write [`fields`](Self::fields) in front of the message. The header is held, up to
/// [`SigningSettings::header_octets`]; of the body nothing is. Both are signed as they are: line ends must be CRLF, and
/// [`has_bare_line_end_in_header`](Self::has_bare_line_end_in_header) and [`body_defects`](Self::body_defects) tell if some
/// are not.
///
/// # Example: a key that is elsewhere
///
/// ```
/// use mail_auth_spf_dkim::UnixTime;
/// use mail_auth_spf_dkim::crypto::{SignatureAlgorithm, default_provider};
/// use mail_auth_spf_dkim::dkim::{Identity, Signer, SigningSettings};
/// use mail_auth_spf_dkim::dns::Name;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (domain, selector) = (Name::parse("example.org")?, Name::parse("hsm")?);
/// let identity = Identity::remote(domain, selector, SignatureAlgorithm::RsaSha256)?;
/// let date = UnixTime::new(1_778_000_000);
/// let mut signer = Signer::new(date, default_provider(), vec![identity], &SigningSettings::default());
/// signer.handle_input(b"From: Ann <ann@example.org>\r\n\r\nHello!\r\n");
/// signer.handle_eof();
///
/// let request = signer.poll_signature().expect("the key is elsewhere");
/// assert_eq!(request.digest.as_ref().len(), 32);
/// let signature = [1; 256]; // what the keeper of the key answers
/// signer.handle_signature(request.number, Ok(&signature));
/// assert!(signer.fields().expect("all is signed")?.starts_with("DKIM-Signature: v=1; a=rsa-sha256;"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Signer {
    date: UnixTime,
    provider: &'static dyn Provider,
    settings: SigningSettings,
    intake: Intake,
    drafts: Vec<Draft>,
    fields: Option<Result<String, SignerError>>,
}

/// A signature that is being made.
#[derive(Debug)]
struct Draft {
    identity: Identity,
    body_hash: Option<BodyHashIndex>,
    /// The field up to `b=`.
    field: String,
    asked: bool,
    signature: Option<Vec<u8>>,
}

/// A signature that somebody else has to make.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignatureRequest {
    /// Comes back with the signature: the number of the identity, counted from 0.
    pub number: u32,
    /// How to sign. With [`Ed25519Sha256`](SignatureAlgorithm::Ed25519Sha256), the digest is what is signed
    /// (RFC 8463 section 3).
    pub algorithm: SignatureAlgorithm,
    /// What is signed, for those who hash it themselves.
    pub message: Vec<u8>,
    /// Its digest, for those who do not.
    pub digest: Digest,
}

/// Why a message cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// The message has no From, which must be signed (RFC 6376 section 5.4). The fault is the author's.
    #[error("the message has no From field")]
    NoFrom,
    /// A line of the header is no field, so that nobody knows what is signed; the line of an mbox is none either. The fault is the author's.
    #[error("a line of the header is no field")]
    MalformedHeader,
    /// The header is longer than [`SigningSettings::header_octets`].
    #[error("the header is too long")]
    HeaderTooLong,
    /// The header has more than a thousand of the fields that are to be signed, or so many and with such long names that
    /// no verifier would read the signature: one here reads 32 KiB. The fault is the author's.
    #[error("the header has too many fields")]
    TooManyFields,
    /// The key could not sign. The fault is the caller's, who chose the key.
    #[error("{0}")]
    Key(#[from] SigningError),
    /// Whoever has the key refused, or gave a signature that is none.
    #[error("the keeper of the key made no signature")]
    Refused,
}

/// Whoever has the key did not sign: see [`Signer::handle_signature`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Refused;

impl Signer {
    /// Starts before the first octet of a message. `date` becomes the time of the signatures.
    pub fn new(
        date: UnixTime,
        provider: &'static dyn Provider,
        identities: Vec<Identity>,
        settings: &SigningSettings,
    ) -> Self {
        let draft = |identity| Draft { identity, body_hash: None, field: String::new(), asked: false, signature: None };
        let mut intake = Intake::new(settings.header_octets);
        let mut drafts: Vec<Draft> = identities.into_iter().map(draft).collect();
        for draft in &mut drafts {
            let hash = draft.identity.algorithm().hash();
            draft.body_hash = Some(intake.body.want(provider, settings.body_canonicalization, hash, None));
        }
        Self { date, provider, settings: settings.clone(), intake, drafts, fields: None }
    }

    /// Takes the next piece of the message, before any stuffing of dots.
    pub fn handle_input(&mut self, input: &[u8]) {
        if let Some(body) = self.intake.handle_input(input) {
            self.intake.body.update(body);
        }
    }

    /// The message is complete. Keys that are here sign now.
    pub fn handle_eof(&mut self) {
        if !self.intake.handle_eof() {
            return;
        }
        self.intake.body.finish();
        match self.intake.header().map(|header| self.objection(header)) {
            Some(None) => self.sign(),
            Some(Some(error)) => self.fields = Some(Err(error)),
            None => {}
        }
    }

    /// Why the message cannot be signed.
    fn objection(&self, header: &Header) -> Option<SignerError> {
        if self.intake.header_is_too_long() {
            Some(SignerError::HeaderTooLong)
        } else if header.is_malformed() || header.begins_with_mbox_line() {
            Some(SignerError::MalformedHeader)
        } else if header.count("From") == 0 {
            Some(SignerError::NoFrom)
        } else if names(&self.settings, header).nth(MOST_FIELDS).is_some() {
            Some(SignerError::TooManyFields)
        } else {
            None
        }
    }

    /// Takes the next signature that somebody else has to make. Those that are there may all be made at the same time.
    pub fn poll_signature(&mut self) -> Option<SignatureRequest> {
        if !self.intake.has_ended() || self.fields.is_some() {
            return None;
        }
        let unsigned = |(_, draft): &(u32, &Draft)| !draft.asked && draft.signature.is_none();
        let (number, _) = (0..).zip(&self.drafts).find(unsigned)?;
        let draft = self.drafts.get_mut(number as usize)?;
        draft.asked = true;
        let draft = self.drafts.get(number as usize)?;
        let algorithm = draft.identity.algorithm();
        let message = self.message(draft);
        let mut hasher = self.provider.hasher(algorithm.hash());
        hasher.update(&message);
        Some(SignatureRequest { number, algorithm, message, digest: hasher.finish() })
    }

    /// Takes the answer to a [`SignatureRequest`]: the octets of the signature. An answer to a request that is not open
    /// changes nothing.
    pub fn handle_signature(&mut self, number: u32, signature: Result<&[u8], Refused>) {
        if self.fields.is_some() {
            return;
        }
        let draft = self.drafts.get_mut(number as usize).filter(|draft| draft.asked && draft.signature.is_none());
        let Some(draft) = draft else { return };
        match signature {
            Ok(octets) if !octets.is_empty() && octets.len() <= LONGEST_SIGNATURE => {
                draft.signature = Some(octets.into());
                self.conclude();
            }
            _ => self.fields = Some(Err(SignerError::Refused)),
        }
    }

    /// The fields to write in front of the message, each with its CRLF, when the message has ended and all is signed.
    ///
    /// # Errors
    /// [`SignerError`] if there is none.
    pub fn fields(&self) -> Option<Result<&str, SignerError>> {
        self.fields.as_ref().map(|fields| fields.as_deref().map_err(|error| *error))
    }

    /// The line ends in the body that are none, so far. What is signed with such will not survive the way through
    /// most servers.
    pub fn body_defects(&self) -> BodyDefects {
        self.intake.body.defects()
    }

    /// Whether a CR or LF stands alone in the header, when that is complete. What is signed with such will not
    /// survive the way through most servers.
    pub fn has_bare_line_end_in_header(&self) -> bool {
        self.intake.header().is_some_and(|header| header.has_bare_cr() || header.has_bare_lf())
    }

    fn sign(&mut self) {
        let Some(header) = self.intake.header() else { return };
        let list = signed_fields(names(&self.settings, header));
        for draft in &mut self.drafts {
            let digest = draft.body_hash.and_then(|index| self.intake.body.digest(index));
            draft.field = field(&draft.identity, &self.settings, self.date, &list, digest);
        }
        if !self.drafts.iter().all(|draft| is_readable(&draft.field)) {
            self.fields = Some(Err(SignerError::TooManyFields));
            return;
        }
        for number in 0..self.drafts.len() {
            let Some(draft) = self.drafts.get(number) else { continue };
            let KeyHolder::Here(key) = &draft.identity.key else { continue };
            match key.sign(draft.identity.algorithm(), &self.message(draft)) {
                Ok(signature) => self.drafts.iter_mut().skip(number).take(1).for_each(|draft| {
                    draft.signature = Some(signature.clone());
                }),
                Err(error) => {
                    self.fields = Some(Err(SignerError::Key(error)));
                    return;
                }
            }
        }
        self.conclude();
    }

    /// What a signature signs: the fields, and its own without `b=` and the line end (RFC 6376 section 3.7).
    fn message(&self, draft: &Draft) -> Vec<u8> {
        let canonicalization = self.settings.header_canonicalization;
        let mut message = Vec::new();
        if let Some(header) = self.intake.header() {
            header.canonicalize(canonicalization, names(&self.settings, header), None, &mut message);
        }
        canonicalize_field(canonicalization, draft.field.as_bytes(), &mut message);
        message.truncate(message.len() - if message.ends_with(b"\r\n") { 2 } else { 0 });
        message
    }

    /// Writes the fields, if everything is signed.
    fn conclude(&mut self) {
        let mut fields = String::new();
        for draft in &self.drafts {
            let Some(signature) = &draft.signature else { return };
            let mut field = draft.field.clone();
            fold_base64(&mut field, signature);
            if !is_readable(&field) {
                self.fields = Some(Err(SignerError::TooManyFields));
                return;
            }
            fields.push_str(&field);
            fields.push_str("\r\n");
        }
        self.fields = Some(Ok(fields));
    }
}

/// The most fields that are signed: verifiers have limits.
pub(crate) const MOST_FIELDS: usize = 1000;

/// The longest signature that is taken: RSA of 16,384 bits.
const LONGEST_SIGNATURE: usize = 2048;

/// The names for `h=`: of each field as often as it is there, and once more where the settings say so.
pub(crate) fn names<'a>(settings: &'a SigningSettings, header: &'a Header) -> impl Iterator<Item = &'a str> {
    settings.fields.iter().flat_map(|field| {
        let count = header.count(&field.name) + usize::from(field.once_more);
        core::iter::repeat_n(&*field.name, count)
    })
}

/// The list for `h=`, folded.
pub(crate) fn signed_fields<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut list = String::new();
    let mut column = "\th=".len();
    for (index, name) in names.enumerate() {
        if index > 0 {
            list.push(':');
            column += 1;
        }
        if column + name.len() >= WIDTH {
            list.push_str("\r\n\t ");
            column = 2;
        }
        list.push_str(name);
        column += name.len();
    }
    list
}

/// The columns of a line.
const WIDTH: usize = 76;

/// The field up to `b=`.
fn field(
    identity: &Identity,
    settings: &SigningSettings,
    date: UnixTime,
    list: &str,
    digest: Option<&Digest>,
) -> String {
    let mut field = String::new();
    let (header, body) = (settings.header_canonicalization, settings.body_canonicalization);
    let algorithm = identity.algorithm().as_str();
    _ = write!(field, "{FIELD_NAME}: v=1; a={algorithm}; c={}/{};", header.as_str(), body.as_str());
    _ = write!(field, "\r\n\td={};\r\n\ts={};", identity.domain, identity.selector);
    if let Some(user) = &identity.user {
        _ = write!(field, "\r\n\ti={user};");
    }
    if settings.timestamp {
        _ = write!(field, "\r\n\tt={date};");
    }
    if let Some(period) = settings.expires_after {
        _ = write!(field, " x={};", date.after(period.max(core::time::Duration::from_secs(1))));
    }
    let digest = BASE64.encode(digest.map(AsRef::as_ref).unwrap_or_default());
    _ = write!(field, "\r\n\th={list};\r\n\tbh={digest};\r\n\tb=");
    field
}

/// Whether a field, without its line end, is not too long for the verifier.
pub(crate) fn is_readable(field: &str) -> bool {
    field.split_once(':').is_some_and(|(_, body)| tags::may_be_so_long(body.len()))
}

pub(crate) fn fold_base64(out: &mut String, octets: &[u8]) {
    let text = BASE64.encode(octets);
    let mut rest = text.as_str();
    let mut room = WIDTH - "\tb=".len();
    while let Some((line, more)) = rest.split_at_checked(room) {
        out.push_str(line);
        if !more.is_empty() {
            out.push_str("\r\n\t ");
        }
        rest = more;
        room = WIDTH - 2;
    }
    out.push_str(rest);
}
