//! Receiving a message: from the 354 to the final dot (RFC 5321, sections 4.1.1.4 and 4.5.2).

use mail_wire::LineEnding;
use mail_wire::dot::Unstuffer;

use super::event::Aborted;
use super::{Asked, BareLineEndings, Server, Staged, State, Timeouts};
use crate::reply::Reply;

/// What is known of the message that is being received.
#[derive(Debug)]
pub(super) struct Reception {
    unstuffer: Unstuffer,
    /// Why the message is refused, if it is: it is then received to its end all the same, and discarded.
    pub(super) refusal: Option<Refusal>,
    /// How many octets have come since the deadline was set.
    block: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    TooBig,
    BareLineEnding,
}

impl Reception {
    pub(super) fn new() -> Self {
        // Only CRLF ends a line here, under any policy: what one host takes for a message's end and another for
        // a part of it is how messages are smuggled.
        Self { unstuffer: Unstuffer::new(LineEnding::Crlf), refusal: None, block: 0 }
    }

    /// Where it showed first, in octets of the message, that the message must be refused, if it did.
    fn first_offence(&self, largest: u64, policy: BareLineEndings) -> Option<(u64, Refusal, Aborted)> {
        let defects = self.unstuffer.defects();
        // A CR stands alone when the octet behind it is seen; an LF, when itself is.
        let bare = [defects.bare_cr.map(|at| at + 1), defects.bare_lf].into_iter().flatten().min();
        let bare = bare.filter(|_| policy == BareLineEndings::Refuse);
        let too_big = (self.unstuffer.octets() > largest).then_some(largest);
        match (bare, too_big) {
            (Some(bare), too_big) if too_big.is_none_or(|at| bare <= at) => {
                Some((bare, Refusal::BareLineEnding, Aborted::BareLineEnding))
            }
            (_, too_big) => too_big.map(|at| (at, Refusal::TooBig, Aborted::TooBig)),
        }
    }
}

impl Server {
    /// Takes the next run of the message off the buffer. False if there is none.
    pub(super) fn next_body(&mut self) -> bool {
        let State::Body(reception) = &mut self.state else { return false };
        let step = reception.unstuffer.step(self.input.unparsed());
        if step.consumed == 0 {
            return false;
        }
        let run = self.input.consume(step.consumed);
        let body = run.start + step.body.start..run.start + step.body.end;
        reception.block += run.len();
        let block_is_complete = reception.block >= Timeouts::BODY_BLOCK;
        if block_is_complete {
            reception.block = 0;
        }
        if reception.refusal.is_none() {
            let offence = reception.first_offence(self.config.message_limit(), self.config.bare_line_endings);
            let mut body = body;
            if let Some((at, refusal, aborted)) = offence {
                reception.refusal = Some(refusal);
                self.aborted = Some(aborted);
                // What stands before the offence is handed out, wherever the input was cut.
                let too_many = usize::try_from(reception.unstuffer.octets() - at).unwrap_or(usize::MAX);
                body.end = body.end.saturating_sub(too_many).max(body.start);
            }
            if !body.is_empty() {
                self.staged = Some(Staged::Body(body));
            }
        }
        if step.end {
            self.end_of_data();
        } else if block_is_complete {
            self.wait();
        }
        true
    }

    fn end_of_data(&mut self) {
        let State::Body(reception) = core::mem::replace(&mut self.state, State::Command) else { return };
        let refusal = match reception.refusal {
            None => {
                self.ask(Staged::EndOfData {
                    octets: reception.unstuffer.octets(),
                    defects: reception.unstuffer.defects(),
                });
                return;
            }
            Some(Refusal::TooBig) => Reply::MESSAGE_TOO_BIG,
            Some(Refusal::BareLineEnding) => Reply::BARE_LINE_ENDING,
        };
        let recipients = self.transaction.take().map_or(1, |transaction| transaction.recipients);
        for _ in 0..if self.config.lmtp { recipients } else { 1 } {
            refusal.encode(&mut self.output);
        }
        self.wait();
    }
}

impl Staged {
    /// What the application is asked by this event, if it is a request.
    pub(super) fn asked(&self) -> Option<Asked> {
        match self {
            Self::Request(asked, _) => Some(*asked),
            Self::EndOfData { .. } => Some(Asked::EndOfData),
            Self::AuthResponse => Some(Asked::Auth),
            _ => None,
        }
    }
}
