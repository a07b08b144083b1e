use alloc::vec::Vec;
use core::ops::Range;

use super::pool::{Party, Pool};
use super::{Report, Session, Settings, header};
#[cfg(feature = "arc")]
use crate::arc;
use crate::authres::forged_or_mbox_line;
use crate::crypto::Provider;
use crate::dkim::DkimResult;
use crate::dkim::intake::Intake;
use crate::dmarc::{Authors, Identifier, Identifiers};
use crate::dns::{Answer, DnsError, Query, QueryId};
use crate::spf::SpfResult;
use crate::{dkim, dmarc, iprev, spf};
use mail_wire::Instant;

/// Checks a message while it is received.
///
/// Give it the message by [`handle_input`](Self::handle_input) in pieces of any size and its end by
/// [`handle_eof`](Self::handle_eof); ask, answer, and look for the [`report`](Self::report). Only the header is held, up to
/// [`Settings::header_octets`].
#[derive(Debug)]
pub struct Receiver {
    session: Session,
    settings: Settings,
    helo: spf::Evaluation,
    mail_from: spf::Evaluation,
    iprev: Option<iprev::Evaluation>,
    intake: Intake,
    dkim: dkim::Verification,
    #[cfg(feature = "arc")]
    arc: Option<arc::Verification>,
    dmarc: Option<dmarc::Evaluation>,
    cut: Vec<Range<usize>>,
    told_dmarc: bool,
    pool: Pool,
    report: Option<Report>,
}

const PARTIES: [Party; 6] = [Party::Dmarc, Party::MailFrom, Party::Helo, Party::Iprev, Party::Dkim, Party::Arc];

impl Receiver {
    /// Starts with what is known before the message.
    pub fn new(now: Instant, session: Session, provider: &'static dyn Provider, settings: &Settings) -> Self {
        let client = &session.client;
        let mut receiver = Self {
            helo: spf::Evaluation::helo(now, client, &settings.spf),
            mail_from: spf::Evaluation::mail_from(now, client, &session.reverse_path, &settings.spf),
            iprev: settings.iprev.map(|limits| iprev::Evaluation::new(now, client.address(), &limits)),
            intake: Intake::new(settings.header_octets),
            dkim: dkim::Verification::new(session.date, provider, &settings.dkim),
            #[cfg(feature = "arc")]
            arc: settings.arc.then(|| arc::Verification::new(provider, &settings.dkim)),
            dmarc: None,
            cut: Vec::new(),
            told_dmarc: false,
            pool: Pool::default(),
            report: None,
            settings: settings.clone(),
            session,
        };
        receiver.proceed(now);
        receiver
    }

    /// Takes the next piece of the message, as it came over the wire with the dots unstuffed. Line ends must be CRLF;
    /// nothing is repaired.
    pub fn handle_input(&mut self, now: Instant, input: &[u8]) {
        if let Some(body) = self.intake.handle_input(input) {
            self.handle_header(now);
            self.intake.body.update(body);
            self.proceed(now);
        }
    }

    /// The message is complete.
    pub fn handle_eof(&mut self, now: Instant) {
        let header_only = self.intake.header().is_none();
        if self.intake.handle_eof() {
            if header_only {
                self.handle_header(now);
            }
            self.intake.body.finish();
            self.dkim.conclude(&self.intake);
            #[cfg(feature = "arc")]
            self.arc.iter_mut().for_each(|arc| arc.conclude(&self.intake));
            self.proceed(now);
        }
    }

    /// Takes the next question. Those that are there may all be resolved at the same time. The author's policy comes before
    /// the keys of signatures, of which at most eight are out at once, those nearest to the author's domain first: more are
    /// there when some of them are answered.
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

    /// Answers a question for a key of DKIM or ARC with one that was made ready before, for programs that keep keys.
    pub fn handle_key(&mut self, now: Instant, id: QueryId, key: &dkim::Key) {
        for (party, id) in self.pool.close_and_forget(id) {
            match party {
                Party::Dkim => self.dkim.handle_key(now, id, key.clone(), &self.intake),
                #[cfg(feature = "arc")]
                Party::Arc => self.arc.iter_mut().for_each(|arc| arc.handle_key(now, id, key.clone(), &self.intake)),
                // To all others a key is not what they ask for.
                _ => self.answer(now, party, id, Err(DnsError::NoData)),
            }
        }
        self.proceed(now);
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) if no answer comes until then.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let iprev = self.iprev.as_ref().and_then(iprev::Evaluation::poll_timeout);
        let dmarc = self.dmarc.as_ref().and_then(dmarc::Evaluation::poll_timeout);
        let dkim = self.dkim.poll_timeout();
        #[cfg(feature = "arc")]
        let arc = self.arc.as_ref().and_then(arc::Verification::poll_timeout);
        #[cfg(not(feature = "arc"))]
        let arc = None;
        let spf = [self.helo.poll_timeout(), self.mail_from.poll_timeout()];
        spf.into_iter().chain([iprev, dkim, arc, dmarc]).flatten().min()
    }

    /// Time has passed. A call before [`poll_timeout`](Self::poll_timeout) is due does nothing.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.helo.handle_timeout(now);
        self.mail_from.handle_timeout(now);
        self.iprev.iter_mut().for_each(|iprev| iprev.handle_timeout(now));
        self.dkim.handle_timeout(now, &self.intake);
        #[cfg(feature = "arc")]
        self.arc.iter_mut().for_each(|arc| arc.handle_timeout(now, &self.intake));
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

    /// The header is complete: what is signed, who is the author, and what is to be cut?
    fn handle_header(&mut self, now: Instant) {
        self.dkim.handle_header(now, &mut self.intake);
        #[cfg(feature = "arc")]
        self.arc.iter_mut().for_each(|arc| arc.handle_header(now, &mut self.intake));
        let Some(header) = self.intake.header() else { return };
        self.cut = forged_or_mbox_line(header.octets(), self.session.results.authserv_id());
        let from = header.with_name("From").map(|field| header.body(field));
        let mut authors = Authors::of_fields(from);
        let is_doubtful = header.is_malformed() || header.has_bare_cr() || header.ends_at_bare_lf();
        if is_doubtful || self.intake.header_is_too_long() {
            // Others may read on, and find another author.
            authors.mark_incomplete();
        }
        if let Ok(author) = authors.domain() {
            self.pool.prefer(author);
        }
        self.dmarc = Some(dmarc::Evaluation::new(now, authors, &self.settings.dmarc));
    }

    fn answer(&mut self, now: Instant, party: Party, id: QueryId, answer: Answer<'_>) {
        match party {
            Party::Helo => self.helo.handle_answer(now, id, answer),
            Party::MailFrom => self.mail_from.handle_answer(now, id, answer),
            Party::Iprev => self.iprev.iter_mut().for_each(|iprev| iprev.handle_answer(now, id, answer)),
            Party::Dkim => self.dkim.handle_answer(now, id, answer, &self.intake),
            #[cfg(feature = "arc")]
            Party::Arc => self.arc.iter_mut().for_each(|arc| arc.handle_answer(now, id, answer, &self.intake)),
            #[cfg(not(feature = "arc"))]
            Party::Arc => {}
            Party::Dmarc => self.dmarc.iter_mut().for_each(|dmarc| dmarc.handle_answer(now, id, answer)),
        }
    }

    fn ask(&mut self, party: Party) -> Option<Query> {
        match party {
            Party::Helo => self.helo.poll_query(),
            Party::MailFrom => self.mail_from.poll_query(),
            Party::Iprev => self.iprev.as_mut()?.poll_query(),
            Party::Dkim => self.dkim.poll_query(),
            #[cfg(feature = "arc")]
            Party::Arc => self.arc.as_mut()?.poll_query(),
            #[cfg(not(feature = "arc"))]
            Party::Arc => None,
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
        let (Some(signatures), false) = (self.dkim.report(), self.told_dmarc) else { return };
        let (Some(dmarc), Some(spf)) = (&mut self.dmarc, self.mail_from.outcome()) else { return };
        let authenticated = match spf.result {
            SpfResult::Pass => Some(true),
            SpfResult::TempError => Some(false),
            _ => None,
        };
        let identifier = |authenticated| Some(Identifier { domain: spf.domain.clone()?, authenticated });
        let signed = signatures.signatures.iter().filter_map(|outcome| {
            let authenticated = match outcome.result {
                DkimResult::Pass => true,
                DkimResult::TempError => false,
                _ => return None,
            };
            Some(Identifier { domain: outcome.domain.clone()?, authenticated })
        });
        let identifiers = Identifiers { spf: authenticated.and_then(identifier), dkim: signed.collect() };
        dmarc.handle_identifiers(now, identifiers);
        self.told_dmarc = true;
    }

    /// Writes the report, if everything is known.
    fn conclude(&mut self) {
        if self.report.is_some() || !self.intake.has_ended() {
            return;
        }
        let (Some(helo), Some(spf)) = (self.helo.outcome(), self.mail_from.outcome()) else { return };
        let Some(signatures) = self.dkim.report() else { return };
        let Some(dmarc) = self.dmarc.as_ref().and_then(dmarc::Evaluation::outcome) else { return };
        let iprev = match &self.iprev {
            Some(evaluation) => match evaluation.outcome() {
                Some(outcome) => Some(outcome.clone()),
                None => return,
            },
            None => None,
        };
        #[cfg(feature = "arc")]
        if self.arc.as_ref().is_some_and(|arc| arc.report(&self.intake).is_none()) {
            return;
        }
        let client = &self.session.client;
        let mut results = self.session.results.clone();
        if let Some(iprev) = &iprev {
            header::push(&mut results, header::iprev(iprev, client));
        }
        header::push(&mut results, header::spf(helo, "helo", client.helo()));
        if !self.session.reverse_path.is_empty() {
            header::push(&mut results, header::spf(spf, "mailfrom", &self.session.reverse_path));
        }
        header::push_signatures(&mut results, signatures);
        header::push(&mut results, header::dmarc(dmarc));
        #[cfg(feature = "arc")]
        if let Some(report) = self.arc.as_ref().and_then(|arc| arc.report(&self.intake)) {
            header::push(&mut results, header::arc(report, client));
        }
        self.report = Some(Report {
            helo: helo.clone(),
            spf: spf.clone(),
            spf_trace: self.mail_from.trace().clone(),
            iprev,
            dkim: signatures.clone(),
            dmarc: dmarc.clone(),
            #[cfg(feature = "arc")]
            arc: self.arc.as_ref().and_then(|arc| arc.report(&self.intake)).cloned(),
            header: results,
            cut: self.cut.clone(),
            header_too_long: self.intake.header_is_too_long(),
        });
    }
}
