//! Mail from users: it is signed with the keys of their domains.

use std::ops::Range;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::authres::forged;
use mail_auth_spf_dkim::crypto::{SigningKey, default_provider};
use mail_auth_spf_dkim::dkim::{Identity, Signer, SigningSettings};
use mail_auth_spf_dkim::dns::Name;
use rfc5322_message::Message;

/// The keys of this office.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<Key>);

#[derive(Debug)]
struct Key {
    /// Whose key it is; nobody's in particular if it is for all domains.
    domain: Option<Name>,
    selector: Name,
    key: Arc<dyn SigningKey>,
}

impl Keys {
    /// Adds a key: for this domain, or for every one that users have.
    pub(crate) fn add(&mut self, domain: Option<Name>, selector: Name, key: Arc<dyn SigningKey>) {
        self.0.push(Key { domain, selector, key });
    }

    /// A message of a user with these addresses begins. It is signed if its sender is one of them and there is a key for
    /// it.
    pub(crate) fn begin(&self, sender: &str, addresses: &[String]) -> Submission {
        let date = UnixTime::new(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));
        let own = addresses.iter().any(|address| address.eq_ignore_ascii_case(sender));
        let identities = if own { self.identities(sender) } else { Vec::new() };
        let signer = || Signer::new(date, default_provider(), identities.clone(), &SigningSettings::default());
        let signer = (!identities.is_empty()).then(signer);
        Submission { signer, start: Vec::new(), addresses: addresses.to_vec() }
    }

    fn identities(&self, sender: &str) -> Vec<Identity> {
        let domain = sender.rsplit_once('@').and_then(|(_, domain)| Name::from_unicode(domain).ok());
        let Some(domain) = domain else { return Vec::new() };
        let of_domain = |key: &&Key| key.domain.as_ref().is_none_or(|of| *of == domain);
        let identity = |key: &Key| Identity::new(domain.clone(), key.selector.clone(), key.key.clone()).ok();
        self.0.iter().filter(of_domain).filter_map(identity).collect()
    }
}

/// One message of a user.
pub(crate) struct Submission {
    signer: Option<Signer>,
    /// The beginning of the message, in which its header is.
    start: Vec<u8>,
    addresses: Vec<String>,
}

/// What is to be done to a message of a user.
pub(crate) struct Signed {
    /// The signatures to put in front, or why there are none.
    pub(crate) fields: Result<String, String>,
    /// What is to be cut: fields that pretend to be results of this office.
    pub(crate) cut: Vec<Range<usize>>,
}

/// How long the header of a user's message may be.
const LONGEST_HEADER: usize = 256 * 1024;

impl Submission {
    /// More of the message.
    pub(crate) fn hear(&mut self, octets: &[u8]) {
        let room = LONGEST_HEADER - self.start.len();
        self.start.extend_from_slice(&octets[..octets.len().min(room)]);
        if let Some(signer) = &mut self.signer {
            signer.handle_input(octets);
        }
    }

    /// The message has ended; `None` if its header is too long to know what it says. `host` is the name by which this
    /// office is known.
    pub(crate) fn finish(mut self, host: &str) -> Option<Signed> {
        if self.start.len() == LONGEST_HEADER && !self.start.windows(4).any(|end| end == b"\r\n\r\n") {
            return None;
        }
        let cut = forged(&self.start, host);
        Some(Signed { fields: self.sign(), cut })
    }

    fn sign(&mut self) -> Result<String, String> {
        let by_its_sender = self.is_by_its_sender();
        let Some(signer) = &mut self.signer else { return Ok(String::new()) };
        if !by_its_sender {
            return Err("its author is not the user alone".into());
        }
        signer.handle_eof();
        match signer.fields() {
            Some(Ok(fields)) => Ok(fields.to_owned()),
            Some(Err(problem)) => Err(problem.to_string()),
            None => Err("a key gave no signature".into()),
        }
    }

    /// Whether the author is who has logged in: the domain vouches for that. Of two From fields a reader may see either.
    fn is_by_its_sender(&self) -> bool {
        let message = Message::parse(&self.start);
        if message.fields().filter(|field| field.is("From")).count() != 1 {
            return false;
        }
        let mut authors = message.from().map(|mailbox| mailbox.address().to_string()).peekable();
        authors.peek().is_some()
            && authors.all(|author| self.addresses.iter().any(|address| address.eq_ignore_ascii_case(&author)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_signed_or_checked_does_not_pretend_that_it_is() {
        let forged = "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example\r\n";
        let message = format!("{forged}From: ceo@bank.example\r\n\r\nhi\r\n");
        let mut submission = Keys::default().begin("", &[]);
        message.as_bytes().chunks(7).for_each(|piece| submission.hear(piece));
        let signed = submission.finish("mx.example.org").unwrap();
        assert_eq!(signed.fields, Ok(String::new()));
        assert_eq!(signed.cut.as_slice(), std::slice::from_ref(&(0..forged.len())));
    }
}
