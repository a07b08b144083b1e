//! Python's `email` package, in a process of its own.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use super::{Difference, Reading};

/// A `python3` that reads messages.
#[derive(Debug)]
pub struct Python {
    child: Child,
    messages: Option<ChildStdin>,
    readings: BufReader<ChildStdout>,
}

impl Python {
    /// Starts it.
    ///
    /// # Errors
    /// There is no `python3`.
    pub fn start() -> io::Result<Self> {
        let script = include_str!("read.py");
        let mut child =
            Command::new("python3").arg("-c").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(messages), Some(readings)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("python3 without its pipes"));
        };
        Ok(Self { child, messages: Some(messages), readings: BufReader::new(readings) })
    }

    /// What it reads in a message.
    ///
    /// # Errors
    /// It has ended, or what it says is no reading.
    pub fn read(&mut self, message: &[u8]) -> io::Result<Reading> {
        let messages = self.messages.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(messages, "{}", message.len())?;
        messages.write_all(message)?;
        messages.flush()?;
        let mut line = String::new();
        self.readings.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }

    /// What Python is known to read wrong, if this is that: a key in `benches/agreement/DIFFERENCES.md`.
    #[must_use]
    pub fn known_fault(difference: &Difference<'_>) -> Option<&'static str> {
        let found = difference.found();
        let says = |word: &str| difference.path().starts_with("defect.") && found.contains(word);
        let encoded = |address: &str| address.contains("=?");
        let blank = |address: &str| address.contains(|c: char| c.is_whitespace() && !c.is_ascii());
        let odd = |is_odd: fn(&str) -> bool| difference.has_address(|address, _| is_odd(address));
        if difference.is_name() && difference.is_blank() {
            Some("python-blanks-in-names")
        } else if (difference.is_address() && encoded(&difference.expected()))
            || ((says("encoded") || says("CFWS")) && odd(encoded))
        {
            Some("python-encoded-local-part")
        } else if (difference.is_address() && blank(&difference.expected())) || (says("CFWS") && odd(blank)) {
            Some("python-blank-in-local-part")
        } else if says("NonASCIILocalPartDefect") && odd(|address| !address.is_ascii()) {
            Some("python-ascii-local-part")
        } else {
            None
        }
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        // The end of its input is the end of it.
        self.messages = None;
        let _ = self.child.wait();
    }
}
