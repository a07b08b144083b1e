//! Commands in either state, and the AUTHORIZATION state (RFC 1939, section 4; RFC 2595, section 4; RFC 5034).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use mail_wire::{Line, LineDefect};
use zeroize::Zeroizing;

use super::{Activity, Asked, Closed, Server, Session, Staged, Stls};
use crate::{Command, CommandError, InitialResponse, decode_base64};

impl Server {
    /// A command line.
    pub(super) fn hear_command(&mut self, line: Line) {
        // Only the very next command may be the PASS to a USER (RFC 1939, section 7).
        let user = match &mut self.session {
            Session::Authorization { user } => user.take(),
            Session::Transaction(_) => None,
        };
        if let Some(defect) = line.defect {
            return self.refuse_line(defect);
        }
        let command = match Command::parse(self.input.get(line.range.clone())) {
            Ok(command) => command,
            Err(error) => return self.refuse_command(error),
        };
        match command {
            Command::User(name) => {
                let name = Box::from(name.as_str());
                self.hear_user(name);
            }
            // The password is all that follows the keyword and one blank.
            Command::Pass(_) => self.hear_password(user, line.range.start + "PASS ".len()..line.range.end),
            Command::Auth { mechanism, initial } => {
                let mechanism = self.config.mechanisms.iter().position(|offered| *offered == mechanism);
                let initial = initial.map(InitialResponse::decode);
                self.hear_auth(mechanism, initial);
            }
            borrowing => {
                if let Some(command) = borrowing.owned() {
                    self.obey(command);
                }
            }
        }
    }

    fn obey(&mut self, command: Command<'static>) {
        match (command, &self.session) {
            (Command::Capa, _) => self.say_capabilities(),
            (_, Session::Transaction(_)) => self.obey_in_transaction(command),
            (Command::Quit, _) => {
                self.say_ok("Bye");
                self.activity = Activity::Closing(Closed::Quit);
            }
            (Command::Stls, _) => self.begin_tls(),
            (Command::AuthList, _) => self.list_mechanisms(),
            _ => self.refuse("Log in first"),
        }
    }

    /// Whether a password would be listened to.
    pub(super) fn hears_passwords(&self) -> bool {
        self.tls || self.config.stls != Stls::Required
    }

    /// Refuses a command that begins a login, if it cannot do so now.
    fn refuses_login(&mut self, offered: bool) -> bool {
        let reason = match self.session {
            Session::Transaction(_) => "Already logged in",
            _ if !offered => "Not offered here",
            _ if !self.hears_passwords() => "Use STLS first",
            _ => return false,
        };
        self.refuse(reason);
        true
    }

    /// Whether there is such a mailbox is not said here: that would help only those who guess.
    fn hear_user(&mut self, name: Box<str>) {
        if self.refuses_login(self.config.user_pass) {
            return;
        }
        self.session = Session::Authorization { user: Some(name) };
        self.say_ok("Password, please");
    }

    fn hear_password(&mut self, user: Option<Box<str>>, password: Range<usize>) {
        self.input.mark_secret();
        if self.refuses_login(self.config.user_pass) {
            return;
        }
        if user.is_none() {
            return self.refuse("USER first");
        }
        self.session = Session::Authorization { user };
        self.ask(Asked::Login { password });
    }

    fn hear_auth(&mut self, mechanism: Option<usize>, initial: Option<Option<Zeroizing<Vec<u8>>>>) {
        self.input.mark_secret();
        if self.refuses_login(!self.config.mechanisms.is_empty()) {
            return;
        }
        match (mechanism, initial) {
            (None, _) => self.refuse("No such mechanism"),
            (_, Some(None)) => self.refuse("Not base64"),
            (Some(mechanism), None) => self.ask(Asked::Auth { mechanism, initial: false }),
            (Some(mechanism), Some(Some(response))) => {
                self.response = response;
                self.ask(Asked::Auth { mechanism, initial: true });
            }
        }
    }

    /// A line of an authentication: a response in base64, or `*` (RFC 5034, section 4).
    pub(super) fn hear_sasl_response(&mut self, line: Line) {
        self.input.mark_secret();
        let text = self.input.get(line.range.clone());
        let reason = match line.defect {
            Some(LineDefect::TooLong) => "Line too long",
            Some(_) => "Not a line of base64",
            None if text == b"*" => "Authentication cancelled",
            None if !decode_base64(text, &mut self.response) => "Not base64",
            None => return self.ask(Asked::AuthResponse),
        };
        self.say_err(reason);
        self.activity = Activity::Commands;
        self.count_failed_login();
        self.staged = Some(Staged::AuthAborted);
    }

    /// One more login failed; too many of them end the session.
    pub(super) fn count_failed_login(&mut self) {
        self.failed_logins += 1;
        if self.failed_logins >= self.config.most_failed_logins {
            self.activity = Activity::Closing(Closed::TooManyFailedLogins);
        }
    }

    fn list_mechanisms(&mut self) {
        if self.refuses_login(!self.config.mechanisms.is_empty()) {
            return;
        }
        let config = self.config.clone();
        self.say_ok("Mechanisms follow");
        for mechanism in &config.mechanisms {
            self.print(format_args!("{mechanism}\r\n"));
        }
        self.output.push(b".\r\n");
    }

    /// STLS (RFC 2595, section 4). Whatever has come behind it was sent by somebody who does not wait for TLS.
    fn begin_tls(&mut self) {
        if self.tls || self.config.stls == Stls::Absent {
            return self.refuse(if self.tls { "TLS is already up" } else { "Not offered here" });
        }
        if self.input.unparsed_len() > 0 {
            self.input.clear();
            self.say_err("Nothing may follow STLS before TLS is up");
            self.activity = Activity::Closing(Closed::TlsResidue);
            return;
        }
        self.say_ok("Begin TLS");
        self.activity = Activity::BeforeTls;
    }

    /// Asks the application.
    pub(super) fn ask(&mut self, asked: Asked) {
        self.activity = Activity::Asking(asked);
        self.staged = Some(Staged::Request);
    }

    fn refuse_line(&mut self, defect: LineDefect) {
        // A line that nobody will read may have been a password all the same.
        self.input.mark_secret();
        self.refuse(match defect {
            LineDefect::TooLong => "Line too long",
            LineDefect::BareCr | LineDefect::BareLf => "Lines end in CRLF",
            _ => "NUL in a line",
        });
    }

    fn refuse_command(&mut self, error: CommandError) {
        // It may have been a mistyped PASS.
        self.input.mark_secret();
        self.refuse(match error {
            CommandError::Unknown => "Unknown command",
            CommandError::MissingArgument => "An argument is missing",
            CommandError::UnexpectedArgument => "Too many arguments",
            CommandError::MessageNumber => "Not a message number",
            CommandError::Lines => "Not a number of lines",
            CommandError::Argument(_) => "Not a name or password",
            CommandError::Sasl => "Not a mechanism, or not base64",
        });
    }

    /// Refuses what should not have been said; too much of that ends the session.
    pub(super) fn refuse(&mut self, reason: &str) {
        self.bad_commands += 1;
        if self.bad_commands > self.config.most_bad_commands {
            self.say_err("Too many bad commands");
            self.activity = Activity::Closing(Closed::TooManyBadCommands);
        } else {
            self.say_err(reason);
        }
    }
}
