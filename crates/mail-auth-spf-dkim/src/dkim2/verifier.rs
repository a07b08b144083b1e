use alloc::vec::Vec;

use mail_wire::Instant;

use super::body::EarlierBodies;
use super::chain::Chain;
use super::header::HashedHeader;
use super::message_instance::{InstanceHash, MessageInstance};
use super::recipe::BodyRecipe;
use super::{Cause, Dkim2Result, Entry, Envelope, Report, Signature, signed_fields};
use crate::UnixTime;
use crate::crypto::{Digest, HashAlgorithm, Provider};
use crate::dkim::body_hash::BodyHashIndex;
use crate::dkim::check::{check_key, check_signature};
use crate::dkim::header::Header;
use crate::dkim::intake::Intake;
use crate::dkim::keys::Keys;
use crate::dkim::signature::key_name;
use crate::dkim::{self, Canonicalization, Key, Policy};
use crate::dns::{Answer, DnsError, Query, QueryId};

/// Verifies the hops of a message (section 14).
///
/// Use it as a [`dkim::Verifier`]. Of the policy count the sizes of keys, the longest header and the deadline.
#[derive(Debug)]
pub struct Verifier {
    envelope: Envelope,
    date: UnixTime,
    provider: &'static dyn Provider,
    policy: Policy,
    intake: Intake,
    chain: Chain,
    keys: Keys,
    /// The keys of each hop, in the order of its signatures.
    key_numbers: Vec<Vec<Option<usize>>>,
    bodies: EarlierBodies,
    /// The body hashes that each instance wants, from the last back.
    body_hashes: Vec<BodyOf>,
    report: Option<Report>,
}

/// Which body an instance has, and which of its hashes were made.
#[derive(Debug, Default)]
struct BodyOf {
    /// The number of recipes for the body that lie between: none is the present one.
    recipes: usize,
    hashes: Vec<(HashAlgorithm, BodyHashIndex)>,
}

/// How many records of one name are read: two, and there are several keys.
const MOST_KEYS: usize = 2;

impl Verifier {
    /// Starts before the first octet of a message that came with this envelope. `date` is the wall clock, best when the
    /// message was received.
    pub fn new(envelope: Envelope, date: UnixTime, provider: &'static dyn Provider, policy: &Policy) -> Self {
        Self {
            envelope,
            date,
            provider,
            policy: policy.clone(),
            intake: Intake::new(policy.header_octets),
            chain: Chain::default(),
            keys: Keys::default(),
            key_numbers: Vec::new(),
            bodies: EarlierBodies::default(),
            body_hashes: Vec::new(),
            report: None,
        }
    }

    /// Takes the next piece of the message, as it came over the wire with the dots unstuffed.
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) {
        let in_body = self.intake.header().is_some() && !self.intake.has_ended();
        if let Some(body) = self.intake.handle_input(input) {
            self.end_header(now);
            self.intake.body.update(body);
            self.bodies.update(body);
        } else if in_body {
            self.bodies.update(input);
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
            self.bodies.finish();
            self.conclude();
        }
    }

    /// Takes the next question. Those that are there may all be resolved at the same time.
    pub fn poll_query(&mut self) -> Option<Query> {
        self.keys.poll_query()
    }

    /// Takes the answer to a question. Answers to questions that are not open change nothing.
    pub fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>) {
        self.keys.handle_answer(now, self.provider, MOST_KEYS, id, answer);
        self.conclude();
    }

    /// Answers a question with a key that was made ready before.
    pub fn handle_key(&mut self, now: Instant, id: QueryId, key: Key) {
        self.keys.handle_key(now, id, key);
        self.conclude();
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) if no answer comes until then; `None` while nothing is
    /// asked.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.keys.poll_timeout()
    }

    /// Time has passed. A call before [`poll_timeout`](Self::poll_timeout) is due does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.keys.handle_timeout(now);
        self.conclude();
    }

    /// The report, when the message has ended and all keys are there, or will never be.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_ref().filter(|_| self.intake.has_ended())
    }

    /// The header is complete. What breaks a rule already needs no key.
    fn end_header(&mut self, now: Instant) {
        let Some(header) = self.intake.header() else { return };
        let unreadable = self.intake.header_is_too_long() || header.is_malformed();
        let chain = Chain::read(header).and_then(|chain| {
            if chain.is_empty() {
                return Ok(chain);
            }
            self.chain = chain;
            if unreadable {
                return Err(Cause::Header);
            }
            self.chain.check_times(self.date)?;
            self.chain.check_envelope(&self.envelope)?;
            self.chain.check_custody()?;
            Ok(core::mem::take(&mut self.chain))
        });
        match chain {
            Err(cause) => self.report = Some(self.report_on(Err(cause))),
            Ok(chain) if chain.is_empty() => {
                self.report = Some(Report { result: Dkim2Result::None, cause: None, hops: Vec::new() });
            }
            Ok(chain) => {
                self.chain = chain;
                self.keys.set_deadline(now + self.policy.deadline);
                self.want_keys();
                self.want_bodies();
            }
        }
    }

    fn want_keys(&mut self) {
        let Self { chain, keys, key_numbers, .. } = self;
        for (_, signature) in &chain.hops {
            let number = |entry: &Entry| {
                entry.algorithm?;
                Some(keys.want(key_name(&entry.selector, &signature.domain)?))
            };
            key_numbers.push(signature.groups.iter().flatten().map(number).collect());
        }
    }

    fn want_bodies(&mut self) {
        let Self { chain, intake, bodies, body_hashes, provider, .. } = self;
        let mut recipes = 0;
        for (_, instance) in chain.instances.iter().rev() {
            let mut hashes = Vec::new();
            for algorithm in instance.groups.iter().flatten().filter_map(|hash| hash.algorithm) {
                let index = match recipes {
                    0 => Some(intake.body.want(*provider, Canonicalization::Simple, algorithm, None)),
                    _ => bodies.want(*provider, algorithm),
                };
                hashes.extend(index.map(|index| (algorithm, index)));
            }
            body_hashes.push(BodyOf { recipes, hashes });
            match instance.recipe.as_ref().map(|recipe| &recipe.body) {
                Some(BodyRecipe::Steps(steps)) if instance.number > 1 => {
                    bodies.push(steps.clone());
                    recipes += 1;
                }
                // Nobody knows the bodies before: the report will say so.
                Some(BodyRecipe::Lost) if instance.number > 1 => return,
                _ => {}
            }
        }
    }

    /// Writes the report, if everything is known.
    fn conclude(&mut self) {
        if self.report.is_none() && self.intake.has_ended() && self.keys.are_complete() {
            let verified = self.intake.header().map_or(Ok(()), |header| self.verify(header));
            self.report = Some(self.report_on(verified));
        }
    }

    fn report_on(&self, verified: Result<(), Cause>) -> Report {
        let cause = verified.err();
        let result = cause.as_ref().map_or(Dkim2Result::Pass, Cause::result);
        Report { result, cause, hops: self.chain.hops.iter().map(|(_, signature)| signature.clone()).collect() }
    }

    fn verify(&self, header: &Header) -> Result<(), Cause> {
        let mut message = Vec::new();
        for ((_, signature), numbers) in self.chain.hops.iter().zip(&self.key_numbers) {
            message.clear();
            signed_fields::write(header, &self.chain, signature.hop, signature.instance, &mut message);
            let mut numbers = numbers.iter();
            one_group(&signature.groups, |entry| {
                self.verify_entry(signature, entry, numbers.next().copied().flatten(), &message)
            })?;
        }
        self.verify_instances(header)
    }

    /// Whether one signature of a hop holds (sections 14.5 and 14.6).
    fn verify_entry(
        &self,
        signature: &Signature,
        entry: &Entry,
        key: Option<usize>,
        message: &[u8],
    ) -> Result<(), Cause> {
        let algorithm = entry.algorithm.ok_or(Cause::UnknownAlgorithm(signature.hop))?;
        let cause = |cause| Cause::Signature(signature.hop, cause);
        let keys = self.keys.get(key.ok_or(cause(dkim::Cause::KeyName))?).map_err(cause)?;
        let key = match keys {
            [] => return Err(cause(dkim::Cause::NoKey(DnsError::NoData))),
            [Err(error)] => return Err(cause(dkim::Cause::Key(*error))),
            [Ok(key)] => key,
            _ => return Err(Cause::SeveralKeys(signature.hop)),
        };
        check_key(key, algorithm, &self.policy).map_err(cause)?;
        check_signature(key, algorithm, message, &entry.value).map_err(cause)
    }

    /// Whether every instance is what its hashes say, from the present one back, and each From is authentic
    /// (sections 14.7 and 14.8).
    fn verify_instances(&self, header: &Header) -> Result<(), Cause> {
        let mut fields = HashedHeader::new(header.octets());
        let mut authentic = Ok(());
        for ((_, instance), body) in self.chain.instances.iter().rev().zip(&self.body_hashes) {
            one_group(&instance.groups, |hash| self.verify_hash(instance, hash, &fields, body))?;
            let mut before = fields.clone();
            if let (Some(recipe), true) = (&instance.recipe, instance.number > 1) {
                before.undo(recipe).map_err(|_| Cause::RecipeDoesNotFit(instance.number))?;
                if recipe.body == BodyRecipe::Lost {
                    return Err(Cause::BodyLost(instance.number));
                }
            }
            if instance.number == 1 || before.from() != fields.from() {
                let signer = self.chain.hop_of(instance.number).map(|signature| &signature.domain);
                let author = fields.authors().domain();
                if !author.is_ok_and(|author| signer.is_some_and(|signer| author.is_within(signer))) {
                    authentic = Err(Cause::NotAuthentic(instance.number));
                }
            }
            fields = before;
        }
        authentic
    }

    fn verify_hash(
        &self,
        instance: &MessageInstance,
        hash: &InstanceHash,
        fields: &HashedHeader,
        body: &BodyOf,
    ) -> Result<(), Cause> {
        let number = instance.number;
        let algorithm = hash.algorithm.ok_or(Cause::UnknownHash(number))?;
        if fields.digest(self.provider, algorithm).as_ref() != hash.header {
            return Err(Cause::HeaderHash(number));
        }
        match self.body_digest(body, algorithm) {
            None => Err(Cause::RecipeDoesNotFit(number.saturating_add(1))),
            Some(digest) if digest.as_ref() == hash.body => Ok(()),
            Some(_) => Err(Cause::BodyHash(number)),
        }
    }

    fn body_digest(&self, body: &BodyOf, algorithm: HashAlgorithm) -> Option<&Digest> {
        let (_, index) = body.hashes.iter().find(|(other, _)| *other == algorithm)?;
        match body.recipes.checked_sub(1) {
            None => self.intake.body.digest(*index),
            Some(earlier) => self.bodies.digest(earlier, *index),
        }
    }
}

/// Whether all of one group hold. Else the reason that says most: in a group that something does not hold, then that
/// something is an error; of the groups the one that may hold another time, then the one that does not hold.
fn one_group<T>(groups: &[Vec<T>], mut check: impl FnMut(&T) -> Result<(), Cause>) -> Result<(), Cause> {
    let in_group = |cause: &Cause| match cause.result() {
        Dkim2Result::Fail => 0,
        Dkim2Result::TempError => 2,
        _ => 1,
    };
    let of_groups = |cause: &Cause| match cause.result() {
        Dkim2Result::TempError => 0,
        Dkim2Result::Fail => 1,
        _ => 2,
    };
    let mut causes = Vec::new();
    let mut passed = false;
    for group in groups {
        let cause = group.iter().filter_map(|item| check(item).err()).min_by_key(in_group);
        passed |= cause.is_none() && !group.is_empty();
        causes.extend(cause);
    }
    match causes.into_iter().min_by_key(of_groups) {
        Some(cause) if !passed => Err(cause),
        _ => Ok(()),
    }
}
