use alloc::vec::Vec;

use mail_wire::Instant;

use super::body_hash::{BodyHashIndex, BodyHashes};
use super::check::{KeyFacts, check_body, check_key, check_signature, try_keys};
use super::header::Header;
use super::intake::Intake;
use super::keys::Keys;
use super::tags::TagList;
use super::{BodyDefects, Cause, DkimResult, FIELD_NAME, Key, Outcome, Policy, Report, Signature, SignatureError};
use crate::UnixTime;
use crate::crypto::Provider;
use crate::dns::{Answer, Name, Query, QueryId};

/// The verification of signatures, apart from the message: whoever takes that in shares the header and the hashes of the
/// body with it.
#[derive(Debug)]
pub(crate) struct Verification {
    date: UnixTime,
    provider: &'static dyn Provider,
    policy: Policy,
    candidates: Vec<Candidate>,
    keys: Keys,
    more_signatures: usize,
    report: Option<Report>,
}

/// A signature that is being verified.
#[derive(Debug)]
struct Candidate {
    field: u32,
    signature: Result<Signature, SignatureError>,
    /// Why it cannot pass, when that is known before the end.
    cause: Option<Cause>,
    body_hash: Option<BodyHashIndex>,
    key: usize,
}

impl Verification {
    pub(crate) fn new(date: UnixTime, provider: &'static dyn Provider, policy: &Policy) -> Self {
        Self {
            date,
            provider,
            policy: policy.clone(),
            candidates: Vec::new(),
            keys: Keys::default(),
            more_signatures: 0,
            report: None,
        }
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

    pub(crate) const fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// The header is complete: what is signed, how, and with which keys?
    pub(crate) fn handle_header(&mut self, now: Instant, intake: &mut Intake) {
        let Self { candidates, keys, policy, provider, .. } = self;
        let unreadable = intake.header_is_too_long() || intake.header().is_some_and(Header::is_malformed);
        let Some(header) = intake.header() else { return };
        let fields = header.with_name(FIELD_NAME);
        self.more_signatures = fields.len().saturating_sub(policy.signatures);
        candidates.reserve_exact(fields.len() - self.more_signatures);
        for field in fields.take(policy.signatures) {
            let signature = Signature::parse(header.body(field));
            let mut candidate = Candidate { field, signature, cause: None, body_hash: None, key: 0 };
            match candidate.signature.as_ref().map(Signature::key_name) {
                Err(error) => candidate.cause = Some(Cause::Malformed(*error)),
                Ok(_) if unreadable => candidate.cause = Some(Cause::Header),
                Ok(None) => candidate.cause = Some(Cause::KeyName),
                Ok(Some(name)) => candidate.key = keys.want(name),
            }
            candidates.push(candidate);
        }
        for candidate in candidates.iter_mut().filter(|candidate| candidate.cause.is_none()) {
            if let Ok(signature) = &candidate.signature {
                let (form, hash) = (signature.body_canonicalization, signature.algorithm.hash());
                candidate.body_hash = Some(intake.body.want(*provider, form, hash, signature.body_length));
            }
        }
        keys.set_deadline(now + policy.deadline);
    }

    /// Writes the report, if everything is known.
    pub(crate) fn conclude(&mut self, intake: &Intake) {
        let Some(header) = intake.header() else { return };
        if !intake.has_ended() || self.report.is_some() || !self.keys.are_complete() {
            return;
        }
        let mut message = Vec::with_capacity(header.octets().len().min(4096));
        let from_fields = header.count("From");
        let candidates = core::mem::take(&mut self.candidates);
        let outcome = |candidate| self.outcome(candidate, header, &intake.body, from_fields, &mut message);
        self.report = Some(Report {
            signatures: candidates.into_iter().map(outcome).collect(),
            more_signatures: self.more_signatures,
            from_fields,
            body_defects: intake.body.defects(),
        });
    }

    fn outcome(
        &self,
        candidate: Candidate,
        header: &Header,
        body: &BodyHashes,
        from_fields: usize,
        message: &mut Vec<u8>,
    ) -> Outcome {
        let mut outcome = Outcome {
            result: DkimResult::Pass,
            cause: candidate.cause,
            signature: None,
            domain: None,
            selector: None,
            key_bits: None,
            testing: false,
            field: header.range(candidate.field),
        };
        if let Ok(signature) = &candidate.signature
            && outcome.cause.is_none()
        {
            let (result, facts) = self.verify(&candidate, signature, header, body, message);
            (outcome.key_bits, outcome.testing) = (facts.bits, facts.testing);
            outcome.cause = result.err().or_else(|| self.objection(signature, &candidate, header, body, from_fields));
        }
        match candidate.signature {
            Ok(signature) => {
                outcome.domain = Some(signature.domain.clone());
                outcome.selector = Some(signature.selector.clone());
                outcome.signature = Some(signature);
            }
            Err(_) => {
                let tags = TagList::parse(header.body(candidate.field)).ok();
                let name = |tag| Name::parse(tags.as_ref()?.get(tag)?).ok();
                (outcome.domain, outcome.selector) = (name("d"), name("s"));
            }
        }
        outcome.result = outcome.cause.map_or(DkimResult::Pass, |cause| cause.result());
        outcome
    }

    /// Whether the signature holds. The key is only asked when the body is the one that was signed.
    fn verify(
        &self,
        candidate: &Candidate,
        signature: &Signature,
        header: &Header,
        body: &BodyHashes,
        message: &mut Vec<u8>,
    ) -> (Result<(), Cause>, KeyFacts) {
        message.clear();
        try_keys(&self.keys, candidate.key, |key| {
            check_key(key, signature.algorithm, &self.policy)?;
            if key.record().strict && signature.identity_is_below() {
                return Err(Cause::KeyNotForIdentity);
            }
            check_body(signature, body, candidate.body_hash)?;
            if message.is_empty() {
                let form = signature.header_canonicalization;
                header.canonicalize(form, signature.signed_fields(), Some(candidate.field), message);
                header.canonicalize_signature(form, candidate.field, signature.signature_range(), message);
            }
            check_signature(key, signature.algorithm, message, &signature.signature)
        })
    }

    /// Which rule a signature that holds breaks.
    fn objection(
        &self,
        signature: &Signature,
        candidate: &Candidate,
        header: &Header,
        body: &BodyHashes,
        from_fields: usize,
    ) -> Option<Cause> {
        let Self { policy, date, .. } = self;
        if signature.expiration.is_some_and(|expiration| *date > expiration.after(policy.clock_skew)) {
            return Some(Cause::Expired);
        }
        if signature.timestamp.is_some_and(|timestamp| timestamp > date.after(policy.clock_skew)) {
            return Some(Cause::Future);
        }
        if signature.signed_from() < from_fields && !policy.accept_unsigned_from {
            return Some(Cause::UnsignedFrom);
        }
        if let (Some(length), Some(index)) = (signature.body_length, candidate.body_hash) {
            let unsigned = body.octets(index).saturating_sub(length);
            if unsigned > 0 && !policy.accept_unsigned_body {
                return Some(Cause::UnsignedBody(unsigned));
            }
        }
        let is_bare = || body.defects() != BodyDefects::default() || header.has_bare_cr() || header.has_bare_lf();
        (!policy.accept_bare_line_ends && is_bare()).then_some(Cause::BareLineEnd)
    }
}
