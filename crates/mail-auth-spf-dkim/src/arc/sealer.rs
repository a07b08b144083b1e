use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use base64::Engine as _;

use super::chain::{canonicalize_links, highest_instance, latest_seal, links};
use super::seal::Seal;
use super::{ChainStatus, MESSAGE_SIGNATURE_NAME, MOST_LINKS, RESULTS_NAME, SEAL_NAME};
use crate::UnixTime;
use crate::authres::{self, AuthenticationResults};
use crate::crypto::{Digest, Provider, SignatureAlgorithm, SigningError};
use crate::dkim::Canonicalization::Relaxed;
use crate::dkim::body_hash::BodyHashIndex;
use crate::dkim::canonicalization::canonicalize_field;
use crate::dkim::header::Header;
use crate::dkim::intake::Intake;
use crate::dkim::signer::{MOST_FIELDS, fold_base64, is_readable, signed_fields};
use crate::dkim::signing::KeyHolder;
use crate::dkim::tags::BASE64;
use crate::dkim::{self, Identity, Refused, SigningSettings};

/// The fields of a link.
const NAMES: [&str; 3] = [RESULTS_NAME, MESSAGE_SIGNATURE_NAME, SEAL_NAME];

/// Adds a link to the chain of a message (RFC 8617 section 5.1).
///
/// It takes the message as it leaves this host, in pieces, what was found out about it when it came, and whether its
/// chain held then. When all is signed, [`fields`](Self::fields) are to be written in front of the message.
///
/// Of the message are signed the fields that the settings name, but for those of results and of chains, and every DKIM
/// signature that it has. A link always says when it was made, and does not expire.
#[derive(Debug)]
pub struct Sealer {
    date: UnixTime,
    provider: &'static dyn Provider,
    settings: SigningSettings,
    identity: Identity,
    results: AuthenticationResults,
    status: ChainStatus,
    intake: Intake,
    body_hash: BodyHashIndex,
    draft: Option<Draft>,
    asked: bool,
    fields: Option<Result<String, SealerError>>,
}

/// The link while it is made.
#[derive(Debug)]
struct Draft {
    instance: u32,
    /// The first field, complete.
    results: String,
    /// The second field: up to `b=`, then complete.
    message_signature: String,
    message_signed: bool,
    /// The third field up to `b=`.
    seal: String,
    /// What is signed now.
    message: Vec<u8>,
}

/// A signature that somebody else has to make. There are two, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealRequest {
    /// How to sign. With [`Ed25519Sha256`](SignatureAlgorithm::Ed25519Sha256), the digest is what is signed.
    pub algorithm: SignatureAlgorithm,
    /// What is signed, for those who hash it themselves.
    pub message: Vec<u8>,
    /// Its digest, for those who do not.
    pub digest: Digest,
}

/// Why a message cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SealerError {
    /// A line of the header is no field, or the header is longer than [`SigningSettings::header_octets`]. The fault is the
    /// author's.
    #[error("the header of the message is malformed or too long")]
    Header,
    /// The header has more than a thousand of the fields that are to be signed, or so many and with such long names that
    /// no verifier would read the signature: one here reads 32 KiB. The fault is the author's.
    #[error("the header has too many fields")]
    TooManyFields,
    /// The chain is as long as it can be.
    #[error("the chain has as many links as it can have")]
    TooManyLinks,
    /// An earlier host has said that the chain is broken, so there is nothing to add (section 5.1, step 2).
    #[error("the chain is broken already")]
    Broken,
    /// The chain was said to hold, to be broken or not to be there, and the message shows another. The fault is the
    /// caller's.
    #[error("the message has not the chain that was verified")]
    OtherChain,
    /// The key could not sign. The fault is the caller's, who chose the key.
    #[error("{0}")]
    Key(#[from] SigningError),
    /// Whoever has the key refused, or gave a signature that is none.
    #[error("the keeper of the key made no signature")]
    Refused,
}

impl Sealer {
    /// Starts before the first octet of a message. `status` is what the [`Verifier`](super::Verifier) has found when the message
    /// came to this host; `results` is everything that was found then.
    pub fn new(
        date: UnixTime,
        provider: &'static dyn Provider,
        identity: Identity,
        results: AuthenticationResults,
        status: ChainStatus,
        settings: &SigningSettings,
    ) -> Self {
        let mut intake = Intake::new(settings.header_octets);
        let hash = identity.algorithm().hash();
        let body_hash = intake.body.want(provider, settings.body_canonicalization, hash, None);
        Self {
            date,
            provider,
            settings: settings.clone(),
            identity,
            results,
            status,
            intake,
            body_hash,
            draft: None,
            asked: false,
            fields: None,
        }
    }

    /// Takes the next piece of the message, before any stuffing of dots.
    pub fn handle_input(&mut self, input: &[u8]) {
        if let Some(body) = self.intake.handle_input(input) {
            self.intake.body.update(body);
        }
    }

    /// The message is complete. A key that is here signs now.
    pub fn handle_eof(&mut self) {
        if !self.intake.handle_eof() {
            return;
        }
        self.intake.body.finish();
        match self.intake.header().map(|header| self.draft(header)) {
            Some(Ok(draft)) => self.draft = Some(draft),
            Some(Err(error)) => self.fields = Some(Err(error)),
            None => {}
        }
        let KeyHolder::Here(key) = self.identity.key.clone() else { return };
        while let Some(request) = self.poll_signature() {
            match key.sign(request.algorithm, &request.message) {
                Ok(signature) => self.handle_signature(Ok(&signature)),
                Err(error) => self.fields = Some(Err(SealerError::Key(error))),
            }
        }
    }

    /// Takes the next signature that somebody else has to make: first that of the message, then, when it was answered,
    /// that of the chain.
    pub fn poll_signature(&mut self) -> Option<SealRequest> {
        let draft = self.draft.as_ref().filter(|_| self.fields.is_none() && !self.asked)?;
        self.asked = true;
        let algorithm = self.identity.algorithm();
        let mut hasher = self.provider.hasher(algorithm.hash());
        hasher.update(&draft.message);
        Some(SealRequest { algorithm, message: draft.message.clone(), digest: hasher.finish() })
    }

    /// Takes the answer to a [`SealRequest`]: the octets of the signature. An answer that nobody waits for changes
    /// nothing.
    pub fn handle_signature(&mut self, signature: Result<&[u8], Refused>) {
        if !core::mem::replace(&mut self.asked, false) || self.fields.is_some() {
            return;
        }
        let (Some(draft), Some(header)) = (&mut self.draft, self.intake.header()) else { return };
        let Some(signature) = signature.ok().filter(|octets| !octets.is_empty() && octets.len() <= 2048) else {
            self.fields = Some(Err(SealerError::Refused));
            return;
        };
        if draft.message_signed {
            let mut fields = core::mem::take(&mut draft.seal);
            fold_base64(&mut fields, signature);
            _ = write!(fields, "\r\n{}{}", draft.message_signature, draft.results);
            self.fields = Some(Ok(fields));
            return;
        }
        draft.message_signed = true;
        fold_base64(&mut draft.message_signature, signature);
        if !is_readable(&draft.message_signature) {
            self.fields = Some(Err(SealerError::TooManyFields));
            return;
        }
        draft.message_signature.push_str("\r\n");
        draft.message.clear();
        // The seal of a broken chain covers its own link alone (section 5.1.2).
        if self.status == ChainStatus::Pass {
            canonicalize_links(header, &links(header).unwrap_or_default(), &mut draft.message);
        }
        for field in [&draft.results, &draft.message_signature, &draft.seal] {
            canonicalize_field(Relaxed, field.as_bytes(), &mut draft.message);
        }
        without_line_end(&mut draft.message);
    }

    /// The fields to write in front of the message, each with its CRLF, when the message has ended and all is signed.
    ///
    /// # Errors
    /// [`SealerError`] if there is none.
    pub fn fields(&self) -> Option<Result<&str, SealerError>> {
        self.fields.as_ref().map(|fields| fields.as_deref().map_err(|error| *error))
    }

    /// Writes the fields, all but the signatures.
    fn draft(&self, header: &Header) -> Result<Draft, SealerError> {
        if self.intake.header_is_too_long() || header.is_malformed() || header.begins_with_mbox_line() {
            return Err(SealerError::Header);
        }
        if names(&self.settings, header).nth(MOST_FIELDS).is_some() {
            return Err(SealerError::TooManyFields);
        }
        let instance = self.instance(header)?;
        let Self { identity, settings, date, .. } = self;
        let algorithm = identity.algorithm().as_str();
        let digest = self.intake.body.digest(self.body_hash);
        let digest = BASE64.encode(digest.map(AsRef::as_ref).unwrap_or_default());
        let list = signed_fields(names(settings, header));
        let (form, body_form) = (settings.header_canonicalization.as_str(), settings.body_canonicalization.as_str());
        let who = format!("d={};\r\n\ts={};\r\n\tt={date};", identity.domain, identity.selector);
        let message_signature = format!(
            "{MESSAGE_SIGNATURE_NAME}: i={instance}; a={algorithm}; c={form}/{body_form};\r\n\t{who}\r\n\th={list};\
             \r\n\tbh={digest};\r\n\tb=",
        );
        if !is_readable(&message_signature) {
            return Err(SealerError::TooManyFields);
        }
        let seal = format!("{SEAL_NAME}: i={instance}; a={algorithm}; cv={};\r\n\t{who}\r\n\tb=", self.status);
        let results = format!("{RESULTS_NAME}: i={instance}; {}", self.results.body());
        let mut message = Vec::new();
        header.canonicalize(settings.header_canonicalization, names(settings, header), None, &mut message);
        canonicalize_field(settings.header_canonicalization, message_signature.as_bytes(), &mut message);
        without_line_end(&mut message);
        Ok(Draft { instance, results, message_signature, message_signed: false, seal, message })
    }

    /// The number of the new link (section 5.1, steps 2 and 3).
    fn instance(&self, header: &Header) -> Result<u32, SealerError> {
        if let Some(seal) = latest_seal(header)
            && Seal::parse(header.body(seal)).is_ok_and(|seal| seal.status == ChainStatus::Fail)
        {
            return Err(SealerError::Broken);
        }
        match (self.status, links(header)) {
            (ChainStatus::None, Ok(links)) if links.is_empty() => {}
            (ChainStatus::Pass, Ok(links)) if !links.is_empty() => {}
            // Whatever there is of it.
            (ChainStatus::Fail, _) if NAMES.iter().any(|name| header.count(name) > 0) => {}
            _ => return Err(SealerError::OtherChain),
        }
        Some(highest_instance(header) + 1).filter(|instance| *instance <= MOST_LINKS).ok_or(SealerError::TooManyLinks)
    }

    /// The number of the link that is added, when the message has ended.
    pub fn new_instance(&self) -> Option<u32> {
        self.draft.as_ref().map(|draft| draft.instance)
    }
}

/// The fields that the signature over the message names: those of the settings and all DKIM signatures, but none that hosts
/// on the way add for themselves (RFC 8617 section 4.1.2).
fn names<'a>(settings: &'a SigningSettings, header: &'a Header) -> impl Iterator<Item = &'a str> {
    let not_signed = [authres::FIELD_NAME, RESULTS_NAME, MESSAGE_SIGNATURE_NAME, SEAL_NAME];
    let may_be_signed = move |name: &&str| !not_signed.iter().any(|other| other.eq_ignore_ascii_case(name));
    let signatures = core::iter::repeat_n(dkim::FIELD_NAME, header.count(dkim::FIELD_NAME));
    dkim::signer::names(settings, header).filter(may_be_signed).chain(signatures)
}

fn without_line_end(message: &mut Vec<u8>) {
    message.truncate(message.len() - if message.ends_with(b"\r\n") { 2 } else { 0 });
}
