//! mbox and Maildir, there and back.
#![cfg(feature = "std")]

use std::io::{self, Read};

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
    // Too long, too short, and one that ends before a `From ` inside a line: the next `From ` line counts.
    for length in [1000, 14, 1, 3] {
        let lies = format!("From a\nContent-Length: {length}\n\nhi From x\n\nFrom b\nSubject: 2\n\nFrom \n");
        let first = format!("Content-Length: {length}\n\nhi From x\n");
        let entries = read(lies.as_bytes(), Quoting::Mboxcl2);
        assert_eq!(entries, [first.as_bytes(), b"Subject: 2\n\n", b""], "{length}");
    }
    // One inside the text that another was measured against.
    let lies = b"From a\nContent-Length: 60\n\nhi\n\nFrom b\nContent-Length: 7\n\nFrom x\n\n\nFrom c\n\nend\n";
    let entries = read(lies, Quoting::Mboxcl2);
    assert_eq!(entries, [&b"Content-Length: 60\n\nhi\n"[..], b"Content-Length: 7\n\nFrom x\n", b"\nend\n"]);
    let endless = [&b"From a\nA: b\n\n"[..], &[b'x'; 5000]].concat();
    assert!(Reader::new(&endless[..], Quoting::Mboxrd).limit(1000).next().unwrap().is_err());
}

/// In CRLF a line end is not for the empty line of a message or of the format, but for whatever wrote it.
#[test]
fn the_empty_line_of_a_header_stays() {
    let read = |file: &[u8]| read(file, Quoting::Mboxrd);
    assert_eq!(
        read(b"From a\r\nA: b\r\n\r\nx\r\n\r\nFrom b\r\nA: b\r\n\r\n"),
        [&b"A: b\r\n\r\nx\r\n"[..], b"A: b\r\n\r\n"]
    );
    assert_eq!(read(b"From a\r\nA: b\r\n\r\nFrom b\r\n\r\nx\r\n\n\r\n"), [&b"A: b\r\n\r\n"[..], b"\r\nx\r\n\n"]);
    assert_eq!(read(b"From a\nA: b\n\n\n\nFrom b\nA: b\r\n\r\n\n"), [&b"A: b\n\n\n"[..], b"A: b\r\n\r\n"]);
}

/// As often as it is told, a length beyond the end costs no more than a look.
#[test]
fn lengths_that_lie_cost_little() {
    let lies = b"From a\nContent-Length: 99999999\n\nx\n".repeat(50_000);
    assert_eq!(read(&lies, Quoting::Mboxcl2).len(), 50_000);
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

#[test]
fn a_message_is_delivered_by_pieces_or_not_at_all() {
    let path = std::env::temp_dir().join(format!("maildir-by-pieces-{}", std::process::id()));
    let maildir = Maildir::create(&path).unwrap();
    let pieces = (&b"Subject: x\r\n"[..]).chain(&b"\r\nbody\r\n"[..]);
    maildir.deliver_from("1", pieces).unwrap();
    let entries = maildir.entries().unwrap();
    let mut text = String::new();
    entries[0].open().unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "Subject: x\r\n\r\nbody\r\n");

    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("broken"))
        }
    }
    assert!(maildir.deliver_from("2", (&b"Subject: half"[..]).chain(Broken)).is_err());
    assert_eq!(maildir.entries().unwrap(), entries);
    assert_eq!(std::fs::read_dir(path.join("tmp")).unwrap().count(), 0);
    std::fs::remove_dir_all(&path).unwrap();
}

/// Mail is private, whatever the umask of the process is.
#[cfg(unix)]
#[test]
fn a_maildir_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let path = std::env::temp_dir().join(format!("maildir-private-{}", std::process::id()));
    let maildir = Maildir::create(&path).unwrap();
    let file = maildir.deliver("1", b"Subject: x\r\n\r\n").unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o077;
    for private in [&path, &path.join("tmp"), &path.join("new"), &path.join("cur"), &file] {
        assert_eq!(mode(private), 0, "{}", private.display());
    }
    std::fs::remove_dir_all(&path).unwrap();
}

/// A flag must not cost a message its name, which another could have.
#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_kept() {
    use std::os::unix::ffi::OsStrExt as _;
    let path = std::env::temp_dir().join(format!("maildir-odd-name-{}", std::process::id()));
    let maildir = Maildir::create(&path).unwrap();
    std::fs::write(path.join("new").join(std::ffi::OsStr::from_bytes(b"\xff")), b"Subject: x\r\n\r\n").unwrap();
    let entries = maildir.entries().unwrap();
    assert!(maildir.set_flags(&entries[0], "S").is_err());
    assert_eq!(maildir.entries().unwrap(), entries);
    std::fs::remove_dir_all(&path).unwrap();
}

/// Readers were seen to stop at a message that they did not like, or to lose lines at the edge of a buffer.
#[test]
fn every_message_comes_at_every_size_of_a_read() {
    let file =
        b"From a Mon\nSubject: 1\n\n>From x\n\nFrom b Tue\nno field\n\0\r\r\n\nFrom c\n\nFrom d Wed\nSubject: 4\n\nx";
    for quoting in [Quoting::Mboxo, Quoting::Mboxrd, Quoting::Mboxcl2] {
        let whole = read(file, quoting);
        assert_eq!(whole.len(), 4);
        assert_eq!((&whole[1][..], &whole[3][..]), (&b"no field\n\0\r\r\n\n"[..], &b"Subject: 4\n\nx"[..]));
        for size in 1..file.len() {
            let input = io::BufReader::with_capacity(size, &file[..]);
            let messages: Vec<_> = Reader::new(input, quoting).map(|entry| entry.unwrap().message).collect();
            assert_eq!(messages, whole, "by {size} bytes");
        }
    }
}

/// The lines of a message in LF, in CRLF, or a mixture.
fn with_line_ends(message: &str, ends: &[bool]) -> Vec<u8> {
    let mut crlf = ends.iter().copied().cycle();
    let lines = message.split_inclusive('\n');
    let line = |line: &str| if crlf.next() == Some(true) { line.replace('\n', "\r\n") } else { line.into() };
    lines.map(line).collect::<String>().into_bytes()
}

proptest! {
    #[test]
    fn mboxcl2_loses_nothing(
        bodies in prop::collection::vec("(From |>|x|\n|: ){0,20}", 1..5),
        ends in prop::collection::vec(any::<bool>(), 1..4),
    ) {
        let bodies = bodies.iter().map(|body| with_line_ends(body, &ends));
        let header = |body: &[u8]| format!("A: b\nContent-Length: {}\n\n", body.len()).into_bytes();
        let messages: Vec<_> = bodies.map(|body| [header(&body), body].concat()).collect();
        let mut writer = Writer::new(Vec::new(), Quoting::Mboxcl2);
        for message in &messages {
            writer.write("a@b", "Mon Nov 23 16:55:00 2026", message).unwrap();
        }
        prop_assert_eq!(read(&writer.into_inner(), Quoting::Mboxcl2), messages);
    }

    #[test]
    fn mboxrd_loses_nothing(
        bodies in prop::collection::vec("((From |>|x|\n|: ){0,20}\n)?", 1..5),
        ends in prop::collection::vec(any::<bool>(), 1..4),
    ) {
        let message = |body: &String| with_line_ends(&format!("A: b\n\n{body}"), &ends);
        let messages: Vec<_> = bodies.iter().map(message).collect();
        let mut writer = Writer::new(Vec::new(), Quoting::Mboxrd);
        for message in &messages {
            writer.write("a@b", "Mon Nov 23 16:55:00 2026", message).unwrap();
        }
        prop_assert_eq!(read(&writer.into_inner(), Quoting::Mboxrd), messages);
    }
}
