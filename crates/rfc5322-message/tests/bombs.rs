//! Messages made to hurt, on a small stack: nothing recurses, nothing grows faster than its input.

use rfc5322_message::{DefectKind, Limits, Message, Parser, push::PushParser};

/// Runs on a stack of 256 KiB.
fn small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(256 << 10).spawn(work).unwrap().join().unwrap();
}

fn deep() -> Limits {
    let mut limits = Limits::default();
    limits.depth = u16::MAX;
    limits.parts = u32::MAX;
    limits.fields = u32::MAX;
    limits.field_bytes = usize::MAX;
    limits.header_bytes = usize::MAX;
    limits
}

#[test]
fn messages_inside_messages() {
    small_stack(|| {
        let input = b"Content-Type: message/rfc822\r\n\r\n".repeat(200_000);
        let message = Message::parse(&input);
        assert_eq!(message.parts().count(), 65);
        assert_eq!(message.defects()[0].kind(), DefectKind::TooDeep);
        let message = Parser::new(deep()).parse(&input);
        assert_eq!(message.parts().count(), 65_536);
        let copy = message.clone();
        assert!(copy == message);
        assert!(format!("{copy:?}").len() < 1_000);
        assert_eq!(pushed(&input, Limits::default()), 65);
        assert_eq!(pushed(&input, deep()), 65_536);
    });
}

/// How many parts there are when the message comes by pieces.
fn pushed(input: &[u8], limits: Limits) -> usize {
    let mut parser = PushParser::new(limits);
    for piece in input.chunks(1 << 12) {
        parser.push(piece, |_| {});
    }
    parser.finish(|_| {}).parts().count()
}

#[test]
fn multiparts_inside_multiparts() {
    small_stack(|| {
        let nested = |depth: usize| -> String {
            (0..depth).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n")).collect()
        };
        let input = nested(60_000);
        let whole = Parser::new(deep()).parse(input.as_bytes());
        assert_eq!(whole.parts().count(), 60_001);
        assert!(whole.clone() == whole);
        assert_eq!(pushed(input.as_bytes(), deep()), 60_001);
        let input = input + &"--b30000x\r\n".repeat(200_000);
        assert_eq!(Parser::new(deep()).parse(input.as_bytes()).parts().count(), 60_001);
        assert_eq!(pushed(input.as_bytes(), deep()), 60_001);
        // More than any limit of depth, and lines that might be delimiters of each multipart that is open.
        let input = nested(200_000) + &"--b\r\n".repeat(200_000);
        assert_eq!(Message::parse(input.as_bytes()).parts().count(), 65);
        assert_eq!(pushed(input.as_bytes(), Limits::default()), 65);
    });
}

#[test]
fn boundaries_that_never_come() {
    small_stack(|| {
        let mut input = String::from("Content-Type: multipart/mixed; boundary=A\r\n\r\n");
        for n in 0..20_000 {
            input += &format!("--A\r\nContent-Type: multipart/mixed; boundary=absent{n}\r\n\r\n--x\r\n");
        }
        let message = Parser::new(deep()).parse(input.as_bytes());
        assert_eq!(message.parts().count(), 20_001);
        assert_eq!(message.defects().len(), 1_000);
        assert_eq!(Message::parse(input.as_bytes()).parts().count(), 10_000);
        assert_eq!(pushed(input.as_bytes(), deep()), 20_001);
        assert_eq!(pushed(input.as_bytes(), Limits::default()), 10_000);
    });
}

#[test]
fn comments_inside_comments() {
    small_stack(|| {
        let input = format!("From: {}a@b{} <c@d>\r\n\r\n", "(".repeat(500_000), ")".repeat(500_000));
        let message = Message::parse(input.as_bytes());
        assert_eq!(message.from().next().unwrap().address().to_string(), "c@d");
        let input = format!("From: {}", "(".repeat(1_000_000));
        assert_eq!(Message::parse(input.as_bytes()).from().count(), 0);
    });
}

#[test]
fn a_field_of_megabytes() {
    small_stack(|| {
        for piece in [
            "=?utf-8?q?a?= ",
            "=?utf-8?q?",
            "=?",
            "a ",
            "\"",
            "(",
            "<",
            "@",
            "a@b, ",
            "a@b ",
            "a@b w (,",
            "a@b w (\"",
            "a@b a(\\.",
            "a@b \"w\" [",
            "<a@b>",
            ":",
            ";",
            "\\",
            "=?a?b?c",
            "\r\n ",
        ] {
            let input = format!("X: {}\r\n\r\n", piece.repeat((1 << 20) / piece.len()));
            let message = Message::parse(input.as_bytes());
            assert_eq!(pushed(input.as_bytes(), Limits::default()), 1);
            let field = message.field("X").unwrap();
            assert!(field.text().len() <= input.len());
            assert!(field.mailboxes().count() <= input.len());
            assert!(field.addresses().len() <= input.len());
            assert!(field.message_ids().count() <= input.len());
            let _ = field.date();
            let _ = field.received();
            field.list_urls().for_each(drop);
            let _ = field.list_id();
            let _ = field.disposition().parameter("filename");
        }
    });
}

#[test]
fn a_million_parameters() {
    small_stack(|| {
        for piece in ["; name*0=a", "; name*=''a", "; name=\"a\"", "; boundary=a", "; a", "; name*99999999999=x", ";="]
        {
            let input = format!("Content-Type: multipart/x{}\r\n\r\n", piece.repeat(1_000_000));
            let message = Message::parse(input.as_bytes());
            assert_eq!(pushed(input.as_bytes(), Limits::default()), 1);
            let _ = message.root().content_type().parameter("name");
            let _ = message.root().file_name();
        }
    });
}
