//! Mail from users: it is signed with the keys of their domains.

use std::ops::Range;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::authres::{forged_or_mbox_line, without};
use mail_auth_spf_dkim::crypto::{SigningKey, default_provider};
use mail_auth_spf_dkim::dkim::{Identity, Signer, SigningSettings};
use mail_auth_spf_dkim::dns::Name;
use rfc5322_message::Message;
use rfc5322_message::fields::{HeadScanner, HeadStatus};

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
    /// it. `host` is the name by which this office is known.
    pub(crate) fn begin(&self, sender: &str, addresses: &[String], host: &str) -> Submission {
        let date = UnixTime::new(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));
        let own = addresses.iter().any(|address| address.eq_ignore_ascii_case(sender));
        let identities = if own { self.identities(sender) } else { Vec::new() };
        let signer = || Signer::new(date, default_provider(), identities.clone(), &SigningSettings::default());
        let signer = (!identities.is_empty()).then(signer);
        Submission {
            signer,
            addresses: addresses.to_vec(),
            host: host.to_owned(),
            scanner: HeadScanner::new(),
            header: Vec::new(),
            too_long: false,
            cut: None,
        }
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
    addresses: Vec<String>,
    /// The name by which this office is known.
    host: String,
    scanner: HeadScanner,
    /// The header while it comes, and then without what is cut.
    header: Vec<u8>,
    too_long: bool,
    /// What is cut, when the header is complete.
    cut: Option<Vec<Range<usize>>>,
}

/// What is to be done to a message of a user.
pub(crate) struct Signed {
    /// The signatures to put in front, or why there are none.
    pub(crate) fields: Result<String, String>,
    /// What is to be cut: fields that pretend to be results of this office, and the line of an mbox.
    pub(crate) cut: Vec<Range<usize>>,
}

/// How long the header of a user's message may be.
const LONGEST_HEADER: usize = 256 * 1024;

impl Submission {
    /// More of the message.
    pub(crate) fn hear(&mut self, octets: &[u8]) {
        let mut rest = octets;
        if self.cut.is_none() {
            let (length, is_complete) = match self.scanner.push(octets) {
                HeadStatus::Complete { consumed } => (consumed, true),
                _ => (octets.len(), false),
            };
            let room = LONGEST_HEADER - self.header.len();
            self.too_long |= length > room;
            self.header.extend_from_slice(&octets[..length.min(room)]);
            if !is_complete {
                return;
            }
            self.end_header();
            rest = &octets[length..];
        }
        if let Some(signer) = &mut self.signer {
            signer.handle_input(rest);
        }
    }

    /// The header is complete: it is signed as it will be delivered.
    fn end_header(&mut self) {
        let cut = forged_or_mbox_line(&self.header, &self.host);
        self.header = without(&self.header, &cut).collect::<Vec<_>>().concat();
        self.cut = Some(cut);
        if let Some(signer) = &mut self.signer {
            signer.handle_input(&self.header);
        }
    }

    /// The message has ended; `None` if its header is too long to know what it says.
    pub(crate) fn finish(mut self) -> Option<Signed> {
        if self.cut.is_none() {
            self.end_header();
        }
        if self.too_long {
            return None;
        }
        Some(Signed { fields: self.sign(), cut: self.cut.unwrap_or_default() })
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
        let message = Message::parse(&self.header);
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
    use mail_auth_spf_dkim::crypto::PrivateKey;
    use mail_auth_spf_dkim::dkim::{DkimResult, KeyRecord, Policy, Verifier};
    use mail_auth_spf_dkim::dns::Records;
    use mail_wire::Instant;

    use super::*;

    fn submitted(message: &str, size: usize) -> Option<Signed> {
        let key = PrivateKey::from_ed25519_seed(&[7; 32]);
        let mut keys = Keys::default();
        keys.add(None, Name::parse("s").unwrap(), default_provider().signing_key(&key).unwrap().into());
        let mut submission = keys.begin("ann@example.org", &["ann@example.org".to_owned()], "mx.example.org");
        message.as_bytes().chunks(size).for_each(|piece| submission.hear(piece));
        submission.finish()
    }

    /// Whether the message has one signature, by the key of `submitted`.
    fn holds(message: &str) -> bool {
        let key = default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).unwrap();
        let record = Records::text(KeyRecord::new(key.public_key()).to_string());
        let mut verifier = Verifier::new(UnixTime::new(u64::MAX), default_provider(), &Policy::default());
        verifier.handle_input(Instant::EPOCH, message.as_bytes());
        verifier.handle_eof(Instant::EPOCH);
        let query = verifier.poll_query().unwrap();
        verifier.handle_answer(Instant::EPOCH, query.id, Ok(&record));
        let signatures = &verifier.report().unwrap().signatures;
        matches!(signatures.as_slice(), [one] if one.result == DkimResult::Pass)
    }

    #[test]
    fn what_nobody_has_signed_or_checked_does_not_pretend_that_it_is() {
        let forged = "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example\r\n";
        let message = format!("{forged}From: ceo@bank.example\r\n\r\nhi\r\n");
        let mut submission = Keys::default().begin("", &[], "mx.example.org");
        message.as_bytes().chunks(7).for_each(|piece| submission.hear(piece));
        let signed = submission.finish().unwrap();
        assert_eq!(signed.fields, Ok(String::new()));
        assert_eq!(signed.cut.as_slice(), std::slice::from_ref(&(0..forged.len())));
    }

    /// In the middle of the header it would be a line that is no field.
    #[test]
    fn the_line_of_an_mbox_is_cut_and_the_rest_is_signed() {
        let line = "From ann Thu Jan  1 00:00:00 2026\r\n";
        let message = "From: ann@example.org\r\nSubject: x\r\n\r\nhi\r\n";
        let alone = submitted(message, 1000).unwrap();
        assert!(alone.cut.is_empty() && holds(&format!("{}{message}", alone.fields.unwrap())));
        for size in [1, 7, line.len(), 1000] {
            let signed = submitted(&format!("{line}{message}"), size).unwrap();
            assert_eq!(signed.cut.as_slice(), std::slice::from_ref(&(0..line.len())), "{size}");
            assert!(holds(&format!("{}{message}", signed.fields.unwrap())), "{size}");
        }
    }

    #[test]
    fn a_header_may_be_empty_and_a_long_one_ends() {
        let body = "y\r\n".repeat(LONGEST_HEADER);
        assert!(submitted(&format!("\r\n{body}"), 4096).is_some());
        assert!(submitted(&format!("From: ann@example.org\r\n\r\n{body}"), 4096).unwrap().fields.is_ok());
        assert!(submitted(&"A: b\r\n".repeat(LONGEST_HEADER), 4096).is_none());
        assert!(submitted("From: ann@example.org", 4096).unwrap().fields.is_ok());
    }
}
