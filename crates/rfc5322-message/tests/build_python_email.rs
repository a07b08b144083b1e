//! Messages of ours, read by the `email` package of Python: no defects, and every value as it was given.
//!
//! Says so and passes if there is no `python3` to run.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use rfc5322_message::build::{MessageBuilder, Options, Part};
use rfc5322_message::encode::Capabilities;
use rfc5322_message::value::{AddrSpec, DateTime, Mailbox, Zone};

/// Reads frames of `length\n` and that many bytes, prints for each what it found, in hexadecimal.
const SCRIPT: &str = r#"
import sys, email, email.policy
def hexed(value):
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogatepass")
    return value.hex()
def read(message):
    found = []
    for part in message.walk():
        found += [type(defect).__name__ for defect in part.defects]
        for name, value in part.items():
            found += [name + ":" + type(defect).__name__ for defect in value.defects]
    parts = [part for part in message.walk() if not part.is_multipart()]
    # In names, some versions keep the blanks between encoded-words, which RFC 2047 section 6.2 takes out.
    name = message["From"].addresses[0].display_name.replace(" ", "")
    values = [message["Subject"] or "", name, message["From"].addresses[0].addr_spec]
    values += [str(int(message["Date"].datetime.timestamp()))]
    for part in parts:
        payload = part.get_payload(decode=True)
        values += [part.get_content_type(), part.get_filename() or "", payload]
    return found, values
data = sys.stdin.buffer
while True:
    line = data.readline()
    if not line:
        break
    message = email.message_from_bytes(data.read(int(line)), policy=email.policy.default)
    found, values = read(message)
    print(",".join(found) + "|" + ",".join(hexed(value) for value in values))
"#;

/// What goes in.
#[derive(Debug)]
struct Letter {
    subject: String,
    name: String,
    text: String,
    html: String,
    file_name: String,
    file: Vec<u8>,
    eight_bit: bool,
}

fn letters() -> impl Strategy<Value = Letter> {
    let words = "[a-zA-Z0-9äöüß語😀,.;:!()\"\\\\=?_@<>]{1,30}( [a-zA-Z0-9äöüß語😀,.;:!()=?_'-]{1,30}){0,10}";
    (
        words,
        words,
        "(\\PC|\r\n|=| ){0,400}",
        "(\\PC|\r\n){0,200}",
        words,
        prop::collection::vec(any::<u8>(), 0..3000),
        any::<bool>(),
    )
        .prop_map(|(subject, name, text, html, file_name, file, eight_bit)| {
            let file_name = file_name.replace("\"", "'").replace("\\", "-");
            Letter { subject, name, text, html, file_name, file, eight_bit }
        })
}

fn build(letter: &Letter) -> Option<Vec<u8>> {
    let from = Mailbox::named(letter.name.as_str(), AddrSpec::new("jo", "example.org").ok()?).ok()?;
    let mut capabilities = Capabilities::NONE;
    capabilities.eight_bit_mime = letter.eight_bit;
    MessageBuilder::new()
        .date(DateTime::from_unix(1_795_449_300, Zone::Offset(60)).ok()?)
        .from([from])
        .to([AddrSpec::new("ann", "example.net").ok()?])
        .subject(letter.subject.as_str())
        .text(letter.text.as_str())
        .html(letter.html.as_str())
        .attach(Part::bytes("application/octet-stream", letter.file.as_slice()).filename(letter.file_name.as_str()))
        .finish(&Options::new([0x5a; 16]).with_capabilities(capabilities))
        .ok()?
        .to_vec()
        .ok()
}

fn hexed(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn python_finds_every_value_and_no_defect() {
    let python = Command::new("python3").arg("-c").arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut python = match python {
        Ok(python) => python,
        Err(error) => return println!("skipped: python3 could not be started: {error}"),
    };
    // The same letters each time: a failure is one that can be looked into.
    let mut runner = TestRunner::deterministic();
    let strategy = letters();
    let letters: Vec<Letter> = (0..300).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    let mut input = Vec::new();
    for letter in &letters {
        let message = build(letter).unwrap_or_else(|| panic!("not built: {letter:?}"));
        input.extend_from_slice(format!("{}\n", message.len()).as_bytes());
        input.extend_from_slice(&message);
    }
    let mut stdin = python.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || stdin.write_all(&input));
    let output = python.wait_with_output().unwrap();
    feeder.join().unwrap().unwrap();
    assert!(output.status.success());

    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), letters.len());
    for (letter, line) in letters.iter().zip(text.lines()) {
        let (defects, values) = line.split_once('|').unwrap();
        assert_eq!(defects, "", "{letter:?}\n{}", String::from_utf8_lossy(&build(letter).unwrap()));
        let expected: Vec<String> = [
            letter.subject.as_bytes(),
            letter.name.replace(' ', "").as_bytes(),
            b"jo@example.org",
            b"1795449300",
            b"text/plain",
            b"",
            letter.text.as_bytes(),
            b"text/html",
            b"",
            letter.html.as_bytes(),
            b"application/octet-stream",
            letter.file_name.as_bytes(),
            &letter.file,
        ]
        .map(hexed)
        .into();
        assert_eq!(values.split(',').collect::<Vec<_>>(), expected, "{letter:?}");
    }
}
