//! Hosts that sign, made by hand of the rules of sections 6 and 12.8, and one that verifies.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::{HashAlgorithm, PrivateKey, SignatureAlgorithm, SigningKey, default_provider};
use mail_auth_spf_dkim::dkim::{KeyRecord, Policy};
use mail_auth_spf_dkim::dkim2::{Cause, Dkim2Result, Envelope, Path, Report, Verifier};
use mail_auth_spf_dkim::dns::{Answer, DnsError, Name, Records};
use mail_wire::Instant;

pub(crate) const NOW: u64 = 1_778_000_000;

fn key() -> Box<dyn SigningKey> {
    default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[9; 32])).unwrap()
}

/// A message on its way: fields from the top, each without its line end.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) fields: Vec<String>,
    pub(crate) body: String,
}

impl Message {
    pub(crate) fn new(from: &str, body: &str) -> Self {
        Self { fields: vec![format!("From: {from}"), "Subject: Hello".into()], body: body.into() }
    }

    /// Adds a `Message-Instance` with the hashes that the message has now.
    pub(crate) fn instance(mut self, number: u32, recipe: Option<&str>) -> Self {
        let mut canonical: Vec<(String, String)> = Vec::new();
        for field in self.fields.iter().rev() {
            let (name, value) = field.split_once(':').unwrap();
            let name = name.to_lowercase();
            let words: Vec<&str> = value.split_whitespace().collect();
            if !["received", "message-instance", "dkim2-signature"].contains(&&*name) && !name.starts_with("x-") {
                canonical.push((name.clone(), format!("{name}:{}\r\n", words.join(" "))));
            }
        }
        canonical.sort_by(|(a, _), (b, _)| a.cmp(b));
        let header: String = canonical.into_iter().map(|(_, field)| field).collect();
        let hash = |text: &str| {
            let mut hasher = default_provider().hasher(HashAlgorithm::Sha256);
            hasher.update(text.as_bytes());
            STANDARD.encode(hasher.finish())
        };
        let body = format!("{}\r\n", self.body.trim_end_matches("\r\n"));
        let recipe = recipe.map(|json| format!(" r={};", STANDARD.encode(json))).unwrap_or_default();
        let (header, body) = (hash(&header), hash(&body));
        self.fields.insert(0, format!("Message-Instance: m={number}; h=sha256:{header}:{body};{recipe}"));
        self
    }

    /// Adds the signature of a hop with an envelope.
    pub(crate) fn hop(self, tags: &str, domain: &str, mail_from: &str, rcpt_to: &str) -> Self {
        let envelope = format!("mf={}; rt={};", STANDARD.encode(mail_from), STANDARD.encode(rcpt_to));
        self.signed(&format!("{tags} t={NOW}; d={domain}; {envelope}"))
    }

    /// Adds a signature with these tags and `s=`.
    pub(crate) fn signed(mut self, tags: &str) -> Self {
        let unsigned = format!("DKIM2-Signature: {tags} s=may:ed25519-sha256:;");
        let number = |field: &str| {
            let value = field.split_once(['i', 'm']).and_then(|_| {
                let tag = if field.starts_with("Message") { " m=" } else { " i=" };
                field.split_once(tag)?.1.split(';').next()
            });
            value.unwrap().parse::<u32>().unwrap()
        };
        let mut covered: Vec<String> = Vec::new();
        for name in ["Message-Instance", "DKIM2-Signature"] {
            let mut fields: Vec<String> = self.fields.iter().filter(|field| field.starts_with(name)).cloned().collect();
            fields.sort_by_key(|field| number(field));
            covered.extend(fields);
        }
        covered.push(unsigned);
        let mut input = String::new();
        for field in covered {
            let (name, value) = field.split_once(':').unwrap();
            let value: String = value.split_whitespace().collect();
            input.push_str(&format!("{}:{value}\r\n", name.to_lowercase()));
        }
        let signature = STANDARD.encode(key().sign(SignatureAlgorithm::Ed25519Sha256, input.as_bytes()).unwrap());
        self.fields.insert(0, format!("DKIM2-Signature: {tags} s=may:ed25519-sha256:{signature};"));
        self
    }

    pub(crate) fn octets(&self) -> Vec<u8> {
        format!("{}\r\n\r\n{}", self.fields.join("\r\n"), self.body).into_bytes()
    }
}

/// A message of ann@a.example to the list, as the first hop sends it.
pub(crate) fn original(body: &str) -> Message {
    let message = Message::new("Ann <ann@a.example>", body).instance(1, None);
    message.hop("i=1; m=1;", "a.example", "<ann@a.example>", "<list@b.example>")
}

pub(crate) fn verify_in(octets: &[u8], envelope: (&str, &str), size: usize, answer: Answer<'_>) -> Report {
    verify_for(octets, envelope.0, &[envelope.1], size, answer)
}

pub(crate) fn verify_for(octets: &[u8], mail_from: &str, rcpt_to: &[&str], size: usize, answer: Answer<'_>) -> Report {
    let path = |path: &str| Path::parse(path).unwrap();
    let envelope = Envelope::new(path(mail_from), rcpt_to.iter().map(|recipient| path(recipient)));
    let now = Instant::EPOCH;
    let mut verifier = Verifier::new(envelope, UnixTime::new(NOW + 60), default_provider(), &Policy::default());
    octets.chunks(size).for_each(|piece| verifier.handle_input(now, piece));
    assert_eq!(verifier.report(), None);
    verifier.handle_eof(now);
    while let Some(query) = verifier.poll_query() {
        assert_eq!(query.name.labels().next(), Some("may"));
        verifier.handle_answer(now, query.id, answer);
    }
    verifier.report().expect("all is answered").clone()
}

pub(crate) fn key_record() -> Records {
    Records::text(KeyRecord::new(key().public_key()).to_string())
}

/// What comes of a message, the same for every way to cut it.
pub(crate) fn verify(message: &Message, mail_from: &str, rcpt_to: &str) -> (Dkim2Result, Option<Cause>) {
    let octets = message.octets();
    let records = key_record();
    let whole = verify_in(&octets, (mail_from, rcpt_to), octets.len(), Ok(&records));
    for size in [1, 3, 50] {
        assert_eq!(verify_in(&octets, (mail_from, rcpt_to), size, Ok(&records)), whole);
    }
    (whole.result, whole.cause)
}

#[test]
fn a_key_that_nobody_has_and_one_that_nobody_can_fetch() {
    let octets = original("Hello!\r\n").octets();
    let envelope = ("<ann@a.example>", "<list@b.example>");
    let result = |error| verify_in(&octets, envelope, usize::MAX, Err(error)).result;
    assert_eq!(result(DnsError::NxDomain), Dkim2Result::PermError);
    assert_eq!(result(DnsError::Temporary), Dkim2Result::TempError);
}

#[test]
fn a_dns_that_does_not_answer() {
    let path = |path| Path::parse(path).unwrap();
    let envelope = Envelope::new(path("<ann@a.example>"), [path("<list@b.example>")]);
    let now = Instant::EPOCH;
    let mut verifier = Verifier::new(envelope, UnixTime::new(NOW), default_provider(), &Policy::default());
    verifier.handle_input(now, &original("Hello!\r\n").octets());
    let query = verifier.poll_query().unwrap();
    assert_eq!(query.name, Name::parse("may._domainkey.a.example").unwrap());
    verifier.handle_eof(now);
    assert_eq!(verifier.report(), None);
    verifier.handle_timeout(verifier.poll_timeout().unwrap());
    assert_eq!(verifier.report().unwrap().result, Dkim2Result::TempError);
    assert_eq!(verifier.poll_timeout(), None);
}
