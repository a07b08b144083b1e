//! Messages of ours, read by the `email` package of Python: no defects, and every value as it was given.
//!
//! Says so and passes if there is no `python3` to run. `benches/agreement` reads more letters, and by more readers.

use mail_testkit::messages::{Difference, Letter, Python};

#[test]
fn python_finds_every_value_and_no_defect() {
    let mut python = match Python::start() {
        Ok(python) => python,
        Err(error) => return println!("skipped: python3 could not be started: {error}"),
    };
    // The same letters each time: a failure is one that can be looked into.
    for seed in 1..=300 {
        let letter = Letter::seeded(seed);
        let expected = letter.reading.values();
        let found = python.read(&letter.message).unwrap().values();
        let unknown: Vec<_> = Difference::between(&expected, &found)
            .filter(|difference| Python::known_fault(difference).is_none())
            .map(|difference| (difference.path(), difference.expected(), difference.found()))
            .collect();
        assert!(unknown.is_empty(), "letter {seed}: {unknown:?}\n{}", String::from_utf8_lossy(&letter.message));
    }
}
