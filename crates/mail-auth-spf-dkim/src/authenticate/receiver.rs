use alloc::vec::Vec;
use core::ops::Range;

use mail_wire::Instant;
use rfc5322_message::fields::{Fields, HeadScanner, HeadStatus, HeaderEnd};

use super::pool::{Party, Pool};
use super::{Report, Session, Settings, header};
use crate::authres::{MethodResult, forged};
use crate::dmarc::{Authors, Identifier, Identifiers};
use crate::dns::{Answer, Query, QueryId};
use crate::spf::SpfResult;
use crate::{dmarc, iprev, spf};

/// Checks a message while it is received.
///
/// Give it the message by [`handle_input`](Self::handle_input) in pieces of any size, its end by
/// [`handle_eof`](Self::handle_eof), and what was found out about its signatures by
/// [`handle_signatures`](Self::handle_signatures); ask, answer, and look for the [`report`](Self::report). Only the header is held,
/// up to [`Settings::header_octets`].
#[derive(Debug)]
pub struct Receiver {
    session: Session,
    settings: Settings,
    head: Head,
    helo: spf::Evaluation,
    mail_from: spf::Evaluation,
    iprev: Option<iprev::Evaluation>,
    dmarc: Option<dmarc::Evaluation>,
    signatures: Option<Signatures>,
    told_dmarc: bool,
    ended: bool,
    pool: Pool,
    report: Option<Report>,
}

/// What was found out about the message's signatures.
#[derive(Debug)]
struct Signatures {
    domains: Vec<Identifier>,
    results: Vec<MethodResult>,
}

/// The header while it arrives, and what is to be known of it afterwards.
#[derive(Debug, Default)]
struct Head {
    scanner: HeadScanner,
    octets: Vec<u8>,
    too_long: bool,
    forged: Vec<Range<usize>>,
}

const PARTIES: [Party; 4] = [Party::Helo, Party::MailFrom, Party::Iprev, Party::Dmarc];

impl Receiver {
    /// Starts with what is known before the message.
    pub fn new(now: Instant, session: Session, settings: &Settings) -> Self {
        let client = &session.client;
        let mut receiver = Self {
            helo: spf::Evaluation::helo(now, client.clone(), &settings.spf),
            mail_from: spf::Evaluation::mail_from(now, client.clone(), &session.reverse_path, &settings.spf),
            iprev: settings.iprev.map(|limits| iprev::Evaluation::new(now, client.address(), &limits)),
            dmarc: None,
            signatures: None,
            told_dmarc: false,
            ended: false,
            head: Head::default(),
            pool: Pool::default(),
            report: None,
            settings: settings.clone(),
            session,
        };
        receiver.proceed(now);
        receiver
    }

    /// Takes the next piece of the message, as it came over the wire with the dots unstuffed.
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) {
        if self.ended || self.dmarc.is_some() {
            return;
        }
        let (consumed, complete) = match self.head.scanner.push(input) {
            HeadStatus::Complete { consumed } => (consumed, true),
            _ => (input.len(), false),
        };
        let room = self.settings.header_octets.saturating_sub(self.head.octets.len());
        self.head.too_long |= consumed > room;
        self.head.octets.extend_from_slice(input.get(..consumed.min(room)).unwrap_or_default());
        if complete {
            self.start_dmarc(now);
            self.proceed(now);
        }
    }

    /// The message is complete.
    pub fn handle_eof(&mut self, now: Instant) {
        if !core::mem::replace(&mut self.ended, true) {
            self.start_dmarc(now);
            self.proceed(now);
        }
    }

    /// Takes what a DKIM verifier has found: the domains of signatures that are valid, or may yet prove valid, and the
    /// results for the header. DMARC, and with it the report, waits for this call; a message without signatures has
    /// empty lists. Only the first call counts.
    pub fn handle_signatures(&mut self, now: Instant, domains: Vec<Identifier>, results: Vec<MethodResult>) {
        if self.signatures.is_none() {
            self.signatures = Some(Signatures { domains, results });
            self.proceed(now);
        }
    }

    /// Takes the next question. Those that are there may all be resolved at the same time.
    pub fn poll_query(&mut self) -> Option<Query> {
        if self.report.is_some() { None } else { self.pool.poll() }
    }

    /// Takes the answer to a question. Answers to questions that are not open change nothing.
    pub fn handle_answer(&mut self, now: Instant, id: QueryId, answer: Answer<'_>) {
        for (party, id) in self.pool.close(id, answer) {
            self.answer(now, party, id, answer);
        }
        self.proceed(now);
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) if no answer comes until then.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let iprev = self.iprev.as_ref().and_then(iprev::Evaluation::poll_timeout);
        let dmarc = self.dmarc.as_ref().and_then(dmarc::Evaluation::poll_timeout);
        [self.helo.poll_timeout(), self.mail_from.poll_timeout(), iprev, dmarc].into_iter().flatten().min()
    }

    /// Time has passed. A call before [`poll_timeout`](Self::poll_timeout) is due does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.helo.handle_timeout(now);
        self.mail_from.handle_timeout(now);
        self.iprev.iter_mut().for_each(|iprev| iprev.handle_timeout(now));
        self.dmarc.iter_mut().for_each(|dmarc| dmarc.handle_timeout(now));
        self.proceed(now);
    }

    /// The report, when the message has ended and all is known.
    pub const fn report(&self) -> Option<&Report> {
        self.report.as_ref()
    }

    /// The field `Received-SPF` for the reverse-path, for those who want it beside the report's own.
    pub fn received_spf(&self) -> Option<spf::ReceivedSpf<'_>> {
        spf::ReceivedSpf::new(&self.mail_from)
    }

    /// The header is complete: who is the author, and which fields are forged?
    fn start_dmarc(&mut self, now: Instant) {
        if self.dmarc.is_some() {
            return;
        }
        let head = core::mem::take(&mut self.head.octets);
        self.head.forged = forged(&head, self.session.results.authserv_id());
        let mut fields = Fields::new(&head);
        let mut authors =
            Authors::of_fields(fields.by_ref().filter(|field| field.is("From")).map(|field| field.body()));
        if self.head.too_long || fields.end() == Some(HeaderEnd::NotAField) || starts_with_spaced_from(&head) {
            // Others may read on, and find another author.
            authors.mark_malformed();
        }
        self.dmarc = Some(dmarc::Evaluation::new(now, authors, &self.settings.dmarc));
    }

    fn answer(&mut self, now: Instant, party: Party, id: QueryId, answer: Answer<'_>) {
        match party {
            Party::Helo => self.helo.handle_answer(now, id, answer),
            Party::MailFrom => self.mail_from.handle_answer(now, id, answer),
            Party::Iprev => self.iprev.iter_mut().for_each(|iprev| iprev.handle_answer(now, id, answer)),
            Party::Dmarc => self.dmarc.iter_mut().for_each(|dmarc| dmarc.handle_answer(now, id, answer)),
        }
    }

    fn ask(&mut self, party: Party) -> Option<Query> {
        match party {
            Party::Helo => self.helo.poll_query(),
            Party::MailFrom => self.mail_from.poll_query(),
            Party::Iprev => self.iprev.as_mut()?.poll_query(),
            Party::Dmarc => self.dmarc.as_mut()?.poll_query(),
        }
    }

    /// Goes as far as what is known allows.
    fn proceed(&mut self, now: Instant) {
        self.collect_questions(now);
        self.tell_dmarc(now);
        self.collect_questions(now);
        self.conclude();
    }

    fn collect_questions(&mut self, now: Instant) {
        for party in PARTIES {
            while let Some(query) = self.ask(party) {
                let id = query.id;
                if let Some(known) = self.pool.add(party, query) {
                    let known = known.cloned();
                    self.answer(now, party, id, known.as_ref().map_err(|error| *error));
                }
            }
        }
    }

    /// Tells DMARC what is authenticated, once that is known.
    fn tell_dmarc(&mut self, now: Instant) {
        let (Some(signatures), false) = (&self.signatures, self.told_dmarc) else { return };
        let (Some(dmarc), Some(spf)) = (&mut self.dmarc, self.mail_from.outcome()) else { return };
        let authenticated = match spf.result {
            SpfResult::Pass => Some(true),
            SpfResult::TempError => Some(false),
            _ => None,
        };
        let identifier = |authenticated| Some(Identifier { domain: spf.domain.clone()?, authenticated });
        let identifiers = Identifiers { spf: authenticated.and_then(identifier), dkim: signatures.domains.clone() };
        dmarc.handle_identifiers(now, identifiers);
        self.told_dmarc = true;
    }

    /// Writes the report, if everything is known.
    fn conclude(&mut self) {
        if self.report.is_some() || !self.ended {
            return;
        }
        let (Some(helo), Some(spf)) = (self.helo.outcome(), self.mail_from.outcome()) else { return };
        let Some(dmarc) = self.dmarc.as_ref().and_then(dmarc::Evaluation::outcome) else { return };
        let iprev = match &self.iprev {
            Some(evaluation) => match evaluation.outcome() {
                Some(outcome) => Some(outcome.clone()),
                None => return,
            },
            None => None,
        };
        let client = &self.session.client;
        let mut results = self.session.results.clone();
        if let Some(iprev) = &iprev {
            header::push(&mut results, header::iprev(iprev, client));
        }
        header::push(&mut results, header::spf(helo, "helo", client.helo()));
        if !self.session.reverse_path.is_empty() {
            header::push(&mut results, header::spf(spf, "mailfrom", &self.session.reverse_path));
        }
        let signatures = self.signatures.iter().flat_map(|signatures| &signatures.results);
        signatures.for_each(|result| results.push(result.clone()));
        header::push(&mut results, header::dmarc(dmarc));
        self.report = Some(Report {
            helo: helo.clone(),
            spf: spf.clone(),
            spf_trace: self.mail_from.trace().clone(),
            iprev,
            dmarc: dmarc.clone(),
            header: results,
            cut: self.head.forged.clone(),
            header_too_long: self.head.too_long,
        });
    }
}

/// Whether the first line is `From :`, which the splitter takes for the line of an mbox and others for a field.
fn starts_with_spaced_from(head: &[u8]) -> bool {
    let Some(rest) = head.strip_prefix(b"From ") else { return false };
    rest.iter().find(|octet| !matches!(octet, b' ' | b'\t')) == Some(&b':')
}
