//! The fields of a message, put in order, and what can be said of them without a key (sections 7, 14.2 to 14.4).

use alloc::vec::Vec;
use core::time::Duration;

use super::{Cause, Custody, Envelope, INSTANCE_NAME, MOST_HOPS, MessageInstance, Path, SIGNATURE_NAME, Signature};
use crate::UnixTime;
use crate::dkim::header::Header;

/// How far ahead of this host's clock a signer's may be (section 14.3).
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How old a signature may be (section 14.3).
const OLDEST: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// The instances and hops of a message by number, each with the number of its field.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) instances: Vec<(u32, MessageInstance)>,
    pub(super) hops: Vec<(u32, Signature)>,
}

impl Chain {
    /// Reads the fields (section 14.2). Without any, the chain is empty.
    pub(super) fn read(header: &Header) -> Result<Self, Cause> {
        let (instances, hops) = (header.with_name(INSTANCE_NAME), header.with_name(SIGNATURE_NAME));
        if instances.len().max(hops.len()) > MOST_HOPS {
            return Err(Cause::TooManyHops);
        }
        let mut chain = Self::default();
        for (place, field) in (0..).zip(instances) {
            let instance = MessageInstance::parse(header.body(field));
            chain.instances.push((field, instance.map_err(|error| Cause::InstanceField(place, error))?));
        }
        for (place, field) in (0..).zip(hops) {
            let signature = Signature::parse(header.body(field));
            chain.hops.push((field, signature.map_err(|error| Cause::SignatureField(place, error))?));
        }
        chain.instances.sort_by_key(|(_, instance)| instance.number);
        chain.hops.sort_by_key(|(_, signature)| signature.hop);
        chain.check_numbers()?;
        Ok(chain)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.instances.is_empty() && self.hops.is_empty()
    }

    /// Both are numbered from 1 without gaps, and every hop covers what was there when it signed.
    fn check_numbers(&self) -> Result<(), Cause> {
        let gap = |numbers: &mut dyn Iterator<Item = u32>| (1..).zip(numbers).find(|(number, found)| number != found);
        if let Some((number, _)) = gap(&mut self.instances.iter().map(|(_, instance)| instance.number)) {
            return Err(Cause::InstanceNumber(number));
        }
        if let Some((number, _)) = gap(&mut self.hops.iter().map(|(_, signature)| signature.hop)) {
            return Err(Cause::HopNumber(number));
        }
        let last = self.instances.last().map_or(0, |(_, instance)| instance.number);
        let mut covered = 1;
        for (_, signature) in &self.hops {
            if signature.instance > last {
                return Err(Cause::InstanceNumber(signature.instance));
            }
            if signature.instance < covered {
                return Err(Cause::Coverage(signature.hop));
            }
            covered = signature.instance;
        }
        match self.hops.last() {
            None if last > 0 => Err(Cause::HopNumber(1)),
            Some(_) if covered < last => Err(Cause::UnsignedInstance(last)),
            _ => Ok(()),
        }
    }

    /// The hop that brought an instance.
    pub(super) fn hop_of(&self, instance: u32) -> Option<&Signature> {
        self.hops.iter().map(|(_, signature)| signature).find(|signature| signature.instance >= instance)
    }

    /// No hop is too old, or signed tomorrow (section 14.3).
    pub(super) fn check_times(&self, date: UnixTime) -> Result<(), Cause> {
        for (_, signature) in &self.hops {
            if signature.timestamp > date.after(DAY) {
                return Err(Cause::Future(signature.hop));
            }
            if signature.timestamp.after(OLDEST) < date {
                return Err(Cause::Expired(signature.hop));
            }
        }
        Ok(())
    }

    /// The message came with the envelope that the last hop has signed (section 14.4).
    pub(super) fn check_envelope(&self, envelope: &Envelope) -> Result<(), Cause> {
        let Some((_, Signature { hop, custody, .. })) = self.hops.last() else { return Ok(()) };
        let Custody::Envelope { mail_from, rcpt_to } = custody else { return Err(Cause::NextDomainLast(*hop)) };
        if !mail_from.is_same(&envelope.mail_from) {
            return Err(Cause::MailFrom(*hop));
        }
        // Both are as many as strangers like.
        let mut signed: Vec<&Path> = rcpt_to.iter().collect();
        signed.sort_unstable_by(|path, other| path.compare(other));
        let is_signed = |path| signed.binary_search_by(|signed| signed.compare(path)).is_ok();
        if !envelope.rcpt_to.is_empty() && envelope.rcpt_to.iter().all(is_signed) {
            Ok(())
        } else {
            Err(Cause::RcptTo(*hop))
        }
    }

    /// Each hop got the message from the one before it (sections 7.1 and 10.8).
    pub(super) fn check_custody(&self) -> Result<(), Cause> {
        let mut before: Option<&Signature> = None;
        for (_, signature) in &self.hops {
            let sender = match &signature.custody {
                Custody::Envelope { mail_from, .. } if !mail_from.is_null() => Some(mail_from.domain()),
                _ => None,
            };
            if let Some(sender) = &sender
                && !sender.as_ref().is_some_and(|sender| sender.is_within(&signature.domain))
            {
                return Err(Cause::MailFromDomain(signature.hop));
            }
            let given = match before.map(|before| &before.custody) {
                None => true,
                Some(Custody::NextDomain(next)) => *next == signature.domain,
                Some(Custody::Envelope { rcpt_to, .. }) => {
                    rcpt_to.iter().filter_map(|path| path.domain()).any(|recipient| match &sender {
                        Some(sender) => sender.as_ref().is_some_and(|sender| sender.is_within(&recipient)),
                        None => recipient.is_within(&signature.domain),
                    })
                }
            };
            if !given {
                return Err(Cause::Custody(signature.hop));
            }
            before = Some(signature);
        }
        Ok(())
    }
}
