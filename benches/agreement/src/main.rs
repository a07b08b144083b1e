//! What rfc5322-message, mail-parser and Python's `email` read in the same messages.
//!
//! `corpus` reads the public corpus and explains each difference (DIFFERENCES.md); `built` reads random letters of the
//! builder, and what was put in is what everybody finds; `pieces` reads the corpus by pieces of every size.
#![forbid(unsafe_code)]

mod built;
mod corpus;
mod pieces;
mod readers;

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |name: &str, otherwise: u64| {
        let at = arguments.iter().position(|argument| argument == name);
        let value = at.and_then(|at| arguments.get(at + 1));
        value.map_or(Some(otherwise), |value| value.parse().ok())
    };
    match (arguments.first().map(String::as_str), number("--seed", 1), number("--count", 2000)) {
        (Some("corpus"), ..) => corpus::run(),
        (Some("pieces"), ..) => pieces::run(),
        (Some("built"), Some(seed), Some(count)) => built::run(seed, count),
        _ => {
            eprintln!("agreement corpus | pieces | built [--seed N] [--count 2000]");
            ExitCode::from(2)
        }
    }
}
