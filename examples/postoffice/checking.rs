//! Mail from strangers: SPF, DKIM, DMARC and ARC are checked while it arrives.

use std::io;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::authenticate::{Receiver, Report, Session, Settings};
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dmarc::{DmarcResult, Policy};
use mail_auth_spf_dkim::dns::Name;
use mail_auth_spf_dkim::spf::Client;
use mail_tokio::dns::Lookups;
use mail_wire::Clock;
use programs::resolver::Source;

/// How mail is checked here.
pub(crate) struct Checking {
    source: Source,
    settings: Settings,
    enforce_dmarc: bool,
}

impl Checking {
    /// Checks with answers from `source`. `enforce_dmarc` refuses what the author's domain wants refused.
    pub(crate) fn new(source: Source, enforce_dmarc: bool) -> Self {
        let mut settings = Settings::default();
        // The client waits for the reply to its message.
        let patience = Duration::from_secs(10);
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
        let mut check = Check { receiver, lookups: Lookups::new(self.source.clone(), clock), clock };
        check.lookups.proceed(&mut check.receiver);
        Ok(check)
    }

    /// Whether a message with this report is not to be taken.
    pub(crate) fn refuses(&self, report: &Report) -> bool {
        self.enforce_dmarc && report.dmarc.result == DmarcResult::Fail && report.dmarc.disposition == Policy::Reject
    }
}

/// One message that is being checked.
pub(crate) struct Check {
    receiver: Receiver,
    lookups: Lookups<Source>,
    clock: Clock,
}

impl Check {
    /// More of the message. The DNS works while the next octets are on their way.
    pub(crate) fn hear(&mut self, octets: &[u8]) {
        self.receiver.handle_input(self.clock.now(), octets);
        self.lookups.proceed(&mut self.receiver);
    }

    /// The message has ended: waits for what the DNS has still to say.
    pub(crate) async fn finish(mut self) -> io::Result<Report> {
        self.receiver.handle_eof(self.clock.now());
        self.lookups.finish(&mut self.receiver).await;
        self.receiver.report().cloned().ok_or_else(|| io::Error::other("the checks did not come to an end"))
    }
}
