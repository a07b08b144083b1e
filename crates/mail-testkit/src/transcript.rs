use std::fmt::Write as _;
use std::time::Duration;

use mail_wire::{Machine, TlsInfo};

use crate::{Application, Session, Trace};

/// Which side of the dialogue the machine under test plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The machine says the `C:` lines.
    Client,
    /// The machine says the `S:` lines.
    Server,
}

/// A dialogue as the RFCs print it.
///
/// ```text
/// # A comment.
/// S: 220 mx.example ESMTP
/// C: NOOP
/// S: 250 2.0.0 Ok
/// *** wait 301s
/// S: 421 4.4.2 …
/// *** eof
/// ```
///
/// Each line is sent with CRLF. `\r`, `\n`, `\0`, `\\` and `\xNN` are escapes; a `\` at the end of a line leaves
/// its CRLF out. The stage directions are `*** eof`, `*** tls` and `*** wait N` with `s`, `m` or `h` behind the
/// number. All are done to the machine under test.
#[derive(Clone, Debug)]
pub struct Transcript {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Client(Vec<u8>),
    Server(Vec<u8>),
    Eof,
    Tls,
    Wait(Duration),
}

impl Transcript {
    /// Reads a transcript.
    ///
    /// # Panics
    ///
    /// On a line that is none of a transcript's: the test is wrong.
    pub fn parse(text: &str) -> Self {
        let mut steps: Vec<Step> = Vec::new();
        for line in text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let step = if let Some(said) = line.strip_prefix("C:") {
                Step::Client(unescape(said.strip_prefix(' ').unwrap_or(said)))
            } else if let Some(said) = line.strip_prefix("S:") {
                Step::Server(unescape(said.strip_prefix(' ').unwrap_or(said)))
            } else {
                match line.strip_prefix("*** ").map(str::trim_end) {
                    Some("eof") => Step::Eof,
                    Some("tls") => Step::Tls,
                    Some(wait) if wait.starts_with("wait ") => Step::Wait(duration(&wait[5..])),
                    _ => panic!("not a line of a transcript: {line:?}"),
                }
            };
            match (steps.last_mut(), &step) {
                (Some(Step::Client(said)), Step::Client(more)) | (Some(Step::Server(said)), Step::Server(more)) => {
                    said.extend_from_slice(more);
                }
                _ => steps.push(step),
            }
        }
        Self { steps }
    }

    /// Plays the transcript with the machine in `role`: once with every block whole, once byte by byte, and once
    /// for each place where the input can be cut in two. Returns what the application saw, the same each time.
    ///
    /// # Panics
    ///
    /// When the machine says something else than the transcript, or the application sees something else than it
    /// did in the first run.
    pub fn play<M, A>(&self, role: Role, start: impl Fn() -> (M, A)) -> Trace
    where
        M: Machine,
        A: Application<M>,
    {
        let whole = self.play_once(role, start(), &mut |block| vec![block]);
        let bytewise = self.play_once(role, start(), &mut |block| block.chunks(1).collect());
        assert_eq!(whole, bytewise, "whole and byte by byte, the application saw different things");
        let input: usize = self.steps.iter().map(|step| step.input(role).map_or(0, <[u8]>::len)).sum();
        for cut in 1..input {
            let mut before = 0;
            let trace = self.play_once(role, start(), &mut |block| {
                let at = cut.saturating_sub(before).min(block.len());
                before += block.len();
                let (head, tail) = block.split_at(at);
                [head, tail].into_iter().filter(|piece| !piece.is_empty()).collect()
            });
            assert_eq!(whole, trace, "cut at {cut}, the application saw different things");
        }
        whole
    }

    fn play_once<M, A>(
        &self,
        role: Role,
        (machine, application): (M, A),
        pieces: &mut dyn FnMut(&[u8]) -> Vec<&[u8]>,
    ) -> Trace
    where
        M: Machine,
        A: Application<M>,
    {
        let mut session = Session::new(machine, application);
        let mut heard = Vec::new();
        let mut so_far = String::new();
        for step in &self.steps {
            if let Some(input) = step.input(role) {
                assert!(heard.is_empty(), "{so_far}\nthe machine went on: \"{}\"", heard.escape_ascii());
                session.feed_in_pieces(pieces(input));
            } else {
                match step {
                    Step::Eof => session.eof(),
                    Step::Tls => session.tls(TlsInfo::default()),
                    Step::Wait(duration) => session.wait(*duration),
                    Step::Client(said) | Step::Server(said) => {
                        heard.extend(session.output());
                        let n = said.len().min(heard.len());
                        assert_eq!(
                            heard[..n].escape_ascii().to_string(),
                            said.escape_ascii().to_string(),
                            "after\n{so_far}"
                        );
                        heard.drain(..n);
                    }
                }
            }
            heard.extend(session.output());
            step.show(&mut so_far);
        }
        assert!(heard.is_empty(), "{so_far}\nthe machine went on: \"{}\"", heard.escape_ascii());
        session.trace
    }
}

impl Step {
    /// What this step feeds to the machine in `role`.
    fn input(&self, role: Role) -> Option<&[u8]> {
        match (self, role) {
            (Self::Client(said), Role::Server) | (Self::Server(said), Role::Client) => Some(said),
            _ => None,
        }
    }

    fn show(&self, out: &mut String) {
        let _ = match self {
            Self::Client(said) => writeln!(out, "C: {}", said.escape_ascii()),
            Self::Server(said) => writeln!(out, "S: {}", said.escape_ascii()),
            direction => writeln!(out, "*** {direction:?}"),
        };
    }
}

fn duration(text: &str) -> Duration {
    let (number, unit) = text.split_at(text.len() - 1);
    let number: u64 = number.parse().expect("a number to wait for");
    Duration::from_secs(match unit {
        "s" => number,
        "m" => number * 60,
        "h" => number * 3600,
        _ => panic!("not a unit of time: {unit:?}"),
    })
}

fn unescape(line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = line.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let Some((&escape, after)) = rest.split_first() else { return bytes };
        rest = after;
        bytes.push(match escape {
            b'r' => b'\r',
            b'n' => b'\n',
            b'0' => 0,
            b'\\' => b'\\',
            b'x' => {
                let (digits, after) = rest.split_at(2);
                rest = after;
                let digits = str::from_utf8(digits).expect("two hexadecimal digits");
                u8::from_str_radix(digits, 16).expect("two hexadecimal digits")
            }
            _ => panic!("not an escape: \\{}", escape as char),
        });
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}
