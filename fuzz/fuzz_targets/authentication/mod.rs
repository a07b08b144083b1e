//! What the targets of mail authentication share: messages out of likely fragments, answers of every kind, and the
//! laws of a machine that takes a message, asks, and is answered.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use arbitrary::Arbitrary;
use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::{PrivateKey, SigningKey, default_provider};
use mail_auth_spf_dkim::dkim::{BodyCanonicalizer, Canonicalization, Identity, KeyRecord, SigningSettings};
use mail_auth_spf_dkim::dns::{Asks, DnsError, MailExchange, Name, QueryId, RecordType, Records, Zone};
use mail_wire::Instant;
use rfc5322_message::fields::{HeadScanner, HeadStatus};

pub const DATE: UnixTime = UnixTime::new(1_778_000_000);

/// A part of a message.
#[derive(Arbitrary, Debug)]
pub enum Fragment {
    Line(u8),
    Folded(u8, Vec<u8>),
    Tags(u8, u8, Vec<u8>),
    Raw(Vec<u8>),
}

const LINES: [&str; 24] = [
    "From: Ann <ann@example.org>\r\n",
    "from : Eve <eve@evil.example>\r\n",
    "To: Bob <bob@example.com>,\r\n\tCarl <carl@example.com>\r\n",
    "Subject:   Is dinner  ready? \r\n",
    "Date: Fri, 11 Jul 2025 21:00:37 -0700\r\n",
    "Message-ID: <1@example.org>\r\n",
    "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=may;\r\n h=from:to; bh=AAAA; b=AAAA\r\n",
    "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=example.org; s=june; l=3; h=from; bh=AA==; b=AA==\r\n",
    "ARC-Seal: i=1; a=ed25519-sha256; cv=none; d=example.org; s=may; t=1778000000; b=AAAA\r\n",
    "ARC-Message-Signature: i=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org; s=may; h=from; bh=AAAA; b=AAAA\r\n",
    "ARC-Authentication-Results: i=1; mx.example.org; spf=pass smtp.mailfrom=ann@example.org\r\n",
    "Authentication-Results: mx.example.org; dmarc=pass\r\n",
    "Authentication-Results: mx.example.net; dkim=pass header.d=example.org\r\n",
    "\r\n",
    "\r\n",
    "Hi.\r\n",
    "We lost the game.  Are you hungry yet?\r\n",
    " \t \r\n",
    "\r",
    "\n",
    "From ann@example.org Fri Jul 11 21:00:37 2025\r\n",
    "no field at all\r\n",
    "ARC-Seal: i=2; a=ed25519-sha256; cv=pass; d=example.org; s=may; b=AAAA\r\n",
    "From: Ann <ann@example.org>\r\nTo: Bob <bob@example.com>\r\n\r\n",
];

const NAMES: [&str; 6] =
    ["From", "DKIM-Signature", "ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results", "Subject"];

const TAGS: [&str; 8] = [
    "v=1; a=ed25519-sha256; d=example.org; s=may; h=from; bh=; b=",
    "i=1; a=rsa-sha256; d=example.org; s=may; h=from:from; bh=AAAA; b=AAAA; c=simple",
    "i=1; cv=none; a=ed25519-sha256; d=example.org; s=may; b=AAAA",
    "v=1; a=rsa-sha1; d=example.org; s=june; h=from; bh=AAAA; b=AAAA; l=",
    "v=1; a=ed25519-sha256; d=example.org; s=may; h=from; bh=AAAA; b=AAAA; x=",
    "i=50; mx.example.org; none",
    "v=1; a=ed25519-sha256; d=example.org; s=may; i=@sub.example.org; h=from; bh=AAAA; b=AAAA; z=",
    "i=",
];

pub fn message(fragments: &[Fragment]) -> Vec<u8> {
    let mut message = Vec::new();
    let name = |n: &u8| NAMES[usize::from(*n) % NAMES.len()].as_bytes();
    for fragment in fragments {
        match fragment {
            Fragment::Line(n) => message.extend_from_slice(LINES[usize::from(*n) % LINES.len()].as_bytes()),
            Fragment::Folded(n, value) => message.extend([name(n), b":", value, b"\r\n"].concat()),
            Fragment::Tags(n, tags, value) => {
                let tags = TAGS[usize::from(*tags) % TAGS.len()].as_bytes();
                message.extend([name(n), b": ", tags, value, b"\r\n"].concat());
            }
            Fragment::Raw(octets) => message.extend_from_slice(octets),
        }
    }
    message
}

/// An answer, whatever was asked.
#[derive(Arbitrary, Debug)]
pub enum Reply {
    Published,
    NxDomain,
    NoData,
    Temporary,
    Texts(Vec<Vec<u8>>),
    Address([u8; 4]),
    Exchange,
    Pointer,
    Nothing(bool),
}

impl Reply {
    fn records(&self, name: Option<&(Name, RecordType)>, zone: &Zone) -> Result<Records, DnsError> {
        match self {
            Self::Published => match name {
                Some((name, record_type)) => zone.lookup(name, *record_type).cloned(),
                None => Err(DnsError::NxDomain),
            },
            Self::NxDomain => Err(DnsError::NxDomain),
            Self::NoData => Err(DnsError::NoData),
            Self::Temporary => Err(DnsError::Temporary),
            // More than the receiver keeps would be asked for again.
            Self::Texts(texts) => Ok(Records::Txt(texts.iter().take(64).cloned().collect())),
            Self::Address(address) => Ok(Records::A(vec![(*address).into()])),
            Self::Exchange => {
                Ok(Records::Mx(vec![MailExchange { preference: 5, exchange: domain("mail.example.org") }]))
            }
            Self::Pointer => Ok(Records::Ptr(vec![domain("mail.example.org")])),
            Self::Nothing(true) => Ok(Records::Txt(Vec::new())),
            Self::Nothing(false) => Ok(Records::A(Vec::new())),
        }
    }
}

/// What is done to a machine.
#[derive(Arbitrary, Debug)]
pub enum Operation {
    Input(u8),
    Poll,
    Answer(u8, Reply),
    Stranger(u32, Reply),
    Wait(u16),
    Eof,
}

/// A machine that takes a message, asks, and ends in a report.
pub trait Machine: Asks + Debug {
    type Report: Clone + PartialEq + Debug;
    fn handle_input(&mut self, now: Instant, input: &[u8]);
    fn handle_eof(&mut self, now: Instant);
    fn report(&self) -> Option<Self::Report>;
}

/// Any sequence of calls ends in one report, and every question is asked once.
pub fn any_calls(mut machine: impl Machine, message: &[u8], operations: &[Operation]) {
    let zone = zone();
    let mut now = Instant::EPOCH;
    let mut rest = message;
    let mut asked: Vec<(QueryId, (Name, RecordType))> = Vec::new();
    let mut distinct = BTreeSet::new();
    for operation in operations {
        match operation {
            Operation::Input(size) => {
                let (piece, left) = rest.split_at(usize::from(*size).min(rest.len()));
                machine.handle_input(now, piece);
                rest = left;
            }
            Operation::Poll => {
                if let Some(query) = machine.poll_query() {
                    assert!(asked.iter().all(|(id, _)| *id != query.id));
                    let question = (query.name, query.record_type);
                    assert!(distinct.insert(question.clone()), "{question:?} is asked twice");
                    asked.push((query.id, question));
                }
            }
            Operation::Answer(number, reply) if !asked.is_empty() => {
                let (id, question) = &asked[usize::from(*number) % asked.len()];
                let answer = reply.records(Some(question), &zone);
                machine.handle_answer(now, *id, answer.as_ref().map_err(|error| *error));
            }
            Operation::Answer(..) => {}
            Operation::Stranger(number, reply) => {
                let id = QueryId::new(*number);
                if asked.iter().all(|(known, _)| *known != id) {
                    let before = machine.report();
                    let answer = reply.records(None, &zone);
                    machine.handle_answer(now, id, answer.as_ref().map_err(|error| *error));
                    assert!(before.is_none() || before == machine.report());
                }
            }
            Operation::Wait(seconds) => {
                now += Duration::from_secs((*seconds).into());
                machine.handle_timeout(now);
            }
            Operation::Eof => {
                machine.handle_eof(now);
                rest = b"";
            }
        }
    }
    machine.handle_input(now, rest);
    machine.handle_eof(now);
    for _ in 0..100 {
        if machine.report().is_some() {
            break;
        }
        let due = machine.poll_timeout().expect("a machine without a report waits for something");
        now = now.max(due);
        machine.handle_timeout(now);
    }
    let report = machine.report().expect("time ends everything");
    assert_eq!(machine.poll_timeout(), None);
    assert_eq!(machine.poll_query(), None);
    machine.handle_input(now, message);
    machine.handle_eof(now);
    for (id, question) in &asked {
        machine.handle_answer(now, *id, zone.lookup(&question.0, question.1));
    }
    machine.handle_timeout(now + Duration::from_secs(1000));
    assert_eq!(machine.report(), Some(report));
}

/// Feeds a message in pieces of these sizes, in turn.
pub fn in_pieces(message: &[u8], sizes: &[u8], mut feed: impl FnMut(&[u8])) {
    let mut rest = message;
    for size in sizes.iter().cycle().take(message.len()) {
        let (piece, left) = rest.split_at(usize::from(*size).min(rest.len()));
        feed(piece);
        rest = left;
    }
    feed(rest);
}

/// What a machine says of a message that comes in these pieces, while the DNS answers by the zone.
pub fn report_of<M: Machine>(mut machine: M, message: &[u8], sizes: &[u8]) -> M::Report {
    let zone = zone();
    let now = Instant::EPOCH;
    in_pieces(message, sizes, |piece| machine.handle_input(now, piece));
    machine.handle_eof(now);
    while let Some(query) = machine.poll_query() {
        machine.handle_answer(now, query.id, zone.lookup(&query.name, query.record_type));
    }
    machine.report().expect("everything is answered")
}

pub fn domain(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

fn key() -> Box<dyn SigningKey> {
    default_provider().signing_key(&PrivateKey::from_ed25519_seed(&[7; 32])).expect("a key")
}

/// The key of example.org, selector may.
pub fn identity() -> Identity {
    Identity::new(domain("example.org"), domain("may"), Arc::from(key())).expect("an identity")
}

/// Where it is published, with a policy for everything else.
fn zone() -> Zone {
    let record = KeyRecord::new(key().public_key()).to_string();
    Zone::new()
        .with(domain("may._domainkey.example.org"), Records::text(record))
        .with(domain("june._domainkey.example.org"), Records::text("v=DKIM1; p="))
        .with(domain("example.org"), Records::text("v=spf1 mx a:mail.%{d} include:example.org -all"))
        .with(domain("mail.example.org"), Records::A(vec![[192, 0, 2, 1].into()]))
        .with(domain("_dmarc.example.org"), Records::text("v=DMARC1; p=reject; sp=none"))
}

/// How the fields and the body are brought into shape.
#[derive(Arbitrary, Debug, Clone, Copy)]
pub struct Forms {
    simple_header: bool,
    simple_body: bool,
}

impl Forms {
    pub fn settings(self) -> SigningSettings {
        let form = |simple| if simple { Canonicalization::Simple } else { Canonicalization::Relaxed };
        let mut settings = SigningSettings::default();
        settings.header_canonicalization = form(self.simple_header);
        settings.body_canonicalization = form(self.simple_body);
        settings
    }
}

fn canonical_body(form: Canonicalization, body: &[u8]) -> Vec<u8> {
    let mut canonical = Vec::new();
    let mut canonicalizer = BodyCanonicalizer::new(form);
    let mut sink = |piece: &[u8]| canonical.extend_from_slice(piece);
    canonicalizer.update(body, &mut sink);
    canonicalizer.finish(&mut sink);
    canonical
}

/// The message with one octet of its body changed, if it has one and the canonical body is another then.
pub fn with_changed_body(message: &[u8], at: u16, change: u8, settings: &SigningSettings) -> Option<Vec<u8>> {
    let HeadStatus::Complete { consumed } = HeadScanner::new().push(message) else { return None };
    let length = message.len().checked_sub(consumed).filter(|length| *length > 0)?;
    let mut changed = message.to_vec();
    changed[consumed + usize::from(at) % length] ^= change;
    let form = settings.body_canonicalization;
    let differs = canonical_body(form, &changed[consumed..]) != canonical_body(form, &message[consumed..]);
    differs.then_some(changed)
}
