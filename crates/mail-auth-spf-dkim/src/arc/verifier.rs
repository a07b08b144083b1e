use mail_wire::Instant;

use super::Report;
use super::verification::Verification;
use crate::crypto::Provider;
use crate::dkim::intake::Intake;
use crate::dkim::{Key, Policy};
use crate::dns::{Answer, Query, QueryId};

/// Verifies the chain of a message (RFC 8617 section 5.2).
///
/// Use it as a [`dkim::Verifier`](crate::dkim::Verifier). Of the policy count the sizes of keys, the limits, and whether the
/// end of the body, or a From of several, may be left open. Unlike a signature of DKIM, a link need not sign the one
/// From there is: ask what it [says](super::Report::links) of the message only if you trust its host.
#[derive(Debug)]
pub struct Verifier {
    intake: Intake,
    verification: Verification,
}

impl Verifier {
    /// Starts before the first octet of a message.
    pub fn new(provider: &'static dyn Provider, policy: &Policy) -> Self {
        Self { intake: Intake::new(policy.header_octets), verification: Verification::new(provider, policy) }
    }

    /// Takes the next piece of the message, as it came over the wire with the dots unstuffed.
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) {
        if let Some(body) = self.intake.handle_input(input) {
            self.verification.handle_header(now, &mut self.intake);
            self.intake.body.update(body);
        }
    }

    /// The message is complete.
    pub fn handle_eof(&mut self, now: Instant) {
        let header_only = self.intake.header().is_none();
        if self.intake.handle_eof() {
            if header_only {
                self.verification.handle_header(now, &mut self.intake);
            }
            self.intake.body.finish();
            self.verification.conclude(&self.intake);
        }
    }

    /// Takes the next question. Those that are there may all be resolved at the same time.
    pub fn poll_query(&mut self) -> Option<Query> {
        self.verification.poll_query()
    }

    /// Takes the answer to a question. Answers to questions that are not open change nothing.
    pub fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>) {
        self.verification.handle_answer(now, id, answer, &self.intake);
    }

    /// Answers a question with a key that was made ready before.
    pub fn handle_key(&mut self, now: Instant, id: QueryId, key: Key) {
        self.verification.handle_key(now, id, key, &self.intake);
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) if no answer comes until then; `None` while nothing is
    /// asked.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.verification.poll_timeout()
    }

    /// Time has passed. A call before [`poll_timeout`](Self::poll_timeout) is due does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.verification.handle_timeout(now, &self.intake);
    }

    /// The report, when the message has ended and all keys are there, or will never be.
    pub fn report(&self) -> Option<&Report> {
        self.verification.report(&self.intake)
    }
}
