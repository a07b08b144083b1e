//! The public corpus, read by everybody: where they differ, and whether that is explained.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use mail_testkit::messages::{Python, Reading};

use crate::readers;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus");
/// Why, for people; how often, for this program.
const REASONS: &str = include_str!("../DIFFERENCES.md");
/// Message, aspect and reason of each case that no rule here tells.
const CASES: &str = include_str!("../differences.tsv");

/// One message as it was read three times.
struct Readings {
    ours: Reading,
    peer: Reading,
    python: Reading,
}

/// An aspect of a message, in a form that can be compared.
type Aspect = (&'static str, fn(&Reading) -> String);

const ASPECTS: [Aspect; 5] = [
    ("structure", |reading| reading.leaves.iter().map(|leaf| format!("{} ", leaf.content_type)).collect()),
    ("bodies", |reading| reading.leaves.iter().map(|leaf| leaf.body.escape_ascii().to_string() + "\n").collect()),
    ("subject", |reading| reading.subject.clone()),
    ("from", |reading| mailboxes(reading).map(|(name, address)| format!("{name} <{address}>\n")).collect()),
    ("date", |reading| format!("{:?}", reading.date)),
];

fn mailboxes(reading: &Reading) -> impl Iterator<Item = &(String, String)> {
    reading.from.iter().flat_map(|group| &group.mailboxes)
}

/// Who differs from the other two.
fn odd_one_out(ours: &str, peer: &str, python: &str) -> Option<&'static str> {
    match (ours == peer, ours == python, peer == python) {
        (true, true, _) => None,
        (_, _, true) => Some("ours"),
        (true, ..) => Some("Python"),
        (_, true, _) => Some("mail-parser"),
        _ => Some("each"),
    }
}

/// A reason that tells its cases by itself: its key, the aspect, who differs, and whether this is a case.
type Rule = (&'static str, &'static str, &'static str, fn(&Readings) -> bool);

const RULES: [Rule; 7] = [
    ("blanks-at-folds", "subject", "mail-parser", |it| words(&it.ours.subject) == words(&it.peer.subject)),
    ("blank-at-the-end", "subject", "Python", |it| it.ours.subject == it.python.subject.trim_end()),
    ("name-in-comment", "from", "Python", |it| {
        mailboxes(&it.ours).count() == mailboxes(&it.python).count()
            && mailboxes(&it.ours)
                .zip(mailboxes(&it.python))
                .all(|(ours, python)| ours.1 == python.1 && (python.0.is_empty() || ours.0 == python.0))
    }),
    ("blanks-in-names", "from", "mail-parser", |it| {
        let read = |reading| mailboxes(reading).map(|(name, address)| (words(name), address));
        read(&it.ours).eq(read(&it.peer))
    }),
    ("blanks-in-names", "from", "each", |it| {
        let read = |reading| mailboxes(reading).map(|(name, address)| (words(name), address));
        read(&it.ours).eq(read(&it.peer)) && read(&it.ours).eq(read(&it.python))
    }),
    ("missing-zone", "date", "mail-parser", |it| it.peer.date.is_none() && matches!(it.ours.date, Some((_, None)))),
    ("quoted-printable-blanks", "bodies", "Python", |it| {
        it.ours.leaves.iter().map(|leaf| trimmed(&leaf.body)).eq(it
            .python
            .leaves
            .iter()
            .map(|leaf| trimmed(&leaf.body)))
    }),
];

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// The lines without the blanks at their ends.
fn trimmed(body: &[u8]) -> Vec<&[u8]> {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let trim = |line: &'_ [u8]| line.iter().rposition(|byte| !blank(byte)).map_or(0, |last| last + 1);
    body.split(|byte| *byte == b'\n').map(|line| &line[..trim(line)]).collect()
}

/// The messages of the corpus, in order; says so if there is none.
pub fn paths() -> Option<Vec<PathBuf>> {
    match fs::read_dir(CORPUS) {
        Ok(folder) => {
            let mut paths: Vec<PathBuf> = folder.filter_map(|entry| Some(entry.ok()?.path())).collect();
            paths.sort();
            Some(paths)
        }
        Err(problem) => {
            println!("no corpus: {problem}; benches/fetch_corpus.sh fetches it");
            None
        }
    }
}

/// Reads every message. Fails where a difference has no explanation, an explanation no case, or a count is wrong.
pub fn run() -> ExitCode {
    let Some(paths) = paths() else { return ExitCode::FAILURE };
    let mut cases: BTreeMap<(&str, &str), &str> = CASES
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(message, rest)| rest.split_once('\t').map(|(aspect, reason)| ((message, aspect), reason)))
        .collect();
    let mut python = Python::start().expect("python3");
    let mut counts: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    let mut sound = true;
    for path in &paths {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let readings = read(path, &mut python);
        for (aspect, of) in ASPECTS {
            let (ours, peer, python) = (of(&readings.ours), of(&readings.peer), of(&readings.python));
            let Some(who) = odd_one_out(&ours, &peer, &python) else { continue };
            let rule = RULES.iter().find(|rule| (rule.1, rule.2) == (aspect, who) && rule.3(&readings));
            let Some(reason) = cases.remove(&(name, aspect)).or(rule.map(|rule| rule.0)) else {
                println!("{name}: {aspect} of {who} differs and is not explained");
                for (reader, value) in [("ours", ours), ("mail-parser", peer), ("Python", python)] {
                    println!("  {reader:<12}{}", value.chars().take(200).collect::<String>().trim_end());
                }
                sound = false;
                continue;
            };
            *counts.entry((aspect, who, reason)).or_default() += 1;
        }
    }
    for ((name, aspect), reason) in cases {
        println!("{name}: {aspect} is said to differ by {reason}, and does not");
        sound = false;
    }
    let (all, differing) = (paths.len() * ASPECTS.len(), counts.values().sum::<usize>());
    println!("of {all} comparisons, {} find the same; where not, who differs, why, and how often:", all - differing);
    let rows: Vec<String> = counts
        .iter()
        .map(|((aspect, who, reason), count)| format!("| {aspect} | {who} | `{reason}` | {count} |"))
        .collect();
    for row in &rows {
        let known = REASONS.contains(row.as_str());
        println!("{row}{}", if known { "" } else { " (not so in DIFFERENCES.md)" });
        sound &= known;
    }
    for (aspect, _) in ASPECTS {
        for line in REASONS.lines().filter(|line| line.starts_with(&format!("| {aspect} |"))) {
            if !rows.iter().any(|row| line.starts_with(row.as_str())) {
                println!("DIFFERENCES.md has what is not so: {line}");
                sound = false;
            }
        }
    }
    if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(path: &Path, python: &mut Python) -> Readings {
    let message = fs::read(path).expect("a message");
    let mut readings = Readings {
        ours: readers::ours(&message),
        peer: readers::peer(&message),
        python: python.read(&message).expect("a reading"),
    };
    // mail-parser has no word for a zone that is not known: +0000 is what it says.
    if let (Some((_, offset @ Some(0))), Some((_, None))) = (&mut readings.peer.date, readings.python.date) {
        *offset = None;
    }
    readings
}
