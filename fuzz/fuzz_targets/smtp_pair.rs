//! Our SMTP client against our SMTP server under any schedule of partial writes: what the one says was accepted is
//! what the other has kept.
#![no_main]

use std::sync::Arc;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_testkit::{Outcome as Rest, Pair, Schedule, Trace};
use mail_wire::dot::BodyEnding;
use mail_wire::{Instant, TlsInfo};
use smtp_proto::client::{self, Client, Envelope, Outcome, Verb};
use smtp_proto::reply::Reply;
use smtp_proto::server::{self, Request, Server};
use smtp_proto::{Domain, ForwardPath, Mailbox};

#[derive(Arbitrary, Debug)]
struct Plan {
    lmtp: bool,
    starttls: bool,
    pipelining: bool,
    most_in_flight: u16,
    messages: Vec<Message>,
    seed: u64,
    largest: u8,
    capacity: u8,
}

#[derive(Arbitrary, Debug)]
struct Message {
    /// For each recipient, whether the server takes it.
    recipients: Vec<bool>,
    body: Vec<u8>,
    piece: u8,
}

impl Message {
    fn envelope(&self) -> Envelope {
        let mailbox = |accepted| if accepted { "user@example.net" } else { "refused@example.net" };
        let parse = |text: &str| text.parse::<Mailbox<'static>>().expect("a mailbox");
        let mut envelope = Envelope::new(parse("ann@example.org"));
        for accepted in &self.recipients {
            envelope.recipient(parse(mailbox(*accepted)));
        }
        envelope
    }

    /// The body with every line ended by CRLF.
    fn normalised(&self) -> Vec<u8> {
        let mut lines = Vec::new();
        let mut rest = self.body.iter().peekable();
        while let Some(octet) = rest.next() {
            match octet {
                b'\r' => {
                    rest.next_if_eq(&&b'\n');
                    lines.extend_from_slice(b"\r\n");
                }
                b'\n' => lines.extend_from_slice(b"\r\n"),
                octet => lines.push(*octet),
            }
        }
        if !lines.is_empty() && !lines.ends_with(b"\r\n") {
            lines.extend_from_slice(b"\r\n");
        }
        lines
    }
}

struct Sender<'a> {
    plan: &'a Plan,
    next: usize,
    given: usize,
    outcomes: Vec<Outcome>,
}

impl Sender<'_> {
    fn hello(&self, client: &mut Client) {
        let domain: Domain<'static> = "client.example".parse().expect("a domain");
        if self.plan.lmtp { client.lhlo(domain) } else { client.ehlo(domain) }.expect("a greeting may be said");
    }

    fn proceed(&mut self, client: &mut Client) {
        if self.plan.starttls && client.tls().is_none() {
            return client.starttls().expect("STARTTLS is offered");
        }
        self.given = 0;
        while self.plan.messages.get(self.next).is_some_and(|message| message.recipients.is_empty()) {
            self.next += 1;
        }
        match self.plan.messages.get(self.next) {
            Some(message) => client.send(message.envelope()).expect("the session is idle"),
            None => client.quit().expect("the session is idle"),
        }
    }

    fn decide(&mut self, client: &mut Client, now: Instant) {
        use client::Event;
        while let Some(event) = client.poll_event() {
            match event {
                Event::Greeting(_) => self.hello(client),
                Event::Reply { command: Verb::Ehlo | Verb::Lhlo, .. } => self.proceed(client),
                Event::UpgradeTls => {
                    client.handle_tls(now, TlsInfo::default());
                    self.hello(client);
                }
                Event::Recipient { index, reply } => {
                    assert_eq!(reply.code().is_success(), self.plan.messages[self.next].recipients[index]);
                }
                Event::WantsBody { capacity } => {
                    let message = &self.plan.messages[self.next];
                    let rest = &message.body[self.given..];
                    let piece = rest.len().min(capacity).min(1 + usize::from(message.piece));
                    self.given += client.send_body(&rest[..piece]).expect("any body can be normalised");
                    if self.given == message.body.len() {
                        client.finish_body().expect("any body can be normalised");
                    }
                }
                Event::Sent(outcome) => {
                    self.outcomes.push(outcome);
                    self.next += 1;
                    self.proceed(client);
                }
                _ => {}
            }
        }
    }
}

fn keep(server: &mut Server, now: Instant, body: &mut Vec<u8>, kept: &mut Vec<Vec<u8>>) {
    use server::Event;
    while let Some(event) = server.poll_event() {
        match event {
            Event::Request(Request::Mail { .. }) => {
                body.clear();
                server.accept().expect("a request");
            }
            Event::Request(Request::Rcpt { to: ForwardPath::Mailbox(to), .. }) if to.local_part() == "refused" => {
                server.reject(Reply::NO_SUCH_USER).expect("a request");
            }
            Event::Body(octets) => body.extend_from_slice(octets),
            Event::Request(Request::EndOfData { .. }) => {
                kept.push(core::mem::take(body));
                server.accept().expect("a request");
            }
            Event::Request(_) => server.accept().expect("a request"),
            Event::UpgradeTls => server.handle_tls(now, TlsInfo::default()),
            Event::MessageAborted(why) => panic!("{why:?}"),
            _ => {}
        }
    }
}

fuzz_target!(|plan: Plan| {
    let mut client_config = client::Config::default();
    client_config.pipelining = plan.pipelining;
    client_config.most_in_flight = plan.most_in_flight.into();
    client_config.body_ending = BodyEnding::Normalise;
    let mut server_config = server::Config::default();
    server_config.lmtp = plan.lmtp;
    server_config.starttls = plan.starttls;
    server_config.most_errors = usize::MAX;
    let mut sender = Sender { plan: &plan, next: 0, given: 0, outcomes: Vec::new() };
    let (mut body, mut kept) = (Vec::new(), Vec::new());
    let mut pair = Pair::new(
        (Client::new(Instant::EPOCH, Arc::new(client_config)), |client: &mut Client, now, _: &mut Trace| {
            sender.decide(client, now);
        }),
        (Server::new(Instant::EPOCH, Arc::new(server_config)), |server: &mut Server, now, _: &mut Trace| {
            keep(server, now, &mut body, &mut kept);
        }),
        1 + usize::from(plan.capacity),
    );
    let rest = pair.run(&mut Schedule::seeded(plan.seed, 1 + usize::from(plan.largest)));
    drop(pair);
    assert_eq!(rest, Rest::Closed);
    let sent = plan.messages.iter().filter(|message| !message.recipients.is_empty());
    let expected: Vec<_> = sent
        .clone()
        .map(|message| match message.recipients.contains(&true) {
            true => Outcome::Accepted,
            false => Outcome::RecipientsRefused,
        })
        .collect();
    assert_eq!(sender.outcomes, expected);
    let delivered: Vec<_> =
        sent.filter(|message| message.recipients.contains(&true)).map(Message::normalised).collect();
    assert_eq!(kept, delivered);
});
