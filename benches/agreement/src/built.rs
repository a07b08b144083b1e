//! Random letters of the builder, read back by everybody: what was put in is what is found.

use std::{collections::BTreeMap, env, fs, process::ExitCode};

use mail_testkit::messages::{Difference, Letter, Python, Reading};

use crate::readers;

/// A reader by name, what it read, and what it is known to read wrong.
type Reader = (&'static str, Reading, fn(&Difference<'_>) -> Option<&'static str>);

/// What mail-parser is known to read wrong, if this is that: a key in DIFFERENCES.md.
fn known_fault(difference: &Difference<'_>) -> Option<&'static str> {
    let path = difference.path();
    if path == "date" && difference.expected().replace("None", "Some(0)") == difference.found() {
        Some("mail-parser-zone")
    } else if difference.has_address(|address, _| address.starts_with('"')) {
        Some("mail-parser-quoted-local-part")
    } else if difference.has_address(|address, _| address.contains("=?")) {
        Some("mail-parser-encoded-local-part")
    } else if difference.has_address(|address, has_name| address.contains("[IPv6:") && !has_name) {
        Some("mail-parser-bare-literal")
    } else if (path == "subject" || path.ends_with(".description")) && difference.is_blank() {
        Some("mail-parser-blanks-at-folds")
    } else {
        None
    }
}

/// Reads `count` letters from `seed` on. Fails where a value is not found, unless the reader is known for that; ten such
/// letters are enough.
pub fn run(seed: u64, count: u64) -> ExitCode {
    let mut python = Python::start().expect("python3");
    let mut faults: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut octets, mut values, mut bad) = (0, 0, 0);
    for seed in seed..seed.saturating_add(count) {
        let letter = Letter::seeded(seed);
        let expected = letter.reading.values();
        octets += letter.message.len();
        values += expected.len();
        let readers: [Reader; 3] = [
            ("rfc5322-message", readers::ours(&letter.message), |_| None),
            ("mail-parser", readers::peer(&letter.message), known_fault),
            ("Python's email", python.read(&letter.message).expect("a reading"), Python::known_fault),
        ];
        for (reader, reading, known_fault) in readers {
            let found = reading.values();
            for difference in Difference::between(&expected, &found) {
                if let Some(fault) = known_fault(&difference) {
                    *faults.entry(fault).or_default() += 1;
                    continue;
                }
                let dump = env::temp_dir().join(format!("letter-{seed}.eml"));
                fs::write(&dump, &letter.message).expect("written");
                println!("letter {seed}, in {}: {reader} reads {} wrong", dump.display(), difference.path());
                println!("  put in {:?}\n  found  {:?}", difference.expected(), difference.found());
                println!(
                    "again: cargo run --release --ignore-rust-version -p agreement -- built --seed {seed} --count 1"
                );
                bad += 1;
                if bad == 10 {
                    return ExitCode::FAILURE;
                }
                break;
            }
        }
    }
    println!("{count} letters of {octets} octets, with {values} values, were read back by three readers");
    for (fault, count) in faults {
        println!("{count:>8} {fault}");
    }
    if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
