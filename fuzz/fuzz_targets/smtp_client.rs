//! The SMTP client: any calls in any order, with anything a server may send. Memory is bounded, `Closed` comes once
//! and last, and what is said is whole command lines until a body begins.
#![no_main]

use std::sync::Arc;
use std::time::Duration;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use mail_wire::{InputBuffer, Instant, OutputQueue, TlsInfo};
use smtp_proto::client::{Client, Config, Envelope, Event, InitialResponsePolicy, Misuse};
use smtp_proto::{Argument, Body, Domain, ForwardPath, Mailbox, Mechanism, Parameters, ReversePath};

#[derive(Arbitrary, Debug)]
struct Setting {
    pipelining: bool,
    helo_fallback: bool,
    always: bool,
    most_in_flight: u8,
}

#[derive(Arbitrary, Debug)]
enum Call {
    Input(Vec<u8>),
    Reply(u16, bool),
    Offers,
    Transmitted(u16),
    Eof,
    Tls,
    Timeout(u16),
    Poll(u8),
    Ehlo,
    Lhlo,
    StartTls,
    Auth(Option<Vec<u8>>),
    Response(Vec<u8>),
    Cancel,
    Mail(String),
    Rcpt(String),
    Data,
    Rset,
    Noop,
    Vrfy(String),
    Quit,
    Send(String, Vec<String>),
    Body(Vec<u8>),
    Finish,
    Abort,
}

fn mailbox(text: &str) -> Option<Mailbox<'static>> {
    text.parse().ok()
}

fn make(client: &mut Client, now: &mut Instant, call: Call) -> Result<(), Misuse> {
    let domain = || "client.example".parse::<Domain<'static>>().expect("a domain");
    match call {
        Call::Input(octets) => assert!(client.handle_input(*now, &octets) <= octets.len()),
        Call::Reply(code, more) => {
            let line = format!("{}{}x\r\n", 200 + code % 400, if more { '-' } else { ' ' });
            client.handle_input(*now, line.as_bytes());
        }
        Call::Offers => {
            client.handle_input(*now, b"250-mx\r\n250-PIPELINING\r\n250-STARTTLS\r\n250-SIZE\r\n250 AUTH X\r\n");
        }
        Call::Transmitted(n) => client.handle_transmitted(*now, usize::from(n)),
        Call::Eof => client.handle_eof(*now),
        Call::Tls => client.handle_tls(*now, TlsInfo::default()),
        Call::Timeout(seconds) => {
            *now += Duration::from_secs(seconds.into());
            client.handle_timeout(*now);
        }
        Call::Poll(_) => {}
        Call::Ehlo => client.ehlo(domain())?,
        Call::Lhlo => client.lhlo(domain())?,
        Call::StartTls => client.starttls()?,
        Call::Auth(response) => client.auth(Mechanism::parse("X").expect("a name"), response.as_deref())?,
        Call::Response(response) => client.auth_response(&response)?,
        Call::Cancel => client.auth_cancel()?,
        Call::Mail(text) => client.mail(mailbox(&text).map_or(ReversePath::Null, Into::into), Parameters::new())?,
        Call::Rcpt(text) => {
            client.rcpt(mailbox(&text).map_or(ForwardPath::Postmaster, Into::into), Parameters::new())?;
        }
        Call::Data => client.data()?,
        Call::Rset => client.rset()?,
        Call::Noop => client.noop()?,
        Call::Vrfy(text) => {
            if let Ok(user) = Argument::parse(&text) {
                client.vrfy(user)?;
            }
        }
        Call::Quit => client.quit()?,
        Call::Send(sender, recipients) => {
            let mut envelope = Envelope::new(mailbox(&sender).map_or(ReversePath::Null, Into::into));
            for recipient in &recipients {
                envelope.recipient(mailbox(recipient).map_or(ForwardPath::Postmaster, Into::into));
            }
            envelope.size = Some(recipients.len() as u64);
            envelope.body = Some(Body::EightBitMime);
            client.send(envelope)?;
        }
        Call::Body(octets) => assert!(client.send_body(&octets)? <= octets.len()),
        Call::Finish => client.finish_body()?,
        Call::Abort => client.abort(),
    }
    Ok(())
}

fuzz_target!(|input: (Setting, Vec<Call>)| {
    let (setting, calls) = input;
    let mut config = Config::default();
    config.pipelining = setting.pipelining;
    config.helo_fallback = setting.helo_fallback;
    config.most_in_flight = setting.most_in_flight.into();
    if setting.always {
        config.initial_response = InitialResponsePolicy::Always;
    }
    let mut now = Instant::EPOCH;
    let mut client = Client::new(now, Arc::new(config));
    let mut closed = false;
    let bound = 4 * (OutputQueue::HIGH_WATER + InputBuffer::CHUNK);
    for call in calls {
        if let Call::Poll(most) = call {
            for _ in 0..most {
                let expected = client.has_event();
                let event = client.poll_event();
                assert_eq!(event.is_some(), expected);
                assert!(!closed || event.is_none(), "an event behind Closed");
                closed |= matches!(event, Some(Event::Closed(_)));
            }
        }
        let said = client.poll_transmit().map(<[u8]>::to_vec);
        if make(&mut client, &mut now, call).is_err() {
            assert_eq!(client.poll_transmit().map(<[u8]>::to_vec), said, "a misused call said something");
        }
        assert!(client.poll_transmit().is_none_or(|octets| octets.len() <= bound));
        assert!(!client.is_closed() || client.poll_transmit().is_none());
    }
});
