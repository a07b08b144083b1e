//! STARTTLS (RFC 3207). Nothing that came in the clear survives it: what stands between the command and the
//! handshake may have been put there by somebody else, to be taken for what the client says inside TLS.

use mail_wire::{Instant, TlsInfo};

use super::event::Closed;
use super::{Server, Staged, State};
use crate::reply::Reply;

impl Server {
    /// Answers STARTTLS.
    pub(super) fn start_tls(&mut self) {
        Reply::READY_FOR_TLS.encode(&mut self.output);
        self.state = State::StartTls { announced: false };
        self.upgrade();
    }

    /// Asks for the handshake once the reply has been written. Always false, since nothing is parsed here.
    pub(super) fn upgrade(&mut self) -> bool {
        if self.input.unparsed_len() > 0 {
            self.plaintext_after_starttls();
        } else if let State::StartTls { announced } = &mut self.state
            && !*announced
            && self.output.is_empty()
        {
            *announced = true;
            self.staged = Some(Staged::UpgradeTls);
        }
        false
    }

    /// Ends a session in which something follows STARTTLS in the clear.
    pub(super) fn plaintext_after_starttls(&mut self) {
        self.input.clear();
        self.staged = None;
        self.state = State::Closing(Closed::PlaintextAfterStartTls);
    }

    /// The TLS handshake is done.
    ///
    /// After STARTTLS the session begins anew, without a greeting: the client says EHLO again (RFC 3207,
    /// section 4.2). With implicit TLS, call this right after [`new`](Self::new).
    pub fn handle_tls(&mut self, now: Instant, tls: TlsInfo) {
        self.tick(now);
        self.tls = Some(tls);
        if matches!(self.state, State::StartTls { .. }) {
            self.staged = None;
            self.greeting = None;
            self.authenticated = false;
            self.transaction = None;
            self.sender_refused = false;
            self.state = State::Command;
            self.wait();
            self.advance();
        }
        self.set_deadline();
    }
}
