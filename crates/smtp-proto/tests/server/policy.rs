//! A server application for tests, and ways to play it a transcript.

use std::sync::Arc;

use mail_testkit::{Application, Role, Session, Trace, Transcript};
use mail_wire::Instant;
use smtp_proto::reply::Reply;
use smtp_proto::server::{Config, Event, Request, Server};

/// Accepts everything but what it was told to refuse, and senders and recipients whose local part is `nobody`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    /// The answer to the connection, if not yes.
    pub(crate) connect: Option<Reply>,
    /// The answer to the end of the data, if not yes.
    pub(crate) end_of_data: Option<Reply>,
    /// What is asked in an authentication before it is decided.
    pub(crate) challenges: Vec<&'static [u8]>,
}

impl Application<Server> for Policy {
    fn decide(&mut self, server: &mut Server, _: Instant, trace: &mut Trace) {
        while let Some(event) = server.poll_event() {
            match event {
                Event::Body(octets) => {
                    trace.body(octets);
                    continue;
                }
                Event::Request(request) => {
                    trace.debug(&request);
                    let answer = self.answer(&request);
                    match answer {
                        Answer::Accept => server.accept(),
                        Answer::Reject(reply) => server.reject(reply),
                        Answer::Challenge(challenge) => server.challenge(challenge),
                    }
                    .expect("a request is answered once");
                }
                event => trace.debug(&event),
            }
        }
    }
}

enum Answer {
    Accept,
    Reject(Reply),
    Challenge(&'static [u8]),
}

impl Policy {
    fn answer(&mut self, request: &Request<'_>) -> Answer {
        let refusal = match request {
            Request::Connect => self.connect.clone(),
            Request::EndOfData { .. } => self.end_of_data.clone(),
            Request::Rcpt { to, .. } if to.mailbox().is_some_and(|to| to.local_part() == "nobody") => {
                Some(Reply::NO_SUCH_USER)
            }
            Request::Mail { from, .. } if from.mailbox().is_some_and(|from| from.local_part() == "nobody") => {
                Some(Reply::REFUSED_BY_POLICY)
            }
            Request::Auth { initial_response: None, .. } if !self.challenges.is_empty() => {
                return Answer::Challenge(self.challenges.remove(0));
            }
            Request::AuthResponse(_) if !self.challenges.is_empty() => {
                return Answer::Challenge(self.challenges.remove(0));
            }
            Request::Auth { initial_response: Some(response), .. } | Request::AuthResponse(response)
                if response.ends_with(b"wrong") =>
            {
                Some(Reply::AUTHENTICATION_FAILED)
            }
            _ => None,
        };
        refusal.map_or(Answer::Accept, Answer::Reject)
    }
}

/// How most transcripts begin.
pub(crate) const HELLO: &str = r"
S: 220 mx.example ESMTP
C: EHLO client.example
S: 250-mx.example
S: 250-PIPELINING
S: 250-SIZE 1000
S: 250-8BITMIME
S: 250-HELP
S: 250 ENHANCEDSTATUSCODES
";

/// The configuration that transcripts expect: `mx.example`, messages of up to 1000 octets.
pub(crate) fn config() -> Config {
    let mut config = Config::default();
    config.host = "mx.example".parse().expect("a domain");
    config.largest_message = 1000;
    config
}

/// Plays a transcript at every split, with everything accepted.
pub(crate) fn play(transcript: &str) -> Trace {
    play_with(config(), Policy::default(), transcript)
}

/// Plays a transcript at every split.
pub(crate) fn play_with(config: Config, policy: Policy, transcript: &str) -> Trace {
    let config = Arc::new(config);
    Transcript::parse(transcript)
        .play(Role::Server, || (Server::new(Instant::EPOCH, Arc::clone(&config)), policy.clone()))
}

/// A session in the test's hand.
pub(crate) fn session<A: Application<Server>>(config: Config, application: A) -> Session<Server, A> {
    Session::new(Server::new(Instant::EPOCH, Arc::new(config)), application)
}
