//! mbox and Maildir, there and back.
#![cfg(feature = "std")]

use proptest::prelude::*;
use rfc5322_message::mailbox::{
    maildir::Maildir,
    mbox::{Quoting, Reader, Writer},
};

fn read(file: &[u8], quoting: Quoting) -> Vec<Vec<u8>> {
    Reader::new(file, quoting).map(|entry| entry.unwrap().message).collect()
}

#[test]
fn from_lines_inside_bodies() {
    let file = b"From a Mon\nSubject: 1\n\n>From x\n>>From y\n\nFrom b Tue\nSubject: 2\n\ntext\n\n";
    assert_eq!(read(file, Quoting::Mboxrd), [&b"Subject: 1\n\nFrom x\n>From y\n"[..], b"Subject: 2\n\ntext\n"]);
    assert_eq!(read(file, Quoting::Mboxo)[0], b"Subject: 1\n\nFrom x\n>>From y\n");
    assert_eq!(read(file, Quoting::Mboxcl2)[0], b"Subject: 1\n\n>From x\n>>From y\n");
    let counted = b"From a Mon\nContent-Length: 9\n\nFrom x\ny\n\nFrom b Tue\nSubject: 2\n\ntext\n\n";
    assert_eq!(read(counted, Quoting::Mboxcl2), [&b"Content-Length: 9\n\nFrom x\ny\n"[..], b"Subject: 2\n\ntext\n"]);
    assert!(read(b"no mbox\n", Quoting::Mboxrd).is_empty());
}

#[test]
fn the_writer_counts_for_itself() {
    let written = |message: &[u8]| {
        let mut writer = Writer::new(Vec::new(), Quoting::Mboxcl2);
        writer.write("a@b", "Mon Nov 23 16:55:00 2026", message).unwrap();
        writer.write("a@b", "Mon Nov 23 16:55:00 2026", b"Subject: next\n\nnext\n").unwrap();
        let entries = read(&writer.into_inner(), Quoting::Mboxcl2);
        assert_eq!((entries.len(), &entries[1][..]), (2, &b"Subject: next\nContent-Length: 5\n\nnext\n"[..]));
        entries[0].clone()
    };
    assert_eq!(written(b"A: b\n\nFrom x\n"), b"A: b\nContent-Length: 7\n\nFrom x\n");
    assert_eq!(written(b"A: b\r\n\r\nx\r\n\r\n"), b"A: b\r\nContent-Length: 5\r\n\r\nx\r\n\r\n");
    assert_eq!(written(b"Content-Length: 1\n\nx"), b"Content-Length: 1\n\nx");
    assert_eq!(written(b"Content-Length: 9\nA: b\ncontent-length: 1\n\nx"), b"A: b\nContent-Length: 1\n\nx");
    assert_eq!(written(b"A: b\nno field\n"), b"A: b\nContent-Length: 9\n\nno field\n");
    assert_eq!(written(b"A: b"), b"A: b\nContent-Length: 0\n\n");
}

#[test]
fn a_length_that_lies_and_a_message_without_end() {
    let lies = b"From a Mon\nContent-Length: 99999999999\n\nx\n";
    assert_eq!(read(lies, Quoting::Mboxcl2), [b"Content-Length: 99999999999\n\nx\n"]);
    let endless = [&b"From a\nA: b\n\n"[..], &[b'x'; 5000]].concat();
    assert!(Reader::new(&endless[..], Quoting::Mboxrd).limit(1000).next().unwrap().is_err());
}

#[test]
fn no_line_end_enters_a_from_line() {
    let mut writer = Writer::new(Vec::new(), Quoting::Mboxrd);
    assert!(writer.write("a\nFrom b", "Mon", b"").is_err());
    assert!(writer.write("a", "Mon\r", b"").is_err());
}

#[test]
fn a_maildir() {
    let path = std::env::temp_dir().join(format!("maildir-{}", std::process::id()));
    let maildir = Maildir::create(&path).unwrap();
    maildir.deliver("1", b"Subject: x\r\n\r\n").unwrap();
    assert!(maildir.deliver("1", b"other").is_err());
    for bad in ["", "../x", "a:2,S", ".x"] {
        assert!(maildir.deliver(bad, b"").is_err());
    }
    let entries = maildir.entries().unwrap();
    assert_eq!(
        (entries.len(), entries[0].is_new, entries[0].read().unwrap()),
        (1, true, b"Subject: x\r\n\r\n".to_vec())
    );
    let seen = maildir.set_flags(&entries[0], "SFS").unwrap();
    assert_eq!((seen.flags.as_str(), maildir.entries().unwrap()), ("FS", vec![seen.clone()]));
    std::fs::remove_dir_all(&path).unwrap();
}

proptest! {
    #[test]
    fn mboxcl2_loses_nothing(bodies in prop::collection::vec("(From |>|x|\n|: ){0,20}", 1..5)) {
        let header = |body: &str| format!("A: b\nContent-Length: {}\n\n{body}", body.len()).into_bytes();
        let messages: Vec<_> = bodies.iter().map(|body| header(body)).collect();
        let mut writer = Writer::new(Vec::new(), Quoting::Mboxcl2);
        for message in &messages {
            writer.write("a@b", "Mon Nov 23 16:55:00 2026", message).unwrap();
        }
        prop_assert_eq!(read(&writer.into_inner(), Quoting::Mboxcl2), messages);
    }

    #[test]
    fn mboxrd_loses_nothing(bodies in prop::collection::vec("(From |>|x|\n|: ){0,20}", 1..5)) {
        let messages: Vec<_> = bodies.iter().map(|body| format!("A: b\n\n{body}\n").into_bytes()).collect();
        let mut writer = Writer::new(Vec::new(), Quoting::Mboxrd);
        for message in &messages {
            writer.write("a@b", "Mon Nov 23 16:55:00 2026", message).unwrap();
        }
        prop_assert_eq!(read(&writer.into_inner(), Quoting::Mboxrd), messages);
    }
}
