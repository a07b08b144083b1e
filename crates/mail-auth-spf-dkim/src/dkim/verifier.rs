use mail_wire::Instant;

use super::intake::Intake;
use super::verification::Verification;
use super::{Key, Policy, Report};
use crate::UnixTime;
use crate::crypto::Provider;
use crate::dns::{Answer, Query, QueryId};

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
    intake: Intake,
    verification: Verification,
}

impl Verifier {
    /// Starts before the first octet of a message. `date` is the wall clock, for signatures that expire: best the
    /// moment when the message was received first.
    pub fn new(date: UnixTime, provider: &'static dyn Provider, policy: &Policy) -> Self {
        Self { intake: Intake::new(policy.header_octets), verification: Verification::new(date, provider, policy) }
    }

    /// Takes the next piece of the message, as it came over the wire with the dots unstuffed. Line ends must be CRLF;
    /// nothing is repaired.
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
    pub const fn report(&self) -> Option<&Report> {
        self.verification.report()
    }
}
