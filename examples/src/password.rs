//! Where a program gets a password from.

use std::io::{self, BufRead, IsTerminal, Write};

/// The password from the environment variable `variable`, or from the person at the terminal.
///
/// Echoing is switched off by `stty` where there is one. Passwords are never taken from the command line, where every
/// user of the machine can read them.
///
/// # Errors
///
/// When the variable is not set and nobody can be asked.
pub fn ask(variable: &str, prompt: &str) -> io::Result<String> {
    if let Ok(password) = std::env::var(variable) {
        return Ok(password);
    }
    if !io::stdin().is_terminal() {
        let problem = format!("no password: set {variable}, or run this at a terminal");
        return Err(io::Error::new(io::ErrorKind::NotFound, problem));
    }
    eprint!("{prompt}: ");
    io::stderr().flush()?;
    let quiet = echo(false);
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    if quiet {
        echo(true);
        eprintln!();
    }
    read?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn echo(on: bool) -> bool {
    let argument = if on { "echo" } else { "-echo" };
    std::process::Command::new("stty").arg(argument).status().is_ok_and(|status| status.success())
}
