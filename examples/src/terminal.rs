//! Colour only on a terminal, progress only for a person, and exit codes for scripts.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write as _};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};

/// A colour of the terminal's own palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// For what the client says.
    Cyan,
    /// For what the server says.
    Magenta,
    /// For what went well.
    Green,
    /// For what did not.
    Red,
    /// For what is beside the point.
    Grey,
    /// For headings.
    Bold,
}

/// Whether standard output should be coloured: it is a terminal, and `NO_COLOR` is not set.
pub fn coloured() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// `text` in `colour`, or as it is when standard output should not be coloured.
pub fn paint(colour: Colour, text: impl Display) -> String {
    if !coloured() {
        return text.to_string();
    }
    let code = match colour {
        Colour::Cyan => "36",
        Colour::Magenta => "35",
        Colour::Green => "32",
        Colour::Red => "31",
        Colour::Grey => "90",
        Colour::Bold => "1",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// Prints a line. That nobody reads it any more changes nothing: what was done is done.
pub fn say(line: impl Display) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints what the program is for. That nobody reads it any more is no error.
///
/// # Errors
///
/// When it cannot be written, as to a disk that is full.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(problem) if problem.kind() != io::ErrorKind::BrokenPipe => Err(problem),
        _ => Ok(()),
    }
}

/// `text` with nothing in it that steers a terminal, or has it show text in another order.
pub fn printable(text: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// A progress bar over `total` steps on standard error; hidden when that is no terminal.
pub fn progress(total: u64, unit: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let template = format!("{{bar:40}} {{pos}}/{{len}} {unit} {{wide_msg}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

/// An error of the same kind that says what it is about.
pub fn about(what: impl Display, problem: io::Error) -> io::Error {
    io::Error::new(problem.kind(), format!("{what}: {problem}"))
}

/// Says what went wrong and what to do next, on standard error, and gives the exit code to end with.
pub fn fail(code: u8, problem: impl Display, advice: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "error: {problem}");
    if !advice.is_empty() {
        let _ = writeln!(io::stderr(), "  {advice}");
    }
    ExitCode::from(code)
}
