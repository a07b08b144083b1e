use alloc::vec::Vec;

use mail_wire::Instant;

use super::chain::{Fields, canonicalize_links, links, results_instance};
use super::seal::Seal;
use super::{ChainCause, ChainStatus, Link, Report, SEAL_NAME};
use crate::authres::AuthenticationResults;
use crate::crypto::Provider;
use crate::dkim::body_hash::{BodyHashIndex, BodyHashes};
use crate::dkim::canonicalization::canonicalize_field;
use crate::dkim::check::{check_body, check_key, check_signature, try_keys};
use crate::dkim::header::Header;
use crate::dkim::intake::Intake;
use crate::dkim::keys::Keys;
use crate::dkim::signature::key_name;
use crate::dkim::tags::TagList;
use crate::dkim::{Canonicalization, Cause, Key, Policy, Signature, SignatureError};
use crate::dns::{Answer, Name, Query, QueryId};

/// The verification of a chain, apart from the message: whoever takes that in shares the header and the hashes of the
/// body with it.
#[derive(Debug)]
pub(crate) struct Verification {
    provider: &'static dyn Provider,
    policy: Policy,
    keys: Keys,
    links: Vec<Candidate>,
    report: Option<Report>,
}

/// A link that is being verified.
#[derive(Debug)]
struct Candidate {
    fields: Fields,
    signature: Signature,
    seal: Seal,
    body_hash: BodyHashIndex,
    signature_key: usize,
    seal_key: usize,
}

impl Verification {
    pub(crate) fn new(provider: &'static dyn Provider, policy: &Policy) -> Self {
        Self { provider, policy: policy.clone(), keys: Keys::default(), links: Vec::new(), report: None }
    }

    pub(crate) fn poll_query(&mut self) -> Option<Query> {
        self.keys.poll_query()
    }

    pub(crate) fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>, intake: &Intake) {
        self.keys.handle_answer(now, self.provider, self.policy.keys, id, answer);
        self.conclude(intake);
    }

    pub(crate) fn handle_key(&mut self, now: Instant, id: QueryId, key: Key, intake: &Intake) {
        self.keys.handle_key(now, id, key);
        self.conclude(intake);
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        self.keys.poll_timeout()
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, intake: &Intake) {
        self.keys.handle_timeout(now);
        self.conclude(intake);
    }

    pub(crate) fn report(&self, intake: &Intake) -> Option<&Report> {
        self.report.as_ref().filter(|_| intake.has_ended())
    }

    /// The header is complete: is there a chain, and which keys does it need?
    pub(crate) fn handle_header(&mut self, now: Instant, intake: &mut Intake) {
        self.keys.set_deadline(now + self.policy.deadline);
        let Self { keys, provider, .. } = self;
        let unreadable = intake.header_is_too_long() || intake.header().is_some_and(Header::is_malformed);
        let Some(header) = intake.header() else { return };
        match candidates(header, unreadable) {
            Err(cause) => self.report = Some(Report::fail(cause)),
            Ok(found) if found.is_empty() => self.report = Some(Report::none()),
            Ok(found) => {
                for (fields, (signature, signature_key), (seal, seal_key)) in found {
                    let (form, hash) = (signature.body_canonicalization, signature.algorithm.hash());
                    self.links.push(Candidate {
                        fields,
                        body_hash: intake.body.want(*provider, form, hash, signature.body_length),
                        signature_key: keys.want(signature_key),
                        seal_key: keys.want(seal_key),
                        signature,
                        seal,
                    });
                }
            }
        }
    }

    /// Writes the report, if everything is known.
    pub(crate) fn conclude(&mut self, intake: &Intake) {
        if let (None, true, true, Some(header)) =
            (&self.report, intake.has_ended(), self.keys.are_complete(), intake.header())
        {
            self.report = Some(self.verify(header, &intake.body).unwrap_or_else(Report::fail));
        }
    }

    fn verify(&self, header: &Header, body: &BodyHashes) -> Result<Report, ChainCause> {
        let mut message = Vec::new();
        let mut oldest_pass = None;
        for (instance, link) in (1..).zip(&self.links).collect::<Vec<(u32, _)>>().into_iter().rev() {
            match self.verify_message(link, header, body, &mut message) {
                Ok(()) => oldest_pass = Some(if instance == 1 { 0 } else { instance }),
                Err(cause) if oldest_pass.is_none() => return Err(ChainCause::MessageSignature(instance, cause)),
                Err(_) => break,
            }
        }
        message.clear();
        for (instance, link) in (1..).zip(&self.links) {
            self.verify_seal(link, header, &mut message).map_err(|cause| ChainCause::Seal(instance, cause))?;
        }
        let link = |(instance, link): (u32, &Candidate)| Link {
            instance,
            domain: link.seal.domain.clone(),
            results: results_instance(header.body(link.fields.results))
                .and_then(|(_, results)| AuthenticationResults::parse(results).ok()),
        };
        let links = (1..).zip(&self.links).map(link).collect();
        Ok(Report { status: ChainStatus::Pass, cause: None, links, oldest_pass })
    }

    /// Whether the message is as it was when it left the link's host.
    fn verify_message(
        &self,
        link: &Candidate,
        header: &Header,
        body: &BodyHashes,
        message: &mut Vec<u8>,
    ) -> Result<(), Cause> {
        let signature = &link.signature;
        check_body(signature, body, Some(link.body_hash))?;
        if let Some(length) = signature.body_length {
            let unsigned = body.octets(link.body_hash).saturating_sub(length);
            if unsigned > 0 && !self.policy.accept_unsigned_body {
                return Err(Cause::UnsignedBody(unsigned));
            }
        }
        // A link need not sign From; but where there are several, a reader may see one that was added.
        let from_fields = header.count("From");
        if from_fields > 1 && signature.signed_from() < from_fields && !self.policy.accept_unsigned_from {
            return Err(Cause::UnsignedFrom);
        }
        message.clear();
        let form = signature.header_canonicalization;
        let own = link.fields.message_signature;
        header.canonicalize(form, signature.signed_fields(), Some(own), message);
        header.canonicalize_signature(form, own, signature.signature_range(), message);
        let attempt = |key: &Key| {
            check_key(key, signature.algorithm, &self.policy)?;
            check_signature(key, signature.algorithm, message, &signature.signature)
        };
        try_keys(&self.keys, link.signature_key, attempt).0
    }

    /// Whether the chain is as it was when the link's host has sealed it. `message` has what the links before it
    /// contribute, and then what this one does.
    fn verify_seal(&self, link: &Candidate, header: &Header, message: &mut Vec<u8>) -> Result<(), Cause> {
        let Seal { algorithm, signature, signature_range, .. } = &link.seal;
        let before = message.len();
        for field in [link.fields.results, link.fields.message_signature] {
            canonicalize_field(Canonicalization::Relaxed, header.raw(field), message);
        }
        let form = Canonicalization::Relaxed;
        header.canonicalize_signature(form, link.fields.seal, signature_range.clone(), message);
        let attempt = |key: &Key| {
            check_key(key, *algorithm, &self.policy)?;
            check_signature(key, *algorithm, message, signature)
        };
        let result = try_keys(&self.keys, link.seal_key, attempt).0;
        message.truncate(before);
        canonicalize_links(header, &[link.fields], message);
        result
    }
}

/// A link that was read: both signatures with the names of their keys.
type Read = (Fields, (Signature, Name), (Seal, Name));

/// The links of the chain, read and found to be in order.
fn candidates(header: &Header, unreadable: bool) -> Result<Vec<Read>, ChainCause> {
    let links = links(header)?;
    if unreadable && !links.is_empty() {
        return Err(ChainCause::Header);
    }
    let last = links.len();
    let mut candidates = Vec::with_capacity(last);
    for (fields, instance) in links.into_iter().zip(1..) {
        let seal = Seal::parse(header.body(fields.seal));
        let seal = seal.map_err(|error| ChainCause::Seal(instance, Cause::Malformed(error)))?;
        if seal.status == ChainStatus::Fail {
            return Err(ChainCause::BrokenBefore(instance));
        }
        if seal.status != if instance == 1 { ChainStatus::None } else { ChainStatus::Pass } {
            return Err(ChainCause::Status(instance));
        }
        let signature = message_signature(header.body(fields.message_signature));
        let signature = signature.map_err(|error| ChainCause::MessageSignature(instance, Cause::Malformed(error)))?;
        let seal_key = key_name(&seal.selector, &seal.domain).ok_or(ChainCause::Seal(instance, Cause::KeyName))?;
        let signature_key = signature.key_name().ok_or(ChainCause::MessageSignature(instance, Cause::KeyName))?;
        candidates.push((fields, (signature, signature_key), (seal, seal_key)));
    }
    Ok(candidates)
}

/// Reads the field in which a link's host signs the message (section 4.1.2). Sealers that leave `c=` out mean relaxed, other
/// than those of DKIM.
fn message_signature(body: &[u8]) -> Result<Signature, SignatureError> {
    let signature = Signature::of_tags(&TagList::parse(body)?, Canonicalization::Relaxed)?;
    if signature.signed_fields().any(|field| field.eq_ignore_ascii_case(SEAL_NAME)) {
        return Err(SignatureError::Value("h"));
    }
    Ok(signature)
}
