//! The kit tried on the smallest machine there is, which also shows how a machine is written.

use std::ops::Range;
use std::time::Duration;

use mail_testkit::{Outcome, Pair, Role, Schedule, Session, Trace, Transcript};
use mail_wire::{InputBuffer, Instant, LineEnding, Machine, OutputQueue, TlsInfo};

/// Says back each line that the application accepts. `BYE` ends it, and so does a minute of silence.
struct Echo {
    input: InputBuffer,
    output: OutputQueue,
    staged: Option<Staged>,
    unanswered: Option<Range<usize>>,
    deadline: Instant,
    ended: bool,
    closed: bool,
}

enum Staged {
    Line(Range<usize>),
    Closed,
}

#[derive(Debug)]
enum Event<'a> {
    Line(&'a [u8]),
    Closed,
}

const LONGEST: usize = 100;
const PATIENCE: Duration = Duration::from_secs(60);

impl Echo {
    fn new(now: Instant) -> Self {
        Self {
            input: InputBuffer::new(LONGEST),
            output: OutputQueue::new(),
            staged: None,
            unanswered: None,
            deadline: now + PATIENCE,
            ended: false,
            closed: false,
        }
    }

    fn accept(&mut self) {
        if let Some(line) = self.unanswered.take() {
            self.output.push(self.input.get(line));
            self.output.push(b"\r\n");
            self.advance();
        }
    }

    fn say(&mut self, line: &str) {
        self.output.push(line.as_bytes());
        self.output.push(b"\r\n");
    }

    fn advance(&mut self) {
        if self.staged.is_some() || self.unanswered.is_some() || self.ended {
            return;
        }
        self.staged = self.input.next_line(LONGEST, LineEnding::Crlf).map(|line| {
            if self.input.get(line.range.clone()) == b"BYE" {
                self.ended = true;
                return Staged::Closed;
            }
            Staged::Line(line.range)
        });
    }

    fn close(&mut self) {
        if !self.ended {
            self.ended = true;
            self.staged = Some(Staged::Closed);
        }
    }
}

impl Machine for Echo {
    type Event<'a> = Event<'a>;

    fn handle_input(&mut self, now: Instant, input: &[u8]) -> usize {
        if self.ended {
            return input.len();
        }
        if self.staged.is_some() || self.unanswered.is_some() {
            // A range is out: the buffer must not move.
            return 0;
        }
        let taken = self.input.push(input);
        self.deadline = now + PATIENCE;
        self.advance();
        taken
    }

    fn handle_eof(&mut self, _: Instant) {
        self.close();
    }

    fn handle_transmitted(&mut self, _: Instant, n: usize) {
        self.output.transmitted(n);
    }

    fn handle_tls(&mut self, _: Instant, _: TlsInfo) {}

    fn handle_timeout(&mut self, now: Instant) {
        if now >= self.deadline {
            self.close();
        }
    }

    fn poll_event(&mut self) -> Option<Event<'_>> {
        Some(match self.staged.take()? {
            Staged::Line(range) => {
                self.unanswered = Some(range.clone());
                Event::Line(self.input.get(range))
            }
            Staged::Closed => {
                self.closed = true;
                Event::Closed
            }
        })
    }

    fn poll_transmit(&self) -> Option<&[u8]> {
        self.output.pending()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        (!self.ended).then_some(self.deadline)
    }

    fn has_event(&self) -> bool {
        self.staged.is_some()
    }

    fn wants_input(&self) -> bool {
        !self.ended && self.staged.is_none() && self.unanswered.is_none() && self.input.has_room()
    }

    fn is_closed(&self) -> bool {
        self.closed
    }
}

fn accept_all(machine: &mut Echo, _: Instant, trace: &mut Trace) {
    while let Some(event) = machine.poll_event() {
        trace.debug(&event);
        if let Event::Line(_) = event {
            machine.accept();
        }
    }
}

fn start() -> (Echo, fn(&mut Echo, Instant, &mut Trace)) {
    (Echo::new(Instant::EPOCH), accept_all)
}

#[test]
fn a_transcript_holds_at_every_split() {
    let trace = Transcript::parse(
        "# An echo.
         C: one
         C: t\\x77o\\\\
         S: one
         S: two\\\\
         C: part\\
         C: ial
         S: partial
         *** wait 1m",
    );
    // A `\` at a line's end leaves the CRLF out, so the two are one line.
    let seen = trace.play(Role::Server, start);
    assert_eq!(seen.events().count(), 4);
    assert!(seen.saw("Closed"));
}

#[test]
#[should_panic(expected = "left: \"echo")]
fn a_wrong_transcript_fails() {
    Transcript::parse("C: echo\nS: else").play(Role::Server, start);
}

#[test]
fn time_passes_only_when_told() {
    let mut session = Session::new(start().0, start().1);
    session.wait(Duration::from_secs(59));
    session.feed(b"still here\r\n");
    assert_eq!(session.output_text(), "still here\r\n");
    session.wait(Duration::from_secs(59));
    assert!(!session.machine.is_closed());
    session.wait(Duration::from_secs(1));
    assert!(session.machine.is_closed());
}

#[test]
fn a_pair_reaches_the_same_end_under_any_schedule() {
    for seed in 0..200 {
        let mut left = Echo::new(Instant::EPOCH);
        left.say("hello");
        let count = |machine: &mut Echo, _: Instant, trace: &mut Trace| {
            let Some(Event::Line(line)) = machine.poll_event() else { return };
            trace.event(line.escape_ascii().to_string());
            if trace.events().count() < 5 { machine.accept() } else { machine.say("BYE") }
        };
        let mut pair = Pair::new((left, count), (Echo::new(Instant::EPOCH), accept_all), 7);
        pair.run(&mut Schedule::seeded(seed, 9));
        assert_eq!(pair.left_trace.events().collect::<Vec<_>>(), ["hello"; 5], "seed {seed}");
        assert!(pair.right_trace.saw("Closed"), "seed {seed}");
    }
}

#[test]
fn a_pair_that_waits_for_ever_is_closed_by_its_deadlines() {
    let mut pair = Pair::new(start(), start(), 7);
    assert_eq!(pair.run(&mut Schedule::whole()), Outcome::Closed);
    assert_eq!(pair.now, Instant::EPOCH + PATIENCE);
}
