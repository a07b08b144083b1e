//! Mail from strangers: SPF, DKIM, DMARC and ARC are checked while it arrives.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::authenticate::{Receiver, Report, Session, Settings};
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dmarc::{self, DmarcResult, Policy};
use mail_auth_spf_dkim::dns::Name;
use mail_auth_spf_dkim::spf::Client;
use mail_tokio::dns::Lookups;
use mail_wire::Clock;
use programs::resolver::Source;
use smtp_proto::reply::Reply;

/// How mail is checked here.
pub(crate) struct Checking {
    source: Source,
    settings: Settings,
    enforce_dmarc: bool,
}

impl Checking {
    /// Checks with answers from `source`. `enforce_dmarc` refuses what the author's domain wants refused, and what has no
    /// author to ask; what may have to be refused and cannot be known yet is to be sent again.
    pub(crate) fn new(source: Source, enforce_dmarc: bool) -> Self {
        let mut settings = Settings::default();
        // The client waits for the reply to its message, and SPF should have so much (RFC 7208 section 4.6.4).
        let patience = Duration::from_secs(20);
        (settings.spf.deadline, settings.dkim.deadline, settings.dmarc.deadline) = (patience, patience, patience);
        settings.iprev = None;
        Self { source, settings, enforce_dmarc }
    }

    /// A message begins. `host` is the name by which this office is known.
    pub(crate) fn begin(&self, client: IpAddr, helo: &str, sender: &str, host: &str) -> io::Result<Check> {
        let clock = Clock::start();
        let date = UnixTime::new(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));
        let mut client = Client::new(client, helo).with_unix_time(date.seconds());
        if let Ok(host) = Name::parse(host) {
            client = client.with_receiver(host);
        }
        let session = Session::new(date, client, sender, host).map_err(io::Error::other)?;
        let receiver = Receiver::new(clock.now(), session, default_provider(), &self.settings);
        Ok(Check { receiver, lookups: Lookups::new(self.source.clone(), clock), clock })
    }

    /// Why a message with this report is not taken, if it is not.
    pub(crate) fn objection(&self, report: &Report) -> Option<Reply> {
        if report.header_too_long {
            // What stands behind that was not looked at, and may pretend to be a result of this office.
            return Some(Reply::REFUSED_BY_POLICY);
        }
        match report.dmarc.result {
            _ if !self.enforce_dmarc => None,
            DmarcResult::Fail if report.dmarc.disposition == Policy::Reject => Some(Reply::REFUSED_BY_POLICY),
            // Several authors, or one that readers differ about, are no way around the policy of any of them.
            DmarcResult::PermError => Some(Reply::REFUSED_BY_POLICY),
            DmarcResult::TempError if may_be_refused(&report.dmarc) => Some(Reply::TRY_LATER),
            _ => None,
        }
    }
}

/// Whether an answer that is still missing could have the author's domain want a message refused.
fn may_be_refused(dmarc: &dmarc::Outcome) -> bool {
    let is_testing = dmarc.record.as_ref().is_some_and(|record| record.testing);
    dmarc.policy.is_none_or(|policy| policy == Policy::Reject && !is_testing)
}

/// One message that is being checked.
pub(crate) struct Check {
    receiver: Receiver,
    lookups: Lookups<Source>,
    clock: Clock,
}

impl Check {
    /// More of the message.
    pub(crate) fn hear(&mut self, octets: &[u8]) {
        self.receiver.handle_input(self.clock.now(), octets);
    }

    /// Lets the DNS work until this is dropped.
    pub(crate) async fn go_on(&mut self) -> Infallible {
        self.lookups.until(&mut self.receiver, pending()).await
    }

    /// The message has ended: waits for what the DNS has still to say.
    pub(crate) async fn finish(mut self) -> io::Result<Report> {
        self.receiver.handle_eof(self.clock.now());
        self.lookups.finish(&mut self.receiver).await;
        self.receiver.report().cloned().ok_or_else(|| io::Error::other("the checks did not come to an end"))
    }
}
