//! Explains what a domain's SPF policy says about a host, step by step.
//! Try it: `spf --ip 192.0.2.3 --helo mail.example.com --mail-from ann@example.com`
#![forbid(unsafe_code)]

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, SpfResult};
use mail_tokio::dns::Lookups;
use mail_wire::Clock;
use programs::resolver::Source;
use programs::terminal::{Colour, fail, paint, say};

/// Explain what a domain's SPF policy says about a host.
#[derive(Parser)]
#[command(
    name = "spf",
    version,
    after_help = "It prints what was asked and found, each directive with whether it matches, and at last the result with \
                  what decided it.\n\
                  A zone file has names with their records: {\"example.com\": {\"TXT\": [\"v=spf1 mx -all\"], \"MX\": \
                  [[10, \"mx.example.com\"]]}}\n\
                  Exit code 0: pass. 1: another result. 2: nothing could be asked."
)]
struct Arguments {
    /// The address of the host that sends
    #[arg(long)]
    ip: IpAddr,
    /// What it greets with
    #[arg(long)]
    helo: String,
    /// The reverse-path, without angle brackets; left out or empty for the name in HELO alone
    #[arg(long, default_value = "", hide_default_value = true)]
    mail_from: String,
    /// Answer questions to the DNS from this JSON file
    #[arg(long, value_name = "FILE")]
    zone: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let resolver = match Source::new(arguments.zone.as_deref()) {
        Ok(resolver) => resolver,
        Err(problem) => return fail(2, problem, "`spf --help` tells what can be given"),
    };
    let clock = Clock::start();
    let mut limits = Limits::default();
    limits.trace = true;
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let client = Client::new(arguments.ip, &arguments.helo).with_unix_time(seconds);
    let mut evaluation = Evaluation::mail_from(clock.now(), &client, &arguments.mail_from, &limits);
    Lookups::new(resolver, clock).finish(&mut evaluation).await;

    let Some(outcome) = evaluation.outcome() else { return fail(2, "the evaluation did not end", "") };
    let colour = match outcome.result {
        SpfResult::Pass => Colour::Green,
        SpfResult::Fail | SpfResult::SoftFail | SpfResult::PermError => Colour::Red,
        _ => Colour::Bold,
    };
    let trace = paint(Colour::Grey, evaluation.trace());
    say(format_args!("{trace}{}: {}", paint(colour, outcome.result), outcome.cause));
    if let Some(explanation) = &outcome.explanation {
        say(format_args!("The domain says: {explanation}"));
    }
    if outcome.result == SpfResult::Pass { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
