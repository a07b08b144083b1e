//! The application behind the client machine in these tests: it asks what it was told to, and answers challenges.

use std::collections::VecDeque;
use std::sync::Arc;

use mail_testkit::{Application, Trace};
use mail_wire::Instant;
use pop3_proto::client::{Client, Config, Event};
use pop3_proto::{Mechanism, MessageNumber, Password, UserName};

/// Asks for what it is told to: all at once when the greeting has come, up to a `|`, then the next part when all of
/// the last one is answered.
pub(crate) struct Reader {
    parts: VecDeque<Vec<String>>,
    /// What challenges are answered with, in turn; `*` cancels.
    pub(crate) responses: VecDeque<&'static str>,
    greeted: bool,
}

impl Reader {
    /// A client whose application asks this, in words like `login`, `stat`, `list 1`, `top 1 5`.
    pub(crate) fn asking(commands: &str) -> (Client, Self) {
        Self::with(Config::default(), commands)
    }

    /// The same with a configuration.
    pub(crate) fn with(config: Config, commands: &str) -> (Client, Self) {
        let words = |part: &str| part.split(',').map(|command| command.trim().to_owned()).collect();
        let parts = commands.split('|').map(words).collect();
        let reader = Self { parts, responses: VecDeque::new(), greeted: false };
        (Client::new(Instant::EPOCH, Arc::new(config)), reader)
    }
}

/// Asks for one command.
pub(crate) fn ask(client: &mut Client, command: &str) {
    let words: Vec<&str> = command.split(' ').collect();
    let number = |at: usize| MessageNumber::new(words[at].parse().unwrap()).unwrap();
    let asked = match (words[0], words.len()) {
        ("login", _) => client.user_pass(UserName::new("mrose").unwrap(), Password::new(b"secret").unwrap()),
        ("wrong", _) => client.user_pass(UserName::new("mrose").unwrap(), Password::new(b"wrong").unwrap()),
        ("auth", 2) => client.auth(Mechanism::new(words[1]).unwrap(), None),
        ("auth", _) if words[2] == "=" => client.auth(Mechanism::new(words[1]).unwrap(), Some(b"")),
        ("auth", _) => client.auth(Mechanism::new(words[1]).unwrap(), Some(words[2].replace('~', "\0").as_bytes())),
        ("capa", _) => client.capa(),
        ("stls", _) => client.stls(),
        ("stat", _) => client.stat(),
        ("list", 1) => client.list(),
        ("list", _) => client.list_one(number(1)),
        ("uidl", 1) => client.uidl(),
        ("uidl", _) => client.uidl_one(number(1)),
        ("retr", _) => client.retr(number(1)),
        ("top", _) => client.top(number(1), words[2].parse().unwrap()),
        ("dele", _) => client.dele(number(1)),
        ("noop", _) => client.noop(),
        ("rset", _) => client.rset(),
        ("quit", _) => client.quit(),
        ("abort", _) => {
            client.abort();
            Ok(())
        }
        ("", _) => Ok(()),
        other => panic!("no such command: {other:?}"),
    };
    asked.unwrap();
}

impl Application<Client> for Reader {
    fn decide(&mut self, client: &mut Client, _now: Instant, trace: &mut Trace) {
        while let Some(event) = client.poll_event() {
            let mut challenged = false;
            match event {
                Event::Body(octets) => trace.body(octets),
                event => {
                    trace.debug(&event);
                    self.greeted |= matches!(event, Event::Greeting(_));
                    challenged = matches!(event, Event::Challenge(_));
                }
            }
            if challenged {
                match self.responses.pop_front() {
                    Some("*") => client.auth_cancel().unwrap(),
                    response => client.auth_response(response.unwrap_or_default().as_bytes()).unwrap(),
                }
            }
        }
        while self.greeted && client.is_idle() {
            let Some(part) = self.parts.pop_front() else { return };
            for command in part {
                ask(client, &command);
            }
        }
    }
}
