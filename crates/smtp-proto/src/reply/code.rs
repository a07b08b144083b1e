use core::fmt;

use super::EnhancedCode;

/// The three digits that a reply is (RFC 5321, section 4.2.1).
///
/// The standard's own codes are constants here. Peers use others, so every code from 200 to 599 can be built and is
/// understood by its first digit, as section 4.2.1 asks of clients; no other number is a reply code of SMTP.
///
/// ```
/// use smtp_proto::reply::{ReplyCode, Severity};
///
/// let code = ReplyCode::new(571).unwrap();
/// assert_eq!(code.severity(), Severity::PermanentNegative);
/// assert_eq!(ReplyCode::new(150), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyCode(u16);

/// What the first digit of a [`ReplyCode`] says (RFC 5321, section 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// 2yz: done.
    PositiveCompletion,
    /// 3yz: go on, more is needed.
    PositiveIntermediate,
    /// 4yz: not done; the same may succeed later.
    TransientNegative,
    /// 5yz: not done; the same will fail again.
    PermanentNegative,
}

impl ReplyCode {
    /// 211: system status, or help.
    pub const SYSTEM_STATUS: Self = Self(211);
    /// 214: help.
    pub const HELP: Self = Self(214);
    /// 220: the service is ready; also the answer to STARTTLS.
    pub const READY: Self = Self(220);
    /// 221: the service closes the channel.
    pub const CLOSING: Self = Self(221);
    /// 235: authentication succeeded (RFC 4954, section 6).
    pub const AUTHENTICATED: Self = Self(235);
    /// 250: done.
    pub const OK: Self = Self(250);
    /// 251: the user is not local; the message will be forwarded. A success.
    pub const WILL_FORWARD: Self = Self(251);
    /// 252: the user cannot be verified, but the message will be tried. A success.
    pub const CANNOT_VERIFY: Self = Self(252);
    /// 334: the server's challenge in an authentication (RFC 4954, section 4).
    pub const CHALLENGE: Self = Self(334);
    /// 354: start the mail input.
    pub const START_MAIL_INPUT: Self = Self(354);
    /// 421: the service is not available and closes the channel. It may come at any time.
    pub const NOT_AVAILABLE: Self = Self(421);
    /// 450: the mailbox is not available now.
    pub const MAILBOX_BUSY: Self = Self(450);
    /// 451: a local error.
    pub const LOCAL_ERROR: Self = Self(451);
    /// 452: not enough storage, or too many recipients.
    pub const INSUFFICIENT_STORAGE: Self = Self(452);
    /// 454: TLS, or authentication, is not available now (RFC 3207, RFC 4954).
    pub const TEMPORARY_AUTHENTICATION_FAILURE: Self = Self(454);
    /// 500: the command is not known, or the line is too long.
    pub const SYNTAX_ERROR: Self = Self(500);
    /// 501: a syntax error in the arguments.
    pub const ARGUMENT_ERROR: Self = Self(501);
    /// 502: the command is not implemented.
    pub const NOT_IMPLEMENTED: Self = Self(502);
    /// 503: a bad sequence of commands.
    pub const BAD_SEQUENCE: Self = Self(503);
    /// 504: the argument is not implemented.
    pub const ARGUMENT_NOT_IMPLEMENTED: Self = Self(504);
    /// 530: authentication, or TLS, is required (RFC 4954, RFC 3207).
    pub const AUTHENTICATION_REQUIRED: Self = Self(530);
    /// 535: the credentials are not valid (RFC 4954, section 6).
    pub const AUTHENTICATION_FAILED: Self = Self(535);
    /// 550: the mailbox is not available, or policy forbids.
    pub const MAILBOX_UNAVAILABLE: Self = Self(550);
    /// 552: too much data.
    pub const EXCEEDED_STORAGE: Self = Self(552);
    /// 554: the transaction failed; as a greeting, there is no SMTP service here.
    pub const TRANSACTION_FAILED: Self = Self(554);
    /// 555: a parameter of MAIL or RCPT is not known, or not implemented.
    pub const PARAMETERS_NOT_RECOGNIZED: Self = Self(555);

    /// The code of that number, if it is between 200 and 599.
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            200..=599 => Some(Self(code)),
            _ => None,
        }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// What the first digit says.
    pub const fn severity(self) -> Severity {
        match self.0 {
            ..=299 => Severity::PositiveCompletion,
            300..=399 => Severity::PositiveIntermediate,
            400..=499 => Severity::TransientNegative,
            _ => Severity::PermanentNegative,
        }
    }

    /// Whether this is a 2yz: the command has succeeded. That holds for 251 and 252 as for 250.
    pub const fn is_success(self) -> bool {
        matches!(self.severity(), Severity::PositiveCompletion)
    }

    /// Whether this is a 4yz or 5yz: the command has failed.
    pub const fn is_refusal(self) -> bool {
        self.0 >= 400
    }

    /// The enhanced code of the same class that says no more (RFC 3463, section 3.1); a 3yz has none.
    pub(crate) const fn undetailed(self) -> Option<EnhancedCode> {
        EnhancedCode::new((self.0 / 100) as u8, 0, 0)
    }

    /// The code that three digits write, if they are digits and write one.
    pub(crate) const fn from_digits(digits: [u8; 3]) -> Option<Self> {
        let [first, second, third] = digits;
        if matches!(first, b'2'..=b'5') && second.is_ascii_digit() && third.is_ascii_digit() {
            return Some(Self((first - b'0') as u16 * 100 + (second - b'0') as u16 * 10 + (third - b'0') as u16));
        }
        None
    }

    /// The three digits.
    pub(crate) const fn digits(self) -> [u8; 3] {
        [b'0' + (self.0 / 100) as u8, b'0' + (self.0 / 10 % 10) as u8, b'0' + (self.0 % 10) as u8]
    }
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<ReplyCode> for u16 {
    fn from(code: ReplyCode) -> Self {
        code.0
    }
}
