//! The driver, with machines that are small enough to be wrong in no way but one, and with the real ones where it is
//! their way of ending that matters.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant as SystemInstant};

use futures_io::{AsyncRead, AsyncWrite};
use mail_futures_io::{Driver, Timer};
use mail_wire::{Instant, Machine, TlsInfo};
use pop3_proto::server as pop3;
use smtp_proto::server as smtp;

use super::pipe::{End, pipe};
use super::{World, together};

/// A machine that says what it was told to say, and tells line for line what it hears.
#[derive(Default)]
struct Toy {
    output: Vec<u8>,
    heard: VecDeque<u8>,
    /// Where it stops reading.
    enough: usize,
    total: usize,
    deadline: Option<Instant>,
    /// Hears nothing while it has something to say.
    stubborn: bool,
    /// What it says when the peer has gone.
    last_words: Vec<u8>,
    eof: bool,
    closed: bool,
    end: Option<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Line,
    Eof,
    TimedOut,
    Enough,
}

impl Toy {
    fn saying(output: &[u8]) -> Self {
        Self { output: output.to_vec(), enough: usize::MAX, ..Self::default() }
    }

    fn close(&mut self, why: Event) {
        if !self.closed {
            self.closed = true;
            self.end = Some(why);
        }
    }
}

impl Machine for Toy {
    type Event<'a> = Event;

    fn handle_input(&mut self, _now: Instant, input: &[u8]) -> usize {
        self.total += input.len();
        self.heard.extend(input.iter().filter(|byte| **byte == b'\n'));
        if self.total >= self.enough {
            self.close(Event::Enough);
        }
        input.len()
    }

    fn handle_eof(&mut self, _now: Instant) {
        self.output.append(&mut self.last_words);
        self.eof = true;
        self.close(Event::Eof);
    }

    fn handle_transmitted(&mut self, _now: Instant, n: usize) {
        self.output.drain(..n);
    }

    fn handle_tls(&mut self, _now: Instant, _tls: TlsInfo) {}

    fn handle_timeout(&mut self, now: Instant) {
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            self.deadline = None;
            self.close(Event::TimedOut);
        }
    }

    fn poll_event(&mut self) -> Option<Event> {
        self.heard.pop_front().map(|_| Event::Line).or_else(|| self.end.take())
    }

    fn poll_transmit(&self) -> Option<&[u8]> {
        (!self.output.is_empty()).then_some(&self.output[..])
    }

    fn poll_timeout(&self) -> Option<Instant> {
        self.deadline
    }

    fn has_event(&self) -> bool {
        !self.heard.is_empty() || self.end.is_some()
    }

    fn wants_input(&self) -> bool {
        !self.closed && (self.output.is_empty() || !self.stubborn)
    }

    fn is_closed(&self) -> bool {
        self.closed
    }
}

pub(crate) async fn two_full_pipes_do_not_block_each_other<W: World>() {
    const MUCH: usize = 300_000;
    let (one, other) = pipe(100);
    let mut ends = [one, other].map(|end| {
        let toy = Toy { output: vec![b'x'; MUCH], enough: MUCH, ..Toy::default() };
        Driver::new(end, W::timer(), |_| toy)
    });
    let [one, other] = &mut ends;
    let (one, other) = together(one.next_event(), other.next_event()).await;
    assert_eq!((one.unwrap(), other.unwrap()), (Some(Event::Enough), Some(Event::Enough)));
}

pub(crate) async fn the_end_of_the_peer_is_told<W: World>() {
    let (ours, theirs) = pipe(100);
    theirs.say(b"a\nb\n");
    theirs.close();
    let mut driver = Driver::new(ours, W::timer(), |_| Toy::saying(b""));
    for expected in [Some(Event::Line), Some(Event::Line), Some(Event::Eof), None, None] {
        assert_eq!(driver.next_event().await.unwrap(), expected);
    }
}

pub(crate) async fn a_broken_connection_is_told_once_and_then_its_end<W: World>() {
    let (ours, theirs) = pipe(100);
    theirs.close();
    let mut driver = Driver::new(ours.breaking_after(3), W::timer(), |_| Toy::saying(b"hello"));
    assert_eq!(driver.next_event().await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::Eof));
    assert_eq!(driver.next_event().await.unwrap(), None);
    assert_eq!(theirs.heard(), b"hel");
}

pub(crate) async fn what_the_peer_said_before_it_went_is_read<W: World>() {
    let (ours, theirs) = pipe(100);
    theirs.say(b"421 go away\n");
    theirs.close();
    let mut driver = Driver::new(ours.breaking_after(0), W::timer(), |_| {
        // It would not read before it has written.
        Toy { stubborn: true, ..Toy::saying(b"EHLO\n") }
    });
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::Line));
    assert_eq!(driver.next_event().await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::Eof));
}

pub(crate) async fn last_words_are_written_before_the_end_is_told<W: World>() {
    let (ours, theirs) = pipe(4);
    let mut driver = Driver::new(ours, W::timer(), |_| Toy { closed: true, ..Toy::saying(b"421 too many errors") });
    driver.machine_mut().end = Some(Event::Enough);
    // What the peer says meanwhile is read, so that it cannot destroy what is on its way.
    theirs.say(&[b'x'; 1000]);
    let mut heard = Vec::new();
    let listen = poll_fn(|context| {
        heard.extend(theirs.heard());
        if heard.ends_with(b"errors") {
            theirs.close();
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    });
    let (event, ()) = together(driver.next_event(), listen).await;
    assert_eq!(event.unwrap(), Some(Event::Enough));
    assert_eq!(heard, b"421 too many errors");
    assert!(theirs.is_closed());
}

/// A timer for which everything takes too long.
struct Impatient;

impl Timer for Impatient {
    fn poll_deadline(&mut self, _context: &mut Context<'_>, deadline: Option<SystemInstant>) -> Poll<()> {
        if deadline.is_some() { Poll::Ready(()) } else { Poll::Pending }
    }
}

pub(crate) async fn a_peer_that_never_reads_does_not_hold_the_end_up<W: World>() {
    let (ours, _theirs) = pipe(4);
    let mut driver = Driver::new(ours, Impatient, |_| Toy { closed: true, ..Toy::saying(b"421 too many errors") });
    driver.machine_mut().end = Some(Event::Enough);
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::Enough));
}

pub(crate) async fn patience_ends<W: World>() {
    let (ours, _theirs) = pipe(4);
    let mut driver =
        Driver::new(ours, W::timer(), |now| Toy { deadline: Some(now + Duration::from_millis(3)), ..Toy::saying(b"") });
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::TimedOut));
}

pub(crate) async fn an_idle_driver_holds_no_buffer<W: World>() {
    let (ours, _theirs) = pipe(4);
    let mut driver = Driver::new(ours, W::timer(), |_| Toy::saying(b""));
    let future = driver.next_event();
    assert!(size_of_val(&future) < 256, "{}", size_of_val(&future));
    drop(future);
    assert!(size_of_val(&driver) < 512, "{}", size_of_val(&driver));
}

pub(crate) async fn a_driver_can_be_dropped_in_the_middle_and_goes_on<W: World>() {
    let (ours, theirs) = pipe(4);
    let mut driver = Driver::new(ours, W::timer(), |_| Toy::saying(b"0123456789"));
    let mut heard = Vec::new();
    for said in [&b"a"[..], b"b\n", b"c", b"\n"] {
        theirs.say(said);
        // Polled once, and dropped.
        let polled = poll_fn(|context| Poll::Ready(pin!(driver.next_event()).poll(context))).await;
        assert_eq!(polled.is_ready(), said.ends_with(b"\n"));
        heard.extend(theirs.heard());
    }
    assert_eq!(heard, b"0123456789");
}

pub(crate) async fn a_handshake_that_fails_ends_the_session<W: World>() {
    let (ours, theirs) = pipe(100);
    let mut driver = Driver::new(ours, W::timer(), |_| Toy::saying(b"220 go ahead"));
    let failed = driver.upgrade(|_| async { Err(io::Error::other("no")) }).await;
    assert_eq!(failed.unwrap_err().to_string(), "no");
    // What went before was written.
    assert_eq!(theirs.heard(), b"220 go ahead");
    assert!(driver.stream().is_none() && theirs.is_closed());
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::Eof));
    assert_eq!(driver.next_event().await.unwrap(), None);
}

pub(crate) async fn a_handshake_that_never_ends_is_ended<W: World>() {
    let (ours, theirs) = pipe(100);
    let mut driver = Driver::new(ours, Impatient, |_| Toy::saying(b""));
    let failed = driver.upgrade(|stream| async {
        let _held = stream;
        std::future::pending().await
    });
    assert_eq!(failed.await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert!(theirs.is_closed());
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::Eof));
}

/// A connection that is always ready: it says what the function says, and takes everything.
struct Saying<F>(F);

impl<F: FnMut(&mut [u8]) -> io::Result<usize> + Unpin> AsyncRead for Saying<F> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        Poll::Ready((self.0)(buffer))
    }
}

impl<F: Unpin> AsyncWrite for Saying<F> {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

pub(crate) async fn tls_that_ends_without_a_word_is_an_end<W: World>() {
    // What TLS reports when the peer closes the connection beneath it.
    let truncated = Saying(|_: &mut [u8]| Err(io::ErrorKind::UnexpectedEof.into()));
    let mut driver = Driver::new(truncated, W::timer(), |_| Toy::saying(b"QUIT"));
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::Eof));
}

/// How a session ended for the application: its errors, and its last events.
type Ends<Closed> = (Vec<io::ErrorKind>, Vec<Closed>);

/// A POP3 server for anybody, with one message that is long, until it has nothing more to say.
async fn pop3_ends<T: Timer>(stream: End, timer: T) -> Ends<pop3::Closed> {
    use pop3::{Event, Request};
    let mut config = pop3::Config::default();
    // Whoever has to wait for it sees it as the reason.
    config.autologout = Duration::from_secs(1);
    let mut session = Driver::new(stream, timer, |now| pop3::Server::new(now, config.into()));
    let (mut errors, mut closed) = (Vec::new(), Vec::new());
    loop {
        let answered = match session.next_event().await {
            Err(error) => {
                errors.push(error.kind());
                continue;
            }
            Ok(None) => return (errors, closed),
            Ok(Some(Event::Request(Request::Login { .. }))) => {
                let mut maildrop = pop3::Maildrop::new();
                maildrop.push(1 << 20, pop3_proto::UniqueId::new(b"1").unwrap()).unwrap();
                session.machine_mut().accept_login(maildrop)
            }
            Ok(Some(Event::Request(_))) => session.machine_mut().accept(),
            Ok(Some(Event::WantsBody { .. })) => session.machine_mut().send_body(&[b'x'; 10_000]).map(drop),
            Ok(Some(Event::Closed(why))) => {
                closed.push(why);
                Ok(())
            }
            Ok(Some(_)) => Ok(()),
        };
        answered.unwrap();
    }
}

/// The same of an SMTP server.
async fn smtp_ends<T: Timer>(stream: End, timer: T) -> Ends<smtp::Closed> {
    let mut session = Driver::new(stream, timer, |now| smtp::Server::new(now, smtp::Config::default().into()));
    let (mut errors, mut closed) = (Vec::new(), Vec::new());
    loop {
        match session.next_event().await {
            Err(error) => errors.push(error.kind()),
            Ok(None) => return (errors, closed),
            Ok(Some(smtp::Event::Request(_))) => session.machine_mut().accept().unwrap(),
            Ok(Some(smtp::Event::Closed(why))) => closed.push(why),
            Ok(Some(_)) => {}
        }
    }
}

pub(crate) async fn a_client_that_goes_within_a_message_is_gone<W: World>() {
    let (ours, theirs) = pipe(usize::MAX);
    theirs.say(b"USER ann\r\nPASS x\r\nRETR 1\r\n");
    theirs.close();
    let ended = pop3_ends(ours.breaking_after(5000), W::timer()).await;
    assert_eq!(ended, (vec![io::ErrorKind::BrokenPipe], vec![pop3::Closed::Eof]));
}

pub(crate) async fn a_reply_that_nobody_takes_does_not_hide_the_end<W: World>() {
    let (ours, theirs) = pipe(usize::MAX);
    theirs.say(b"NOOP\r\nNOOP\r\n");
    theirs.close();
    let ended = pop3_ends(ours.breaking_after(0), W::timer()).await;
    assert_eq!(ended, (vec![io::ErrorKind::BrokenPipe], vec![pop3::Closed::Eof]));

    // However much was not even looked at, because its answers had no room.
    for commands in [2, 2730, 10_000] {
        let (ours, theirs) = pipe(usize::MAX);
        theirs.say(&b"NOOP\r\n".repeat(commands));
        theirs.close();
        let ended = smtp_ends(ours.breaking_after(0), W::timer()).await;
        assert_eq!(ended, (vec![io::ErrorKind::BrokenPipe], vec![smtp::Closed::Disconnected]), "{commands}");
    }
}

pub(crate) async fn a_quit_is_obeyed_though_nobody_hears_it<W: World>() {
    let (ours, theirs) = pipe(usize::MAX);
    theirs.say(b"USER ann\r\nPASS x\r\nDELE 1\r\nQUIT\r\n");
    theirs.close();
    let ended = pop3_ends(ours.breaking_after(0), W::timer()).await;
    assert_eq!(ended, (vec![], vec![pop3::Closed::Updated]));
}

pub(crate) async fn last_words_that_nobody_reads_do_not_hide_the_end<W: World>() {
    /// Reads the greeting, says that it goes, and reads no more.
    async fn go(theirs: &End) {
        let mut heard = Vec::new();
        poll_fn(|context| {
            heard.extend(theirs.heard());
            if heard.ends_with(b"\r\n") {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        theirs.say(b"QUIT\r\n");
    }

    let (ours, theirs) = pipe(4);
    let (ended, ()) = together(pop3_ends(ours, Impatient), go(&theirs)).await;
    assert_eq!(ended, (vec![], vec![pop3::Closed::Quit]));
    let (ours, theirs) = pipe(4);
    let (ended, ()) = together(smtp_ends(ours, Impatient), go(&theirs)).await;
    assert_eq!(ended, (vec![], vec![smtp::Closed::Quit]));
}

pub(crate) async fn last_words_that_fail_are_no_error<W: World>() {
    let (ours, theirs) = pipe(100);
    theirs.close();
    let toy = Toy { last_words: b"goodbye".to_vec(), ..Toy::saying(b"") };
    let mut driver = Driver::new(ours.breaking_after(3), W::timer(), |_| toy);
    for expected in [Some(Event::Eof), None, None] {
        assert_eq!(driver.next_event().await.unwrap(), expected);
    }
    assert_eq!(theirs.heard(), b"goo");
}

pub(crate) async fn a_flush_is_not_waited_for_for_ever<W: World>() {
    let (ours, _theirs) = pipe(4);
    let mut driver = Driver::new(ours, Impatient, |_| Toy::saying(b"0123456789"));
    assert_eq!(driver.flush().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::Eof));
    assert_eq!(driver.next_event().await.unwrap(), None);
}

pub(crate) async fn a_busy_peer_does_not_stop_the_clock<W: World>() {
    let busy = Saying(|buffer: &mut [u8]| {
        buffer.fill(b'x');
        Ok(buffer.len())
    });
    let mut driver =
        Driver::new(busy, Impatient, |now| Toy { deadline: Some(now), enough: 1 << 24, ..Toy::saying(b"") });
    assert_eq!(driver.next_event().await.unwrap(), Some(Event::TimedOut));
}

/// A timer for which nothing ever takes too long.
struct Patient;

impl Timer for Patient {
    fn poll_deadline(&mut self, _context: &mut Context<'_>, _deadline: Option<SystemInstant>) -> Poll<()> {
        Poll::Pending
    }
}

pub(crate) async fn a_peer_that_floods_the_end_lets_others_have_their_turn<W: World>() {
    let mut left = 1000_u32;
    let flood = Saying(move |buffer: &mut [u8]| {
        left -= 1;
        Ok(if left == 0 { 0 } else { buffer.len() })
    });
    let mut driver = Driver::new(flood, Patient, |_| Toy { closed: true, ..Toy::saying(b"221 bye") });
    driver.machine_mut().end = Some(Event::Enough);
    let mut turns = 0;
    let mut end = pin!(driver.next_event());
    let event = poll_fn(|context| {
        turns += 1;
        end.as_mut().poll(context)
    });
    assert_eq!(event.await.unwrap(), Some(Event::Enough));
    assert!(turns > 10, "{turns} turns for 1000 reads");
}

pub(crate) async fn much_to_flush_lets_others_have_their_turn<W: World>() {
    let (ours, theirs) = pipe(1 << 20);
    let mut driver = Driver::new(Dripping(ours), Patient, |_| Toy::saying(&[b'x'; 1000]));
    let mut turns = 0;
    {
        let mut flush = pin!(driver.flush());
        let flushed = poll_fn(|context| {
            turns += 1;
            flush.as_mut().poll(context)
        });
        flushed.await.unwrap();
    }
    assert!(turns > 10, "{turns} turns for 1000 writes");
    assert_eq!(theirs.heard().len(), 1000);
}

/// Takes one octet at a time, and is always ready to.
struct Dripping(End);

impl AsyncRead for Dripping {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Dripping {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, &bytes[..1])
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(context)
    }
}

/// The application may ask for the next event while it makes up its mind about the last: there is none yet.
pub(crate) async fn a_request_that_waits_for_its_answer_is_not_the_end<W: World>() {
    let (ours, theirs) = pipe(1000);
    let mut driver = Driver::new(ours, W::timer(), |now| smtp::Server::new(now, Default::default()));
    assert!(matches!(driver.next_event().await, Ok(Some(smtp::Event::Request(smtp::Request::Connect)))));
    theirs.say(b"HELO x\r\n");
    theirs.close();
    for _ in 0..2 {
        let polled = poll_fn(|context| Poll::Ready(pin!(driver.ready()).poll(context))).await;
        assert!(polled.is_pending(), "{polled:?}");
    }
    driver.machine_mut().accept().unwrap();
    assert!(matches!(driver.next_event().await, Ok(Some(smtp::Event::Request(smtp::Request::Hello { .. })))));
    driver.machine_mut().accept().unwrap();
    assert!(matches!(driver.next_event().await, Ok(Some(smtp::Event::Closed(smtp::Closed::Disconnected)))));
    assert!(matches!(driver.next_event().await, Ok(None)));
}
