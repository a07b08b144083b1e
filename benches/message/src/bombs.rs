//! Messages made to hurt, at one size and at twice that size: the second takes twice as long, whatever is in it.

use std::hint::black_box;
use std::time::Instant;

use rfc5322_message::{Limits, Parser, push::PushParser};

fn deep() -> Limits {
    let mut limits = Limits::default();
    limits.depth = u16::MAX;
    limits.parts = u32::MAX;
    limits.fields = u32::MAX;
    limits.header_bytes = usize::MAX;
    limits
}

/// The parsers, which keep their memory from run to run: otherwise the pages that the system hands out are measured.
struct Parsers {
    whole: Parser,
    deep: Parser,
    pieces: PushParser,
}

/// Parses with and without limits, by pieces, and reads every value of every field.
fn everything(parsers: &mut Parsers, input: &[u8]) -> usize {
    let mut sum = 0;
    for parser in [&mut parsers.whole, &mut parsers.deep] {
        let message = parser.parse(input);
        sum += message.parts().count();
        parser.recycle(message);
    }
    for piece in input.chunks(4 << 10) {
        parsers.pieces.push(piece, |_| sum += 1);
    }
    let message = parsers.pieces.finish(|_| sum += 1);
    for part in message.parts() {
        for field in part.fields() {
            sum +=
                field.text().len() + field.mailboxes().count() + field.addresses().len() + field.message_ids().count();
            sum += field.content_type().map_or(0, |content_type| content_type.parameters().count());
            sum += field.disposition().parameters().count() + usize::from(field.date().is_some());
            sum += field.list_urls().count() + usize::from(field.received().date.is_some());
        }
        sum += part.body_range().len();
    }
    parsers.pieces.recycle(message);
    sum
}

/// The shortest of nine runs for each input, in seconds. They take turns, so that what else the machine does meets both, and the
/// first turn, in which memory is new, is not timed.
fn shortest<const N: usize>(parsers: &mut Parsers, inputs: [&[u8]; N]) -> [f64; N] {
    let mut shortest = [f64::INFINITY; N];
    for turn in 0..10 {
        for (input, shortest) in inputs.iter().zip(&mut shortest) {
            let start = Instant::now();
            black_box(everything(parsers, black_box(input)));
            if turn > 0 {
                *shortest = shortest.min(start.elapsed().as_secs_f64());
            }
        }
    }
    shortest
}

/// One line for each bomb: its time, and how many times that twice its size takes.
pub fn bombs() {
    if !"bombs".contains(&std::env::var("GROUP").unwrap_or_default()) {
        return;
    }
    let field = |name: &str, value: String| format!("{name}: {value}\r\n\r\n");
    type Bomb = (&'static str, usize, Box<dyn Fn(usize) -> String>);
    let bombs: Vec<Bomb> = vec![
        ("messages inside messages", 100_000, Box::new(|n| "Content-Type: message/rfc822\r\n\r\n".repeat(n))),
        (
            "multiparts inside multiparts",
            30_000,
            Box::new(|n| {
                (0..n).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n")).collect()
            }),
        ),
        (
            "delimiters of nobody below 64 multiparts",
            100_000,
            Box::new(|n| {
                let open = (0..64)
                    .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n:064}\r\n\r\n--b{n:064}\r\n"))
                    .collect::<String>();
                open + "\r\n" + &format!("--b{:064}\r\n", 99).repeat(n)
            }),
        ),
        (
            "boundaries that never come",
            10_000,
            Box::new(|n| {
                let part = |n| format!("--A\r\nContent-Type: multipart/mixed; boundary=absent{n}\r\n\r\n--x\r\n");
                "Content-Type: multipart/mixed; boundary=A\r\n\r\n".to_owned() + &(0..n).map(part).collect::<String>()
            }),
        ),
        (
            "parts of one multipart",
            100_000,
            Box::new(|n| "Content-Type: multipart/mixed; boundary=A\r\n\r\n".to_owned() + &"--A\r\n\r\n".repeat(n)),
        ),
        ("a field of megabytes", 1 << 20, Box::new(move |n| field("To", "a".repeat(n)))),
        ("a folded field of megabytes", 1 << 18, Box::new(move |n| field("Subject", "\r\n x".repeat(n)))),
        ("a million fields", 500_000, Box::new(|n| "a:b\r\n".repeat(n))),
        ("parameters", 200_000, Box::new(move |n| field("Content-Type", "a/b".to_owned() + &"; c=d".repeat(n)))),
        (
            "pieces of one parameter",
            100_000,
            Box::new(move |n| {
                field(
                    "Content-Type",
                    "a/b".to_owned() + &(0..n).rev().map(|n| format!("; c*{n}*=d")).collect::<String>(),
                )
            }),
        ),
        ("encoded-words", 100_000, Box::new(move |n| field("Subject", "=?utf-8?q?a?= ".repeat(n)))),
        ("encoded-words that never end", 200_000, Box::new(move |n| field("Subject", "=?a?b?".repeat(n)))),
        ("comments inside comments", 500_000, Box::new(move |n| field("From", "(".repeat(n) + "a@b"))),
        ("closed comments inside comments", 300_000, Box::new(move |n| field("From", "(".repeat(n) + &")".repeat(n)))),
        ("groups that never end", 300_000, Box::new(move |n| field("To", "a:".repeat(n)))),
        ("addresses", 100_000, Box::new(move |n| field("To", "\"a\" <b@c>, ".repeat(n)))),
        ("open angle brackets", 500_000, Box::new(move |n| field("To", "<".repeat(n)))),
        ("routes", 300_000, Box::new(move |n| field("To", "<".to_owned() + &"@a,".repeat(n) + ":b@c>"))),
        ("open quotes", 500_000, Box::new(move |n| field("To", "\"a\\".repeat(n)))),
        ("message-ids", 200_000, Box::new(move |n| field("References", "<a@b> ".repeat(n)))),
    ];
    let mut parsers = Parsers {
        whole: Parser::new(Limits::default()),
        deep: Parser::new(deep()),
        pieces: PushParser::new(Limits::default()),
    };
    println!("\nbombs: milliseconds at n, and times that at 2n");
    for (name, n, make) in &bombs {
        let (once, twice) = (make(*n), make(2 * n));
        let [time, double] = shortest(&mut parsers, [once.as_bytes(), twice.as_bytes()]);
        println!("  {name:<44} {:>9.2} {:>6.2}", time * 1e3, double / time);
    }
}
