//! What happens to a command: which ones the server answers by itself, and which the application is asked about.

use core::ops::Range;

use mail_wire::{LineDefect, LineEnding};

use super::event::{Closed, Greeting};
use super::{Asked, Server, Staged, State};
use crate::reply::{EnhancedCode, Reply, ReplyCode};
use crate::{Command, Parameters, SyntaxError};

/// The longest line of an authentication, in octets (RFC 4954, section 4).
pub(super) const LONGEST_AUTH_LINE: usize = 12288;

const fn reply(code: u16, (class, subject, detail): (u8, u16, u16), text: &'static str) -> Reply {
    Reply::constant(ReplyCode::new(code).unwrap(), Some(EnhancedCode::new(class, subject, detail).unwrap()), text)
}

const BAD_SENDER: Reply = reply(501, (5, 1, 7), "bad sender address syntax");
const BAD_RECIPIENT: Reply = reply(501, (5, 1, 3), "bad recipient address syntax");
const ENCRYPTION_REQUIRED: Reply = reply(538, (5, 7, 11), "encryption required for authentication");
const AUTH_LINE_TOO_LONG: Reply = reply(500, (5, 5, 6), "authentication exchange line is too long");
const BAD_BASE64: Reply = reply(501, (5, 5, 2), "cannot decode base64");

/// What is done about a command.
enum Decision {
    /// The application is asked.
    Ask(Asked),
    /// The application is asked, and the initial response has been decoded.
    Auth(Option<crate::InitialResponse<'static>>),
    /// The server answers.
    Answer(Reply),
    /// The server refuses, and it is no mistake of the client's.
    Refuse(Reply),
    /// The server refuses, and counts it.
    Error(Reply),
    Reset,
    Quit,
    StartTls,
}

impl Server {
    /// Takes the next command off the buffer. False if none is complete.
    pub(super) fn next_command(&mut self) -> bool {
        if self.shutting_down {
            Reply::NOT_AVAILABLE.encode(&mut self.output);
            self.state = State::Closing(Closed::ByApplication);
            return true;
        }
        // AUTH may carry a long initial response; any other line that long is refused below.
        let longest = self.config.longest_command.max(LONGEST_AUTH_LINE);
        let Some(line) = self.input.next_line(longest, LineEnding::Crlf) else { return false };
        self.wait();
        match line.defect {
            Some(LineDefect::TooLong) => self.error(Reply::LINE_TOO_LONG),
            defect => self.command(line.range, defect.is_some()),
        }
        true
    }

    fn command(&mut self, line: Range<usize>, has_defect: bool) {
        let text = self.input.get(line.clone());
        let too_long = text.len() + 2 > self.config.longest_command;
        let decision = match Command::parse(text) {
            // A CR or LF that stands alone, or a NUL: whatever the line says, it is not obeyed.
            Ok(_) if has_defect => Decision::Error(Reply::ARGUMENT_ERROR),
            Ok(command) if !too_long || matches!(command, Command::Auth { .. }) => self.decide(&command),
            Err(SyntaxError::UnknownCommand) if has_defect => Decision::Error(Reply::SYNTAX_ERROR),
            Err(SyntaxError::UnknownCommand) if !too_long => Decision::Error(Reply::UNKNOWN_COMMAND),
            Err(_) if has_verb(text, b"AUTH") && self.may_not_authenticate() => Decision::Error(Reply::BAD_SEQUENCE),
            Err(error) if !too_long || has_verb(text, b"AUTH") => Decision::Error(syntax_error(error, text)),
            _ => Decision::Error(Reply::LINE_TOO_LONG),
        };
        match decision {
            Decision::Ask(asked) => self.ask(Staged::Request(asked, line)),
            Decision::Auth(response) => {
                self.input.mark_secret();
                self.response.clear();
                match response.map(|response| response.decode(&mut self.response)) {
                    Some(Err(_)) => self.error(BAD_BASE64),
                    _ => self.ask(Staged::Request(Asked::Auth, line)),
                }
            }
            Decision::Answer(reply) => reply.encode(&mut self.output),
            Decision::Refuse(reply) => {
                self.note_refusal(line);
                reply.encode(&mut self.output);
            }
            Decision::Error(reply) => {
                self.note_refusal(line);
                // It may be an AUTH with a password in it, or the response to a challenge that was not made.
                self.input.mark_secret();
                self.error(reply);
            }
            Decision::Reset => {
                Reply::OK.encode(&mut self.output);
                self.sender_refused = false;
                if self.transaction.take().is_some() {
                    self.staged = Some(Staged::Reset);
                }
            }
            Decision::Quit => {
                Reply::CLOSING.encode(&mut self.output);
                self.state = State::Closing(Closed::Quit);
            }
            Decision::StartTls => self.start_tls(),
        }
    }

    /// A command is refused: what was pipelined behind it, up to DATA, will be as well, and is no mistake of its own.
    fn note_refusal(&mut self, line: Range<usize>) {
        let line = self.input.get(line);
        match &mut self.transaction {
            None if has_verb(line, b"MAIL") => self.sender_refused = true,
            None if has_verb(line, b"DATA") => self.sender_refused = false,
            Some(transaction) if has_verb(line, b"RCPT") => transaction.asked = true,
            _ => {}
        }
    }

    fn decide(&self, command: &Command<'_>) -> Decision {
        use Decision::{Answer, Ask, Error, Quit, Refuse, Reset, StartTls};
        if matches!(self.state, State::Refused) && *command != Command::Quit {
            return Error(Reply::BAD_SEQUENCE);
        }
        match command {
            Command::Ehlo(_) if !self.config.lmtp => Ask(Asked::Hello(Greeting::Ehlo)),
            Command::Helo(_) if !self.config.lmtp => Ask(Asked::Hello(Greeting::Helo)),
            Command::Lhlo(_) if self.config.lmtp => Ask(Asked::Hello(Greeting::Lhlo)),
            Command::Ehlo(_) | Command::Helo(_) | Command::Lhlo(_) => Error(Reply::UNKNOWN_COMMAND),
            Command::Mail { parameters, .. } => self.decide_mail(parameters),
            Command::Rcpt { parameters, .. } => self.decide_rcpt(parameters),
            Command::Data => match &self.transaction {
                None => self.without_transaction(),
                Some(transaction) if transaction.recipients > 0 => Ask(Asked::Data),
                // A client that pipelines does not know yet that all were refused (RFC 2920, section 3.1). LMTP has
                // a code of its own for that (RFC 2033, section 4.2).
                Some(transaction) if transaction.asked && self.config.lmtp => Refuse(Reply::BAD_SEQUENCE),
                Some(transaction) if transaction.asked => Refuse(Reply::NO_VALID_RECIPIENTS),
                Some(_) => Error(Reply::BAD_SEQUENCE),
            },
            Command::Rset => Reset,
            Command::Noop(_) => Answer(Reply::OK),
            Command::Quit => Quit,
            Command::Vrfy(_) => Ask(Asked::Verify),
            Command::Expn(_) => Ask(Asked::Expand),
            Command::Help(_) => Ask(Asked::Help),
            Command::StartTls if !self.config.starttls => Error(Reply::NOT_IMPLEMENTED),
            Command::StartTls if self.tls.is_some() => Error(Reply::BAD_SEQUENCE),
            Command::StartTls => StartTls,
            Command::Auth { mechanism, initial_response } => self.decide_auth(mechanism, initial_response.as_ref()),
        }
    }

    fn decide_mail(&self, parameters: &Parameters<'_>) -> Decision {
        if self.greeting.is_none() || self.transaction.is_some() {
            return Decision::Error(Reply::BAD_SEQUENCE);
        }
        let known = |keyword: &str| {
            keyword.eq_ignore_ascii_case("SIZE")
                || keyword.eq_ignore_ascii_case("BODY")
                || (keyword.eq_ignore_ascii_case("AUTH") && !self.config.mechanisms.is_empty())
                || self.config.extensions.iter().any(|extension| extension.takes_mail_parameter(keyword))
        };
        if !parameters.iter().all(|parameter| known(parameter.keyword)) {
            return Decision::Error(Reply::PARAMETERS_NOT_RECOGNIZED);
        }
        if parameters.size().is_some_and(|size| size > self.config.message_limit()) {
            return Decision::Refuse(Reply::MESSAGE_TOO_BIG);
        }
        Decision::Ask(Asked::Mail)
    }

    fn decide_rcpt(&self, parameters: &Parameters<'_>) -> Decision {
        let Some(transaction) = &self.transaction else { return self.without_transaction() };
        let known =
            |keyword: &str| self.config.extensions.iter().any(|extension| extension.takes_rcpt_parameter(keyword));
        if !parameters.iter().all(|parameter| known(parameter.keyword)) {
            return Decision::Error(Reply::PARAMETERS_NOT_RECOGNIZED);
        }
        if transaction.recipients >= self.config.most_recipients {
            return Decision::Refuse(Reply::TOO_MANY_RECIPIENTS);
        }
        Decision::Ask(Asked::Rcpt)
    }

    /// What comes of RCPT and DATA where there is no transaction. A client that pipelines does not know yet that its
    /// MAIL was refused; the commands behind it are no mistakes of their own (RFC 5321, section 4.1.4).
    fn without_transaction(&self) -> Decision {
        if self.sender_refused { Decision::Refuse(Reply::BAD_SEQUENCE) } else { Decision::Error(Reply::BAD_SEQUENCE) }
    }

    fn decide_auth(
        &self,
        mechanism: &crate::Mechanism<'_>,
        initial_response: Option<&crate::InitialResponse<'_>>,
    ) -> Decision {
        if self.config.mechanisms.is_empty() {
            return Decision::Error(Reply::NOT_IMPLEMENTED);
        }
        if self.greeting.is_none() || self.may_not_authenticate() {
            return Decision::Error(Reply::BAD_SEQUENCE);
        }
        if self.tls.is_none() && !self.config.auth_without_tls {
            return Decision::Error(ENCRYPTION_REQUIRED);
        }
        if !self.config.mechanisms.contains(mechanism) {
            return Decision::Error(Reply::ARGUMENT_NOT_IMPLEMENTED);
        }
        Decision::Auth(initial_response.map(|response| response.clone().into_owned()))
    }

    /// Once in a session, and not during a transaction (RFC 4954, section 4), however the command goes on.
    fn may_not_authenticate(&self) -> bool {
        self.authenticated || self.transaction.is_some()
    }

    /// Takes the client's next line of an authentication off the buffer. False if it is not complete.
    pub(super) fn next_auth_response(&mut self) -> bool {
        let Some(line) = self.input.next_line(LONGEST_AUTH_LINE, LineEnding::Crlf) else { return false };
        self.input.mark_secret();
        self.response.clear();
        // What is not even text is not base64 either.
        let text = str::from_utf8(self.input.get(line.range)).unwrap_or("\0");
        let refusal = match line.defect {
            Some(LineDefect::TooLong) => AUTH_LINE_TOO_LONG,
            Some(_) => Reply::SYNTAX_ERROR,
            None if text == "*" => Reply::AUTHENTICATION_CANCELLED,
            None if text.is_empty() => return self.ask_auth_response(),
            None => match crate::InitialResponse::parse(text).map(|response| response.decode(&mut self.response)) {
                Ok(Ok(())) if text != "=" => return self.ask_auth_response(),
                _ => BAD_BASE64,
            },
        };
        self.state = State::Command;
        self.staged = Some(Staged::AuthCancelled);
        self.wait();
        self.error(refusal);
        true
    }

    fn ask_auth_response(&mut self) -> bool {
        self.ask(Staged::AuthResponse);
        true
    }

    fn error(&mut self, reply: Reply) {
        reply.encode(&mut self.output);
        self.count_error();
    }

    /// One error more, and perhaps one too many.
    pub(super) fn count_error(&mut self) {
        self.errors += 1;
        if self.errors > self.config.most_errors {
            Reply::TOO_MANY_ERRORS.encode(&mut self.output);
            self.state = State::Closing(Closed::TooManyErrors);
        }
    }
}

/// Whether a line is a command of that verb, in any case.
fn has_verb(line: &[u8], verb: &[u8; 4]) -> bool {
    line.split_first_chunk().is_some_and(|(first, rest): (&[u8; 4], _)| {
        first.eq_ignore_ascii_case(verb) && matches!(rest.first(), None | Some(b' ' | b'\t'))
    })
}

/// The reply to a line that is a command but for its argument. Also for invalid characters in it, that is 501 (RFC
/// 5321, section 4.1.2).
fn syntax_error(error: SyntaxError, line: &[u8]) -> Reply {
    match error {
        SyntaxError::Character
        | SyntaxError::Path
        | SyntaxError::LocalPart
        | SyntaxError::NoDomain
        | SyntaxError::Domain
        | SyntaxError::AddressLiteral => match () {
            () if has_verb(line, b"MAIL") => BAD_SENDER,
            () if has_verb(line, b"RCPT") => BAD_RECIPIENT,
            // Text that is not even ASCII is not base64.
            () if has_verb(line, b"AUTH") => BAD_BASE64,
            () => Reply::ARGUMENT_ERROR,
        },
        SyntaxError::Base64 => BAD_BASE64,
        _ => Reply::ARGUMENT_ERROR,
    }
}
