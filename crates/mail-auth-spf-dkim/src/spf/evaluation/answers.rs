//! What answers mean, by what they were asked for.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::questions::HostAnswer;
use super::{Evaluation, PolicyOf, Purpose};
use crate::dns::{Answer, DnsError, Name, Query, QueryId, Records};
use crate::spf::parse::is_spf;
use crate::spf::{Cause, NoPolicy, PrefixLengths, Record, StepEvent};

impl Evaluation {
    pub(super) fn take_answer(&mut self, id: QueryId, answer: Answer<'_>) {
        let Some(query) = self.questions.open(id) else { return };
        let record_type = query.record_type;
        let answer = match answer {
            Ok(records) if records.record_type() != record_type => Err(DnsError::Temporary),
            Ok(records) if records.is_empty() => Err(DnsError::NoData),
            answer => answer,
        };
        if self.limits.trace {
            let name = query.name.clone();
            self.note(|| StepEvent::Lookup { name, record_type, found: answer.map(Records::len) });
        }
        match self.purpose {
            Purpose::Nothing => {}
            Purpose::Policy(_) => {
                let longest = self.limits.record_octets;
                match answer {
                    Ok(records) => match Record::select_up_to(records, longest) {
                        Ok(record) => self.take_policy(id, Arc::new(record)),
                        Err(reason) => {
                            self.note_unusable(id, records);
                            self.take_no_policy(id, reason);
                        }
                    },
                    Err(error) if error.is_void() => self.take_no_policy(id, NoPolicy::None),
                    Err(_) => self.fail_for(id),
                }
            }
            Purpose::Exists => self.take_presence(id, answer.map(|_| true)),
            Purpose::Addresses(prefix) => {
                let found = answer.map(|records| has_client(records, self.client.address(), prefix));
                self.take_presence(id, found);
            }
            Purpose::Exchangers(prefix) => self.take_exchangers(id, answer, prefix),
            Purpose::ExchangerAddresses(prefix) => {
                self.take_host(id, answer, prefix);
                self.work_off_exchangers();
            }
            Purpose::ClientNames => self.take_client_names(answer),
            Purpose::ClientNameAddresses => {
                self.take_host(id, answer, PrefixLengths::HOST);
                self.work_off_client_names();
            }
            Purpose::Explanation => self.take_explanation(answer),
        }
    }

    /// Shows the texts that would be policies, if they were not malformed or several.
    fn note_unusable(&mut self, id: QueryId, records: &Records) {
        let Some(domain) = self.questions.open(id).map(|query| query.name.clone()).filter(|_| self.limits.trace) else {
            return;
        };
        let longest = self.limits.record_octets;
        for text in records.texts().filter(|text| is_spf(text) && text.len() <= longest) {
            let text = String::from_utf8_lossy(text).replace(char::is_control, "\u{fffd}").into_boxed_str();
            self.note(|| StepEvent::UnusablePolicy { domain: domain.clone(), text });
        }
    }

    pub(super) fn take_policy(&mut self, id: QueryId, record: Arc<Record>) {
        if let Some((domain, of)) = self.take_policy_question(id) {
            self.enter(domain, record, of);
        }
    }

    pub(super) fn take_no_policy(&mut self, id: QueryId, reason: NoPolicy) {
        if let Some((domain, of)) = self.take_policy_question(id) {
            self.finish(match reason {
                NoPolicy::None if of == PolicyOf::Identity => Cause::NoPolicy { domain },
                reason => Cause::UnusablePolicy { domain, reason },
            });
        }
    }

    /// Whose policy was asked for, and why, if this question was for one and is open.
    fn take_policy_question(&mut self, id: QueryId) -> Option<(Name, PolicyOf)> {
        let Purpose::Policy(of) = self.purpose else { return None };
        let question = self.questions.take_only(id)?;
        self.purpose = Purpose::Nothing;
        Some((question.name, of))
    }

    /// The answer to `a` or `exists`.
    fn take_presence(&mut self, id: QueryId, found: Result<bool, DnsError>) {
        match found {
            Ok(found) => self.go_on(found),
            Err(error) if error.is_void() => match self.charge_void() {
                Ok(()) => self.go_on(false),
                Err(cause) => self.finish(cause),
            },
            Err(_) => self.fail_for(id),
        }
    }

    fn go_on(&mut self, matches: bool) {
        self.questions.clear();
        self.purpose = Purpose::Nothing;
        self.decide(matches);
        self.run();
    }

    fn fail_for(&mut self, id: QueryId) {
        if let Some(Query { name, record_type, .. }) = self.questions.take_only(id) {
            self.finish(Cause::Dns { name, record_type });
        }
    }

    fn take_exchangers(&mut self, id: QueryId, answer: Answer<'_>, prefix: PrefixLengths) {
        let records = match answer {
            Ok(Records::Mx(records)) => records,
            Ok(_) => return self.fail_for(id),
            Err(error) => return self.take_presence(id, Err(error)),
        };
        if records.len() > self.limits.mail_exchangers {
            if let Some(Query { name: domain, .. }) = self.questions.take_only(id) {
                self.finish(Cause::TooManyExchangers { domain });
            }
            return;
        }
        // Sorted, so that the outcome does not depend on the order in which a server lists them.
        let mut sorted: Vec<_> = records.iter().filter(|record| !record.exchange.is_root()).collect();
        sorted.sort_unstable();
        self.ask_addresses(sorted.into_iter().map(|record| &record.exchange));
        self.purpose = Purpose::ExchangerAddresses(prefix);
        self.work_off_exchangers();
    }

    fn ask_addresses<'a>(&mut self, hosts: impl Iterator<Item = &'a Name>) {
        let record_type = self.address_type();
        self.questions.clear();
        for host in hosts {
            self.questions.ask(host.clone(), record_type);
        }
    }

    fn take_host(&mut self, id: QueryId, answer: Answer<'_>, prefix: PrefixLengths) {
        let answer = match answer {
            Ok(records) if has_client(records, self.client.address(), prefix) => HostAnswer::Match,
            Ok(_) => HostAnswer::NoMatch,
            Err(error) if error.is_void() => HostAnswer::NoMatch,
            Err(_) => HostAnswer::Failed,
        };
        self.questions.answered(id, answer);
    }

    /// The first exchanger in line that decides does so: what is behind it is not waited for.
    fn work_off_exchangers(&mut self) {
        while let Some((query, answer)) = self.questions.next_answer() {
            match answer {
                HostAnswer::Match => return self.go_on(true),
                HostAnswer::NoMatch => {}
                HostAnswer::Failed => {
                    return self.finish(Cause::Dns { name: query.name, record_type: query.record_type });
                }
            }
        }
        if self.questions.all_done() {
            self.go_on(false);
        }
    }

    /// RFC 7208 section 5.5: an error here is no more than the lack of a name.
    fn take_client_names(&mut self, answer: Answer<'_>) {
        let names = match answer {
            Ok(Records::Ptr(names)) => names.as_slice(),
            Err(error) if error.is_void() && self.explaining.is_none() => match self.charge_void() {
                Ok(()) => &[],
                Err(cause) => return self.finish(cause),
            },
            _ => &[],
        };
        self.client_names = Some(Vec::new());
        self.ask_addresses(names.iter().take(self.limits.client_names));
        self.purpose = Purpose::ClientNameAddresses;
        self.work_off_client_names();
    }

    /// Goes on with the names that are known to be the client's.
    pub(super) fn give_up_client_names(&mut self) {
        match self.purpose {
            Purpose::ClientNames => self.take_client_names(Err(DnsError::Temporary)),
            _ => {
                self.questions.give_up();
                self.work_off_client_names();
            }
        }
    }

    fn work_off_client_names(&mut self) {
        while let Some((query, answer)) = self.questions.next_answer() {
            if answer == HostAnswer::Match {
                self.client_names.get_or_insert_default().push(query.name);
            }
        }
        if self.questions.all_done() {
            self.questions.clear();
            self.purpose = Purpose::Nothing;
            self.deadline += self.limits.deadline / 2;
            if self.explaining.is_some() { self.go_on_explaining() } else { self.run() }
        }
    }
}

fn has_client(records: &Records, client: IpAddr, prefix: PrefixLengths) -> bool {
    match records {
        Records::A(list) => list.iter().any(|address| prefix.agree(client, IpAddr::V4(*address))),
        Records::Aaaa(list) => list.iter().any(|address| prefix.agree(client, IpAddr::V6(*address))),
        _ => false,
    }
}
