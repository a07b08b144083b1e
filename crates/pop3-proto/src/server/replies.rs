//! What the machine says by itself.

use core::fmt::Write as _;

use super::{Server, Session, Stls};
use crate::{Capability, Reply};

impl Server {
    /// `+OK text`.
    pub(super) fn say_ok(&mut self, text: &str) {
        self.say("+OK", text);
    }

    /// `-ERR text`.
    pub(super) fn say_err(&mut self, text: &str) {
        self.say("-ERR", text);
    }

    /// `+OK` or `-ERR` with what the application says, or with nothing behind it: never a blank at a line's end.
    pub(super) fn say_reply(&mut self, status: &str, reply: &Reply<'_>) {
        self.output.push(status.as_bytes());
        if reply.code().is_some() || !reply.text().as_str().is_empty() {
            self.print(format_args!(" {reply}"));
        }
        self.output.push(b"\r\n");
    }

    fn say(&mut self, status: &str, text: &str) {
        for piece in [status, if text.is_empty() { "" } else { " " }, text, "\r\n"] {
            self.output.push(piece.as_bytes());
        }
    }

    /// Formats into the queue, which never fails.
    pub(super) fn print(&mut self, text: core::fmt::Arguments<'_>) {
        let _ = self.output.write_fmt(text);
    }

    /// CAPA, as the state has it (RFC 2449, section 5). STLS is named only where it is permitted (RFC 2595,
    /// section 4), and a login only where it would be taken; both else in either state, as their standards ask.
    pub(super) fn say_capabilities(&mut self) {
        let config = self.config.clone();
        self.say_ok("Capability list follows");
        let always = [
            Capability::Top,
            Capability::Uidl,
            Capability::RespCodes,
            Capability::AuthRespCode,
            Capability::Pipelining,
        ];
        for capability in always {
            self.print(format_args!("{capability}\r\n"));
        }
        let in_authorization = matches!(self.session, Session::Authorization { .. });
        if in_authorization && config.stls != Stls::Absent && !self.tls {
            self.print(format_args!("{}\r\n", Capability::Stls));
        }
        if self.hears_passwords() && config.user_pass {
            self.print(format_args!("{}\r\n", Capability::User));
        }
        if self.hears_passwords() && !config.mechanisms.is_empty() {
            self.output.push(b"SASL");
            for mechanism in &config.mechanisms {
                self.print(format_args!(" {mechanism}"));
            }
            self.output.push(b"\r\n");
        }
        if let Some(after) = config.expire {
            self.print(format_args!("{}\r\n", Capability::Expire { after, per_user: false }));
        }
        if let Some(seconds) = config.login_delay {
            self.print(format_args!("{}\r\n", Capability::LoginDelay { seconds, per_user: false }));
        }
        if let Some(name) = config.implementation.as_ref().filter(|name| !name.as_str().is_empty()) {
            self.print(format_args!("IMPLEMENTATION {name}\r\n"));
        }
        self.output.push(b".\r\n");
    }
}
