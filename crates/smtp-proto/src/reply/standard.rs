//! The replies that every server gives.

use super::{EnhancedCode, Reply, ReplyCode};

const fn reply(code: u16, (class, subject, detail): (u8, u16, u16), text: &'static str) -> Reply {
    Reply::constant(ReplyCode::new(code).unwrap(), Some(EnhancedCode::new(class, subject, detail).unwrap()), text)
}

/// The usual replies.
impl Reply {
    /// Done.
    pub const OK: Self = reply(250, (2, 0, 0), "ok");
    /// To MAIL: the reverse-path is accepted.
    pub const SENDER_OK: Self = reply(250, (2, 1, 0), "sender ok");
    /// To RCPT: the recipient is accepted.
    pub const RECIPIENT_OK: Self = reply(250, (2, 1, 5), "recipient ok");
    /// To DATA: go on.
    pub const START_MAIL_INPUT: Self =
        Self::constant(ReplyCode::START_MAIL_INPUT, None, "start mail input; end with <CRLF>.<CRLF>");
    /// To the end of the data: the message is ours now.
    pub const MESSAGE_ACCEPTED: Self = reply(250, (2, 6, 0), "message accepted");
    /// To VRFY, for servers that do not tell (RFC 5321, section 7.3).
    pub const CANNOT_VERIFY: Self = reply(252, (2, 5, 0), "cannot verify the user, but will try the message");
    /// To QUIT.
    pub const CLOSING: Self = reply(221, (2, 0, 0), "closing the connection");
    /// To STARTTLS (RFC 3207, section 4).
    pub const READY_FOR_TLS: Self = reply(220, (2, 0, 0), "ready to start TLS");
    /// To AUTH (RFC 4954, section 6).
    pub const AUTHENTICATED: Self = reply(235, (2, 7, 0), "authentication succeeded");

    /// The service closes the connection; the client may come again.
    pub const NOT_AVAILABLE: Self = reply(421, (4, 3, 2), "service not available, closing the connection");
    /// The client was silent for too long.
    pub const TIMED_OUT: Self = reply(421, (4, 4, 2), "timed out, closing the connection");
    /// The client made too many errors.
    pub const TOO_MANY_ERRORS: Self = reply(421, (4, 7, 0), "too many errors, closing the connection");
    /// Something here is broken for the moment.
    pub const TRY_LATER: Self = reply(451, (4, 3, 0), "local error, try again later");
    /// The mailbox is full for the moment.
    pub const MAILBOX_FULL: Self = reply(452, (4, 2, 2), "mailbox full");
    /// To RCPT: the rest of the recipients in another transaction (RFC 5321, section 4.5.3.1.10).
    pub const TOO_MANY_RECIPIENTS: Self = reply(452, (4, 5, 3), "too many recipients");
    /// To STARTTLS: TLS cannot be had now (RFC 3207, section 4).
    pub const TLS_NOT_AVAILABLE: Self = reply(454, (4, 7, 0), "TLS not available");
    /// To AUTH: the credentials cannot be checked now (RFC 4954, section 6).
    pub const AUTHENTICATION_UNAVAILABLE: Self = reply(454, (4, 7, 0), "authentication not available now");

    /// The command is not known.
    pub const UNKNOWN_COMMAND: Self = reply(500, (5, 5, 1), "command not recognized");
    /// The line is longer than a line may be (RFC 5321, section 4.5.3.1).
    pub const LINE_TOO_LONG: Self = reply(500, (5, 5, 2), "line too long");
    /// The line cannot be read as a command at all.
    pub const SYNTAX_ERROR: Self = reply(500, (5, 5, 2), "syntax error");
    /// The arguments of the command cannot be read.
    pub const ARGUMENT_ERROR: Self = reply(501, (5, 5, 4), "syntax error in the arguments");
    /// To a `*` in an authentication (RFC 4954, section 4).
    pub const AUTHENTICATION_CANCELLED: Self = reply(501, (5, 7, 0), "authentication cancelled");
    /// The command is known, but not served here.
    pub const NOT_IMPLEMENTED: Self = reply(502, (5, 5, 1), "command not implemented");
    /// The command has no place here.
    pub const BAD_SEQUENCE: Self = reply(503, (5, 5, 1), "bad sequence of commands");
    /// The argument is known, but not served here; for AUTH, the mechanism.
    pub const ARGUMENT_NOT_IMPLEMENTED: Self = reply(504, (5, 5, 4), "argument not implemented");
    /// Authenticate first (RFC 4954, section 6).
    pub const AUTHENTICATION_REQUIRED: Self = reply(530, (5, 7, 0), "authentication required");
    /// STARTTLS first (RFC 3207, section 4).
    pub const TLS_REQUIRED: Self = reply(530, (5, 7, 0), "must issue a STARTTLS command first");
    /// To AUTH: no (RFC 4954, section 6).
    pub const AUTHENTICATION_FAILED: Self = reply(535, (5, 7, 8), "authentication credentials invalid");
    /// To RCPT: nobody has that mailbox.
    pub const NO_SUCH_USER: Self = reply(550, (5, 1, 1), "no such user here");
    /// To RCPT: that mailbox is elsewhere, and this is no relay for this client.
    pub const RELAY_DENIED: Self = reply(550, (5, 7, 1), "relaying denied");
    /// Policy forbids it.
    pub const REFUSED_BY_POLICY: Self = reply(550, (5, 7, 1), "refused by policy");
    /// The message has a CR or LF that stands alone (RFC 5321, section 2.3.8).
    pub const BARE_LINE_ENDING: Self = reply(550, (5, 6, 0), "the message has a bare CR or LF");
    /// The message is larger than the server takes (RFC 1870, section 6.1).
    pub const MESSAGE_TOO_BIG: Self = reply(552, (5, 3, 4), "message too big");
    /// The transaction has failed.
    pub const TRANSACTION_FAILED: Self = reply(554, (5, 0, 0), "transaction failed");
    /// To DATA when no recipient was accepted (RFC 5321, section 3.3).
    pub const NO_VALID_RECIPIENTS: Self = reply(554, (5, 5, 1), "no valid recipients");
    /// A parameter of MAIL or RCPT is not known, or not served here (RFC 5321, section 4.1.1.11).
    pub const PARAMETERS_NOT_RECOGNIZED: Self = reply(555, (5, 5, 4), "parameters not recognized");
}
