//! RFC 5321, section 4.1.1.1: the keywords that answer EHLO.

use proptest::prelude::*;
use smtp_proto::capabilities::{Capabilities, Capability, Extension, InvalidCapability, Mechanisms};
use smtp_proto::reply::ReplyParser;

fn offered(lines: &[&str]) -> Capabilities {
    let mut received = String::from("250-mx.example\r\n");
    for line in lines {
        received += &format!("250-{line}\r\n");
    }
    received += "250 HELP\r\n";
    Capabilities::of(ReplyParser::default().parse(received.as_bytes()).unwrap().unwrap())
}

#[test]
fn keywords_in_lower_case_are_the_same_keywords() {
    let offered = offered(&["pipelining", "StartTls", "8bitmime", "auth plain", "size 42"]);
    assert!(offered.pipelining() && offered.starttls() && offered.eight_bit_mime() && offered.size());
    assert!(offered.offers_mechanism("PLAIN"));
    assert_eq!(offered.largest_message(), Some(42));
}

#[test]
fn the_first_line_is_a_name_and_no_keyword() {
    let received = b"250-STARTTLS\r\n250 SIZE\r\n";
    let reply = ReplyParser::default().parse(received).unwrap().unwrap();
    assert_eq!(reply.capabilities().collect::<Vec<_>>(), [Capability::Size(None)]);
}

#[test]
fn an_unknown_keyword_is_kept_raw() {
    let offered = offered(&["XCLIENT NAME ADDR", "X-EXPS=LOGIN", "LIMITS RCPTMAX=100"]);
    let lines: Vec<_> = offered.iter().map(|one| one.to_string()).collect();
    assert_eq!(lines, ["XCLIENT NAME ADDR", "X-EXPS=LOGIN", "LIMITS RCPTMAX=100", "HELP"]);
    assert!(offered.offers("limits"));
}

#[test]
fn the_old_form_of_auth_is_understood() {
    let offered = offered(&["AUTH=LOGIN PLAIN", "AUTH CRAM-MD5"]);
    assert_eq!(offered.mechanisms().collect::<Vec<_>>(), ["LOGIN", "PLAIN", "CRAM-MD5"]);
    assert!(offered.offers("AUTH"));
}

#[test]
fn odd_lines_do_no_harm() {
    let offered = offered(&["", " ", "SIZE x", "SIZE 99999999999999999999999", "SIZE 0", "\u{e9}", "AUTH", "DSN "]);
    assert_eq!(offered.largest_message(), None);
    assert!(offered.size() && offered.offers("DSN") && offered.offers("AUTH"));
    assert_eq!(offered.mechanisms().count(), 0);
}

#[test]
fn nothing_invalid_can_be_announced() {
    for keyword in ["", "-X", "X Y", "X\r\n250 Y", "X=Y", "\u{e9}"] {
        assert_eq!(Extension::new(keyword, ""), Err(InvalidCapability));
    }
    for parameters in [" ", "a  b", "a\r\n", "a\0", "a ", "\u{e9}"] {
        assert_eq!(Extension::new("X", parameters), Err(InvalidCapability));
        assert_eq!(Mechanisms::new(parameters), Err(InvalidCapability));
    }
    assert_eq!(Mechanisms::new(""), Err(InvalidCapability));
    assert_eq!(Mechanisms::new("A-NAME-THAT-IS-FAR-TOO-LONG"), Err(InvalidCapability));
}

proptest! {
    #[test]
    fn what_is_announced_is_read(
        limit in any::<Option<u64>>(),
        mechanisms in "[A-Z0-9_-]{1,20}( [A-Z0-9_-]{1,20}){0,4}",
        keyword in "X[A-Za-z0-9-]{0,12}",
        parameters in "([!-~]{1,9}( [!-~]{1,9}){0,3})?",
    ) {
        use Capability as C;
        let all = [
            C::EightBitMime, C::Auth(Mechanisms::new(&mechanisms).unwrap()), C::BinaryMime, C::Chunking, C::Dsn,
            C::EnhancedStatusCodes, C::Expn, C::Help, C::Pipelining, C::RequireTls, C::Size(limit), C::SmtpUtf8,
            C::StartTls, C::Vrfy, C::Other(Extension::new(&keyword, &parameters).unwrap()),
        ];
        for capability in all {
            let line = capability.to_string();
            prop_assert_eq!(C::parse(line.as_bytes()), Some(capability));
        }
    }

    #[test]
    fn no_line_can_hurt(line in proptest::collection::vec(any::<u8>(), 0..60)) {
        if let Some(capability) = Capability::parse(&line) {
            prop_assert!(!capability.to_string().bytes().any(|byte| byte.is_ascii_control()));
        }
    }
}
