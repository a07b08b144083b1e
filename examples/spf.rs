//! Explains what a domain's SPF policy says about a host, step by step.
//! Try it: `spf --ip 192.0.2.3 --helo mail.example.com --mail-from ann@example.com`
#![forbid(unsafe_code)]

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use mail_auth_spf_dkim::spf::{Client, Evaluation, Limits, Outcome, SpfResult, Trace};
use mail_tokio::dns::Lookups;
use mail_wire::Clock;
use programs::path;
use programs::resolver::Source;
use programs::terminal::{Colour, fail, paint, print};
use serde_json::json;

/// Explain what a domain's SPF policy says about a host.
#[derive(Parser)]
#[command(
    name = "spf",
    version,
    after_help = "It prints what was asked and found, each directive with whether it matches, and at last the result with \
                  what decided it.\n\
                  A zone file has names with their records: {\"example.com\": {\"TXT\": [\"v=spf1 mx -all\"], \"MX\": \
                  [[10, \"mx.example.com\"]]}}\n\
                  Exit code 0: pass. 1: another result. 2: nothing could be asked, or shown. 3: the DNS failed for a time. With \
                  --json it is 0 whenever there is a result.\n\
                  The object of --json has the \"result\", the \"domain\" whose policy gave it, the \"cause\", the domain's own \
                  \"explanation\" of a fail, and the lines of the \"trace\"."
)]
struct Arguments {
    /// The address of the host that sends
    #[arg(long)]
    ip: IpAddr,
    /// What it greets with
    #[arg(long)]
    helo: String,
    /// The reverse-path; left out or empty for the name in HELO alone
    #[arg(long, default_value = "", hide_default_value = true, value_parser = path::parse)]
    mail_from: String,
    /// Answer questions to the DNS from this JSON file
    #[arg(long, value_name = "FILE")]
    zone: Option<PathBuf>,
    /// Print one object of JSON
    #[arg(long)]
    json: bool,
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
    let trace = evaluation.trace();
    let shown = if arguments.json { to_json(outcome, trace) } else { for_a_person(outcome, trace) };
    if let Err(problem) = print(&shown) {
        return fail(2, problem, "");
    }
    ExitCode::from(match outcome.result {
        _ if arguments.json => 0,
        SpfResult::Pass => 0,
        SpfResult::TempError => 3,
        _ => 1,
    })
}

fn to_json(outcome: &Outcome, trace: &Trace) -> String {
    let object = json!({
        "result": outcome.result.as_str(),
        "domain": outcome.domain.as_ref().map(|domain| domain.as_str()),
        "cause": outcome.cause.to_string(),
        "explanation": outcome.explanation,
        "trace": trace.steps().iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    format!("{object}\n")
}

fn for_a_person(outcome: &Outcome, trace: &Trace) -> String {
    let colour = match outcome.result {
        SpfResult::Pass => Colour::Green,
        SpfResult::Fail | SpfResult::SoftFail | SpfResult::PermError => Colour::Red,
        _ => Colour::Bold,
    };
    let mut shown = format!("{}{}: {}\n", paint(Colour::Grey, trace), paint(colour, outcome.result), outcome.cause);
    if let Some(explanation) = &outcome.explanation {
        shown.push_str(&format!("The domain says: {explanation}\n"));
    }
    shown
}
