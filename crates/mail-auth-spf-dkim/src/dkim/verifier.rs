use alloc::vec::Vec;

use mail_wire::Instant;

use super::body_hash::BodyHashIndex;
use super::check::{KeyFacts, check_body, check_key, check_signature, try_keys};
use super::header::Header;
use super::intake::Intake;
use super::keys::Keys;
use super::tags::TagList;
use super::{Cause, DkimResult, FIELD_NAME, Key, Outcome, Policy, Report, Signature, SignatureError};
use crate::UnixTime;
use crate::crypto::Provider;
use crate::dns::{Answer, Name, Query, QueryId};

/// Verifies every signature of a message in one pass.
///
/// Give it the message by [`handle_input`](Self::handle_input) in pieces of any size and its end by
/// [`handle_eof`](Self::handle_eof). The questions for the keys are there as soon as the header is complete, so that the DNS
/// works while the body arrives. The header is held, up to [`Policy::header_octets`]; of the body nothing is.
///
/// # Example: the questions are there before the body
///
/// ```
/// use mail_auth_spf_dkim::UnixTime;
/// use mail_auth_spf_dkim::crypto::default_provider;
/// use mail_auth_spf_dkim::dkim::{DkimResult, Policy, Verifier};
/// use mail_auth_spf_dkim::dns::DnsError;
/// use mail_wire::Instant;
///
/// let now = Instant::EPOCH;
/// let mut verifier = Verifier::new(UnixTime::new(1_528_637_909), default_provider(), &Policy::default());
/// verifier.handle_input(now, b"DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=brisbane;\r\n\t\
///     h=from; bh=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=; b=dzdVyOfAKCdL\r\n\
///     From: Ann <ann@example.net>\r\n\r\n");
/// let query = verifier.poll_query().unwrap();
/// assert_eq!(query.name.as_str(), "brisbane._domainkey.example.net");
///
/// verifier.handle_answer(now, query.id, Err(DnsError::NxDomain));
/// verifier.handle_input(now, b"Hello!\r\n");
/// verifier.handle_eof(now);
/// let report = verifier.report().unwrap();
/// assert_eq!(report.signatures[0].result, DkimResult::PermError);
/// assert_eq!(report.signatures[0].cause.unwrap().to_string(), "there is no key: the name does not exist");
/// ```
#[derive(Debug)]
pub struct Verifier {
    date: UnixTime,
    provider: &'static dyn Provider,
    policy: Policy,
    intake: Intake,
    candidates: Vec<Candidate>,
    keys: Keys,
    /// When the DNS must have answered.
    deadline: Option<Instant>,
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

impl Verifier {
    /// Starts before the first octet of a message. `date` is the wall clock, for signatures that expire: best the
    /// moment when the message was received first.
    pub fn new(date: UnixTime, provider: &'static dyn Provider, policy: &Policy) -> Self {
        Self {
            date,
            provider,
            policy: policy.clone(),
            intake: Intake::new(policy.header_octets),
            candidates: Vec::new(),
            keys: Keys::default(),
            deadline: None,
            more_signatures: 0,
            report: None,
        }
    }

    /// Takes the next piece of the message, as it came over the wire with the dots unstuffed. Line ends must be CRLF;
    /// nothing is repaired.
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) {
        if let Some(body) = self.intake.handle_input(input) {
            self.end_header(now);
            self.intake.body.update(body);
        }
    }

    /// The message is complete.
    pub fn handle_eof(&mut self, now: Instant) {
        let header_only = self.intake.header().is_none();
        if self.intake.handle_eof() {
            if header_only {
                self.end_header(now);
            }
            self.intake.body.finish();
            self.conclude();
        }
    }

    /// Takes the next question. Those that are there may all be resolved at the same time.
    pub fn poll_query(&mut self) -> Option<Query> {
        self.keys.poll_query()
    }

    /// Takes the answer to a question. Answers to questions that are not open change nothing.
    pub fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>) {
        self.handle_timeout(now);
        self.keys.handle_answer(self.provider, self.policy.keys, id, answer);
        self.conclude();
    }

    /// Answers a question with a key that was made ready before.
    pub fn handle_key(&mut self, now: Instant, id: QueryId, key: Key) {
        self.handle_timeout(now);
        self.keys.handle_key(id, key);
        self.conclude();
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) if no answer comes until then; `None` while nothing is
    /// asked.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.deadline.filter(|_| !self.keys.are_complete())
    }

    /// Time has passed. A call before [`poll_timeout`](Self::poll_timeout) is due does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.poll_timeout().is_some_and(|deadline| now >= deadline) {
            self.keys.give_up();
            self.conclude();
        }
    }

    /// The report, when the message has ended and all keys are there, or will never be.
    pub const fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// The header, when it is complete.
    pub(crate) const fn header(&self) -> Option<&Header> {
        self.intake.header()
    }

    /// Whether the header is longer than what is held.
    pub(crate) const fn header_is_too_long(&self) -> bool {
        self.intake.header_is_too_long()
    }

    /// The header is complete: what is signed, how, and with which keys?
    fn end_header(&mut self, now: Instant) {
        let Self { intake, candidates, keys, policy, provider, .. } = self;
        let unreadable = intake.header_is_too_long() || intake.header().is_some_and(Header::is_malformed);
        let Some(header) = intake.header() else { return };
        let fields = header.with_name(FIELD_NAME);
        self.more_signatures = fields.len().saturating_sub(policy.signatures);
        candidates.reserve_exact(fields.len() - self.more_signatures);
        for &field in fields.iter().take(policy.signatures) {
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
        self.deadline = Some(now + policy.deadline);
    }

    /// Writes the report, if everything is known.
    fn conclude(&mut self) {
        let Some(header) = self.intake.header() else { return };
        if !self.intake.has_ended() || self.report.is_some() || !self.keys.are_complete() {
            return;
        }
        let mut message = Vec::with_capacity(header.octets().len().min(4096));
        let from_fields = header.count("From");
        let candidates = core::mem::take(&mut self.candidates);
        let outcome = |candidate: Candidate| self.outcome(candidate, header, from_fields, &mut message);
        self.report = Some(Report {
            signatures: candidates.into_iter().map(outcome).collect(),
            more_signatures: self.more_signatures,
            from_fields,
            body_defects: self.intake.body.defects(),
        });
    }

    fn outcome(&self, candidate: Candidate, header: &Header, from_fields: usize, message: &mut Vec<u8>) -> Outcome {
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
            let (result, facts) = self.verify(&candidate, signature, header, message);
            (outcome.key_bits, outcome.testing) = (facts.bits, facts.testing);
            outcome.cause = result.err().or_else(|| self.objection(signature, &candidate, from_fields));
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
        message: &mut Vec<u8>,
    ) -> (Result<(), Cause>, KeyFacts) {
        message.clear();
        try_keys(&self.keys, candidate.key, |key| {
            check_key(key, signature.algorithm, &self.policy)?;
            if key.record().strict && signature.identity_is_below() {
                return Err(Cause::KeyNotForIdentity);
            }
            check_body(signature, &self.intake.body, candidate.body_hash)?;
            if message.is_empty() {
                let form = signature.header_canonicalization;
                header.canonicalize(form, signature.signed_fields(), message);
                header.canonicalize_signature(form, candidate.field, signature.signature_range(), message);
            }
            check_signature(key, signature.algorithm, message, &signature.signature)
        })
    }

    /// Which rule a signature that holds breaks.
    fn objection(&self, signature: &Signature, candidate: &Candidate, from_fields: usize) -> Option<Cause> {
        let Self { policy, date, intake, .. } = self;
        if signature.expiration.is_some_and(|expiration| *date > expiration.after(policy.clock_skew)) {
            return Some(Cause::Expired);
        }
        if signature.timestamp.is_some_and(|timestamp| timestamp > date.after(policy.clock_skew)) {
            return Some(Cause::Future);
        }
        let signed_from = signature.signed_fields().filter(|field| field.eq_ignore_ascii_case("From")).count();
        if signed_from < from_fields && !policy.accept_unsigned_from {
            return Some(Cause::UnsignedFrom);
        }
        if let (Some(length), Some(index)) = (signature.body_length, candidate.body_hash) {
            let unsigned = intake.body.octets(index).saturating_sub(length);
            if unsigned > 0 && !policy.accept_unsigned_body {
                return Some(Cause::UnsignedBody(unsigned));
            }
        }
        let defects = intake.body.defects();
        let bare = defects.bare_cr + defects.bare_lf > 0;
        (bare && !policy.accept_bare_line_ends).then_some(Cause::BareLineEnd)
    }
}
