//! Status lines, and what they mean to the command that they answer (RFC 1939, section 3).

use core::ops::Range;

use mail_wire::dot::Unstuffer;
use mail_wire::{InputBuffer, LineDefect, LineEnding};

use super::authentication::Login;
use super::multiline::identified;
use super::{Asked, Capabilities, Client, Outcome, Phase, Quit, Reading, Reason, Staged};
use crate::{DropListing, ScanListing, StatusLine, UniqueIdListing, decode_base64};

impl Client {
    /// Reads the next line of a reply; `None` if it has not come, or was such that the session is over.
    pub(super) fn next_line(&mut self) -> Option<Range<usize>> {
        let longest = if self.may_be_challenged() { self.config.longest_challenge } else { self.config.longest_line };
        let had = self.input.unparsed_len();
        let Some(line) = self.input.next_line(longest, self.config.line_ending) else {
            // The splitter forgets the beginning of such a line and waits for its end, which need not come.
            if had >= longest {
                self.close(Reason::BadLine(LineDefect::TooLong));
            }
            return None;
        };
        match line.defect {
            None => Some(line.range),
            Some(LineDefect::BareLf) if self.skips_blanks() => {
                // An LF before the line is one of the blanks; one within it is still wrong.
                let range = skip_blanks(&self.input, line.range);
                let bare = self.input.get(range.clone()).iter().any(|octet| matches!(octet, b'\r' | b'\n' | 0));
                if bare {
                    self.close(Reason::BadLine(LineDefect::BareLf));
                }
                (!bare).then_some(range)
            }
            Some(defect) => {
                self.close(Reason::BadLine(defect));
                None
            }
        }
    }

    /// Whether the next line may be a challenge: AUTH has left, and has not been given up.
    fn may_be_challenged(&self) -> bool {
        self.in_flight > 0
            && self.asked.front() == Some(&Asked::Auth)
            && matches!(self.reading, Reading::Status)
            && !matches!(self.login, Some(Login::Cancelled))
    }

    fn skips_blanks(&self) -> bool {
        self.config.leading_blanks && matches!(self.reading, Reading::Status)
    }

    /// Reads a status line; false if it has not come.
    pub(super) fn read_status(&mut self) -> bool {
        let Some(mut range) = self.next_line() else { return false };
        if self.skips_blanks() {
            range = skip_blanks(&self.input, range);
            if range.is_empty() {
                return true;
            }
        }
        let line = self.input.get(range.clone());
        if self.may_be_challenged() && matches!(line, [b'+'] | [b'+', b' ', ..]) {
            self.read_challenge(range);
            return true;
        }
        let Ok(reply) = StatusLine::parse(line) else {
            let waiting = self.waiting();
            self.close(Reason::NotAReply(waiting));
            return true;
        };
        let ok = reply.is_ok();
        let text = range.end - reply.text.len()..range.end;
        match (self.phase, self.asked.front()) {
            (Phase::Greeting, _) => self.read_greeting(ok, range),
            (_, Some(&asked)) if ok => self.read_success(asked, range, text),
            _ => self.read_refusal(range),
        }
        true
    }

    fn read_greeting(&mut self, ok: bool, range: Range<usize>) {
        self.staged = Some(Staged::Greeting(range));
        if ok {
            self.phase = Phase::Open;
            self.send_held();
        } else {
            self.phase = Phase::Closing(Reason::Refused);
        }
    }

    fn read_refusal(&mut self, range: Range<usize>) {
        match self.asked.front() {
            Some(Asked::Capa) => self.note_capabilities(None),
            Some(Asked::User | Asked::Pass | Asked::Auth) => self.login = None,
            Some(Asked::Quit) => {
                self.quit = Quit::Answered(Outcome::NotCommitted);
                self.phase = Phase::Closing(Reason::Quit);
            }
            _ => {}
        }
        self.staged = self.answered().map(|asked| Staged::Refused(asked, range));
    }

    /// What follows a `+OK` is known from the command.
    fn read_success(&mut self, asked: Asked, range: Range<usize>, text: Range<usize>) {
        match asked {
            Asked::Capa => self.go_on(Reading::Capabilities(Capabilities::default())),
            Asked::List(None) | Asked::Uidl(None) => {
                let unique_ids = asked == Asked::Uidl(None);
                self.go_on(Reading::Listing { unique_ids, messages: 0, malformed: 0 });
            }
            Asked::Retr(_) | Asked::Top { .. } => {
                // LF alone may end the message only if it ended this line.
                let lf = self.input.get(range.end..range.end + 1) == b"\n";
                let ending = if lf { self.config.line_ending } else { LineEnding::Crlf };
                let unstuffer = Unstuffer::new(ending).keep_undoubled(self.config.keep_undoubled_dots);
                self.go_on(Reading::Body(unstuffer));
                self.staged = Some(Staged::StartOfBody(asked, range));
            }
            Asked::Stls => self.read_stls(),
            Asked::User if self.spoke_early() => {}
            Asked::User => {
                if let Some(front) = self.asked.front_mut() {
                    *front = Asked::Pass;
                }
                self.send_login(Asked::Pass);
                self.clock.moved = true;
            }
            Asked::Pass | Asked::Auth => {
                self.login = None;
                self.answered();
                self.staged = Some(Staged::LoggedIn(range));
            }
            Asked::Stat | Asked::List(Some(_)) | Asked::Uidl(Some(_)) => self.read_value(asked, range, text),
            Asked::Dele(_) | Asked::Noop | Asked::Rset => {
                self.answered();
                self.staged = Some(Staged::Done(asked, range));
            }
            Asked::Quit => {
                self.quit = Quit::Answered(Outcome::Committed);
                self.phase = Phase::Closing(Reason::Quit);
                self.answered();
                self.staged = Some(Staged::Done(asked, range));
            }
        }
    }

    fn go_on(&mut self, reading: Reading) {
        self.reading = reading;
        self.clock.moved = true;
    }

    /// The `+OK` to STLS: whatever came with it came before TLS, and from anybody (RFC 2595, section 4).
    fn read_stls(&mut self) {
        if self.input.unparsed_len() > 0 {
            return self.close(Reason::TlsResidue);
        }
        self.phase = Phase::Handshake;
        self.answered();
        self.staged = Some(Staged::UpgradeTls);
    }

    /// A reply whose text is the answer.
    fn read_value(&mut self, asked: Asked, range: Range<usize>, text: Range<usize>) {
        self.answered();
        let line = self.input.get(text.clone());
        let staged = match asked {
            Asked::Stat => DropListing::parse(line).ok().map(Staged::Stat),
            Asked::List(message) => {
                ScanListing::parse(line).ok().filter(|listing| Some(listing.message) == message).map(Staged::Listed)
            }
            _ => UniqueIdListing::parse(line)
                .ok()
                .filter(|listing| Some(listing.message) == asked.message())
                .map(|listing| identified(listing, line, text.start)),
        };
        self.staged = Some(staged.unwrap_or(Staged::Malformed(asked, range)));
    }

    /// `+`, and base64 behind it (RFC 5034, section 4). There are servers that leave out the blank if nothing
    /// follows.
    fn read_challenge(&mut self, range: Range<usize>) {
        self.clock.moved = true;
        // It has been waited for only so that the initial response can be said.
        if let Some(initial) = self.held_initial() {
            if !self.spoke_early() {
                self.say_response(&initial);
            }
            return;
        }
        self.input.mark_secret();
        let text = self.input.get(range.start + 1..range.end).trim_ascii();
        if decode_base64(text, &mut self.challenge) {
            self.reading = Reading::Challenge;
            self.staged = Some(Staged::Challenge);
        } else {
            self.close(Reason::BadChallenge);
        }
    }
}

/// The same line without the blanks at its beginning.
fn skip_blanks(input: &InputBuffer, range: Range<usize>) -> Range<usize> {
    let blanks = input.get(range.clone()).iter().take_while(|octet| octet.is_ascii_whitespace()).count();
    range.start + blanks..range.end
}
