//! How a connection ends: the last words are written, and given time to be read.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant as SystemInstant};

use futures_io::{AsyncRead, AsyncWrite};
use mail_wire::{InputBuffer, Machine};

use super::{Driver, Output, TURN};
use crate::Timer;

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the end of a connection is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    /// The session is not over.
    NotYet,
    /// The last words are being written.
    Saying {
        until: SystemInstant,
        last_words: bool,
    },
    /// Our half is being closed.
    Closing {
        until: SystemInstant,
        last_words: bool,
    },
    /// The last words are said. Closing the connection over something unread could destroy them on their way, so
    /// what the peer still says is read, until it goes too.
    Listening {
        until: SystemInstant,
    },
    Over,
}

impl<M, S, T> Driver<M, S, T>
where
    M: Machine,
    S: AsyncRead + AsyncWrite + Unpin,
    T: Timer,
{
    /// Ready when the connection is closed, or cannot be closed well.
    pub(super) fn poll_ending(&mut self, context: &mut Context<'_>) -> Poll<()> {
        for _ in 0..TURN {
            let until = match self.ending {
                Ending::NotYet => SystemInstant::now() + PATIENCE,
                Ending::Saying { until, .. } | Ending::Closing { until, .. } | Ending::Listening { until } => until,
                Ending::Over => {
                    self.give_up_output();
                    return Poll::Ready(());
                }
            };
            if self.timer.poll_deadline(context, Some(until)).is_ready() {
                self.ending = Ending::Over;
                continue;
            }
            self.ending = match self.ending {
                Ending::NotYet => Ending::Saying { until, last_words: self.machine.poll_transmit().is_some() },
                Ending::Saying { last_words, .. } => match ready!(self.poll_write(context)) {
                    true => self.ending,
                    false => Ending::Closing { until, last_words },
                },
                Ending::Closing { last_words, .. } => {
                    let closed = match &mut self.stream {
                        Some(stream) => ready!(Pin::new(stream).poll_close(context)).is_ok(),
                        None => false,
                    };
                    let broken = matches!(self.output, Output::Broken(_));
                    if closed && last_words && !broken { Ending::Listening { until } } else { Ending::Over }
                }
                Ending::Listening { .. } => {
                    let mut chunk = [0; InputBuffer::CHUNK];
                    match &mut self.stream {
                        Some(stream) => match ready!(Pin::new(stream).poll_read(context, &mut chunk)) {
                            Ok(1..) => self.ending,
                            Ok(0) | Err(_) => Ending::Over,
                        },
                        None => Ending::Over,
                    }
                }
                Ending::Over => Ending::Over,
            };
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
