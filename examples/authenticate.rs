//! Verifies a message as a receiving host does: SPF, DKIM, DMARC and ARC, with the reasons.
//! Try it: `authenticate --ip 192.0.2.3 --helo mail.example.com --mail-from ann@example.com message.eml`
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use mail_auth_spf_dkim::arc::ChainStatus;
use mail_auth_spf_dkim::authenticate::{Receiver, Report, Session, Settings};
use mail_auth_spf_dkim::authres::AuthenticationResults;
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dkim::{self, DkimResult};
use mail_auth_spf_dkim::dmarc::DmarcResult;
use mail_auth_spf_dkim::spf::{Client, SpfResult};
use mail_auth_spf_dkim::{UnixTime, authres::InvalidServerId};
use mail_tokio::dns::Lookups;
use mail_wire::Clock;
use programs::message::{LineEnds, open};
use programs::path;
use programs::resolver::Source;
use programs::terminal::{Colour, about, fail, paint, print, printable};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

/// Verify who sent a message: SPF, DKIM, DMARC and ARC, and why they pass or do not.
#[derive(Parser)]
#[command(
    name = "authenticate",
    version,
    after_help = "A file whose first line ends with LF alone is read as if all its lines ended with CRLF; one whose first \
                  line ends with CRLF is taken as it is. Without --ip there is no client to check, and SPF is none.\n\
                  A zone file has names with their records: {\"example.com\": {\"TXT\": [\"v=spf1 mx -all\"], \"MX\": \
                  [[10, \"mx.example.com\"]]}}\n\
                  Exit code 0: somebody stands behind the message, and DMARC passes or is none. 1: not. 2: the command line \
                  is wrong, or the message could not be read. 3: the DNS failed for a time, and with its answers it might have \
                  been 0. With --json it is 0 whenever there is a report.\n\
                  The object of --json has the results as \"spf\", \"dkim\" (one for each signature), \"dmarc\" and \"arc\", the \
                  Authentication-Results field as \"header\", whether the message's header was too long to be read to its end \
                  as \"header_too_long\", how many more signatures were not looked at as \"more_signatures\", and how many \
                  parts of it are to be cut (what pretends to be a result of this host, or the line of an mbox) as \"to_cut\"."
)]
struct Arguments {
    /// The address of the host that sent the message
    #[arg(long)]
    ip: Option<IpAddr>,
    /// What it greeted with
    #[arg(long, default_value = "", hide_default_value = true, requires = "ip")]
    helo: String,
    /// The reverse-path; left out or empty for the name in HELO
    #[arg(long, default_value = "", hide_default_value = true, requires = "ip", value_parser = path::parse)]
    mail_from: String,
    /// Answer questions to the DNS from this JSON file
    #[arg(long, value_name = "FILE")]
    zone: Option<PathBuf>,
    /// The time of receipt, in seconds since 1970 [default: now]
    #[arg(long, value_name = "UNIX")]
    now: Option<u64>,
    /// Who verifies, for Authentication-Results
    #[arg(long, value_name = "NAME", default_value = "localhost")]
    authserv_id: String,
    /// Print one object of JSON
    #[arg(long)]
    json: bool,
    /// The message, or - for standard input
    file: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let report = match check(&arguments).await {
        Ok(report) => report,
        Err(problem) => return fail(2, problem, "`authenticate --help` tells what can be given"),
    };
    let has_client = arguments.ip.is_some();
    let shown =
        if arguments.json { format!("{}\n", to_json(&report, has_client)) } else { for_a_person(&report, has_client) };
    if let Err(problem) = print(&shown) {
        return fail(2, problem, "");
    }
    ExitCode::from(if arguments.json { 0 } else { code(&report) })
}

/// Feeds the message to a receiver while the DNS works.
async fn check(arguments: &Arguments) -> io::Result<Report> {
    let of_file = |problem| about(arguments.file.display(), problem);
    let source = Source::new(arguments.zone.as_deref())?;
    let mut file = open(&arguments.file).map_err(of_file)?;

    let since_1970 = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let date = UnixTime::new(arguments.now.unwrap_or_else(since_1970));
    let address = arguments.ip.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let client = Client::new(address, &arguments.helo).with_unix_time(date.seconds());
    let session = Session::new(date, client, &arguments.mail_from, &arguments.authserv_id)
        .map_err(|problem: InvalidServerId| io::Error::other(format!("--authserv-id: {problem}")))?;
    let mut settings = Settings::default();
    settings.iprev = None;
    settings.spf.trace = true;

    let clock = Clock::start();
    let mut receiver = Receiver::new(clock.now(), session, default_provider(), &settings);
    let mut lookups = Lookups::new(source, clock);
    let mut line_ends = LineEnds::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        // A pipe may be slow: the DNS is not to wait for it.
        let reading = spawn_blocking(move || {
            let read = file.read(&mut buffer);
            (file, buffer, read)
        });
        let length;
        (file, buffer, length) = lookups.until(&mut receiver, reading).await?;
        match length.map_err(of_file)? {
            0 => break,
            length => receiver.handle_input(clock.now(), line_ends.convert(&buffer[..length])),
        }
    }
    receiver.handle_eof(clock.now());
    lookups.finish(&mut receiver).await;
    receiver.report().cloned().ok_or_else(|| io::Error::other("the checks did not come to an end"))
}

/// 0 if somebody stands behind the message and the author's domain does not object; 3 if that could still be found when the
/// DNS works again; else 1.
fn code(report: &Report) -> u8 {
    let (spf, signatures) = (&report.spf.result, &report.dkim.signatures);
    let somebody = *spf == SpfResult::Pass || report.dkim.passed().next().is_some();
    let perhaps = *spf == SpfResult::TempError || signatures.iter().any(|one| one.result == DkimResult::TempError);
    match report.dmarc.result {
        DmarcResult::Pass | DmarcResult::None if somebody => 0,
        DmarcResult::Pass | DmarcResult::None | DmarcResult::TempError if somebody || perhaps => 3,
        _ => 1,
    }
}

/// Why SPF is none if there is no client.
const NO_CLIENT: &str = "no client was named";

/// The field, without a word on SPF if nobody could be checked.
fn header(report: &Report, has_client: bool) -> String {
    let mut header = report.header.clone();
    if !has_client && let Ok(mut without) = AuthenticationResults::new(header.authserv_id()) {
        let others = header.results().iter().filter(|result| result.method() != "spf");
        others.for_each(|result| without.push(result.clone()));
        header = without;
    }
    header.to_string().trim_end().to_owned()
}

fn to_json(report: &Report, has_client: bool) -> Value {
    let signatures: Vec<Value> = report
        .dkim
        .signatures
        .iter()
        .map(|outcome| {
            json!({
                "result": outcome.result.as_str(),
                "domain": outcome.domain.as_ref().map(|domain| domain.as_str()),
                "selector": outcome.selector.as_ref().map(|selector| selector.as_str()),
                "reason": outcome.cause.as_ref().map(ToString::to_string),
            })
        })
        .collect();
    let (spf, dmarc) = (&report.spf, &report.dmarc);
    json!({
        "spf": {
            "result": spf.result.as_str(),
            "domain": spf.domain.as_ref().map(|domain| domain.as_str()),
            "cause": if has_client { spf.cause.to_string() } else { NO_CLIENT.to_owned() },
        },
        "dkim": signatures,
        "dmarc": {
            "result": dmarc.result.as_str(),
            "policy": dmarc.policy.map(|policy| policy.to_string()),
            "disposition": dmarc.disposition.to_string(),
            "reason": dmarc.reason.to_string(),
        },
        "arc": { "result": report.arc.as_ref().map_or(ChainStatus::None, |arc| arc.status).as_str() },
        "header": header(report, has_client),
        "header_too_long": report.header_too_long,
        "more_signatures": report.dkim.more_signatures,
        "to_cut": report.cut.len(),
    })
}

/// Writing to a String cannot fail.
fn for_a_person(report: &Report, has_client: bool) -> String {
    let mut out = String::new();
    let spf = &report.spf;
    if has_client {
        line(&mut out, "SPF", spf.result.as_str(), &spf.cause.to_string());
        details(&mut out, &report.spf_trace.to_string());
        if let Some(explanation) = &spf.explanation {
            details(&mut out, &format!("the domain says: {explanation}"));
        }
    } else {
        line(&mut out, "SPF", "none", NO_CLIENT);
    }
    if report.dkim.signatures.is_empty() {
        line(&mut out, "DKIM", "none", "the message is not signed");
    }
    for outcome in &report.dkim.signatures {
        line(&mut out, "DKIM", outcome.result.as_str(), &signature(outcome));
        let why = match &outcome.cause {
            Some(cause) => cause.to_string(),
            None => continue,
        };
        details(&mut out, &why);
    }
    if report.dkim.more_signatures > 0 {
        details(&mut out, &format!("{} more signatures were not looked at", report.dkim.more_signatures));
    }
    show_dmarc(&mut out, report);
    if let Some(arc) = &report.arc {
        let links: Vec<_> = arc.links.iter().map(|link| link.domain.as_str()).collect();
        let chain = match (&arc.cause, links.is_empty()) {
            (Some(cause), _) => cause.to_string(),
            (None, true) => "nobody has sealed it".to_owned(),
            (None, false) => format!("sealed by {}", links.join(", then ")),
        };
        line(&mut out, "ARC", arc.status.as_str(), &chain);
    }
    if !report.cut.is_empty() {
        let count = report.cut.len();
        let _ = writeln!(out, "to be cut: {count} (what pretends to be a result of this host, or the line of an mbox)");
    }
    if report.header_too_long {
        out.push_str("its header is too long, and was not read to the end\n");
    }
    let _ = write!(out, "\n{}\n", header(report, has_client).replace('\r', ""));
    out
}

fn show_dmarc(out: &mut String, report: &Report) {
    let dmarc = &report.dmarc;
    let author = dmarc.author.as_ref().map_or_else(String::new, |author| format!("{author}: "));
    line(out, "DMARC", dmarc.result.as_str(), &format!("{author}{}", dmarc.reason));
    let aligned = match (dmarc.spf_aligned, dmarc.dkim_aligned) {
        (true, true) => "SPF and DKIM are aligned with the author's domain",
        (true, false) => "SPF is aligned with the author's domain, DKIM is not",
        (false, true) => "DKIM is aligned with the author's domain, SPF is not",
        (false, false) => "neither SPF nor DKIM is aligned with the author's domain",
    };
    if dmarc.author.is_some() {
        details(out, aligned);
    }
    if let (Some(policy), Some(domain)) = (dmarc.policy, &dmarc.policy_domain) {
        details(out, &format!("{domain} asks for {policy}; for this message: {}", dmarc.disposition));
    }
}

fn signature(outcome: &dkim::Outcome) -> String {
    let mut text = outcome.domain.as_ref().map_or_else(|| "unknown domain".to_owned(), |domain| domain.to_string());
    if let Some(selector) = &outcome.selector {
        let _ = write!(text, ", selector {selector}");
    }
    if let Some(algorithm) = outcome.algorithm() {
        let _ = write!(text, ", {}", algorithm.as_str());
    }
    if let Some(bits) = outcome.key_bits.filter(|_| outcome.result == DkimResult::Pass) {
        let _ = write!(text, ", key of {bits} bits");
    }
    if outcome.testing {
        text.push_str(", which is testing");
    }
    text
}

/// One method: its name, the result in its colour, and what it is about.
fn line(out: &mut String, method: &str, result: &str, text: &str) {
    let colour = match result {
        "pass" => Colour::Green,
        "none" | "neutral" => Colour::Bold,
        _ => Colour::Red,
    };
    let _ = writeln!(out, "{method:<6} {} {}", paint(colour, format_args!("{result:<9}")), printable(text));
}

fn details(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "{}", paint(Colour::Grey, format_args!("{:17}{}", "", printable(line))));
    }
}
