//! Mail from users: it is signed with the keys of their domains.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use mail_auth_spf_dkim::UnixTime;
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

    /// Begins to sign a message of a user with these addresses, if its sender is one of them and there is a key for it.
    pub(crate) fn begin(&self, sender: &str, addresses: &[String]) -> Option<Signing> {
        let own = addresses.iter().any(|address| address.eq_ignore_ascii_case(sender));
        let (_, domain) = sender.rsplit_once('@').filter(|_| own)?;
        let domain = Name::from_unicode(domain).ok()?;
        let of_domain = |key: &&Key| key.domain.as_ref().is_none_or(|of| *of == domain);
        let identity = |key: &Key| Identity::new(domain.clone(), key.selector.clone(), key.key.clone()).ok();
        let identities: Vec<Identity> = self.0.iter().filter(of_domain).filter_map(identity).collect();
        if identities.is_empty() {
            return None;
        }
        let date = UnixTime::new(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));
        let signer = Signer::new(date, default_provider(), identities, &SigningSettings::default());
        Some(Signing { signer, header: Vec::new(), addresses: addresses.to_vec() })
    }
}

/// One message that is being signed.
pub(crate) struct Signing {
    signer: Signer,
    /// The beginning of the message, in which the author's name is.
    header: Vec<u8>,
    addresses: Vec<String>,
}

/// How much of a message is searched for its author.
const LONGEST_HEADER: usize = 64 * 1024;

impl Signing {
    /// More of the message.
    pub(crate) fn hear(&mut self, octets: &[u8]) {
        let room = LONGEST_HEADER - self.header.len();
        self.header.extend_from_slice(&octets[..octets.len().min(room)]);
        self.signer.handle_input(octets);
    }

    /// The fields to put in front of the message, or why there are none.
    pub(crate) fn finish(mut self) -> Result<String, String> {
        if !self.is_by_its_sender() {
            return Err("From has an address that is not the user's".into());
        }
        self.signer.handle_eof();
        match self.signer.fields() {
            Some(Ok(fields)) => Ok(fields.to_owned()),
            Some(Err(problem)) => Err(problem.to_string()),
            None => Err("a key gave no signature".into()),
        }
    }

    /// Whether the author is who has logged in: the domain vouches for that.
    fn is_by_its_sender(&self) -> bool {
        let message = Message::parse(&self.header);
        let mut authors = message.from().map(|mailbox| mailbox.address().to_string()).peekable();
        authors.peek().is_some()
            && authors.all(|author| self.addresses.iter().any(|address| address.eq_ignore_ascii_case(&author)))
    }
}
