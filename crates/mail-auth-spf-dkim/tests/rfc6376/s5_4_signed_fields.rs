//! Sections 3.5 (`h=`), 5.4 and 5.4.2: which fields a signature covers, and in which order.

use mail_auth_spf_dkim::dkim::{Signature, SigningSettings};
use rfc5322_message::fields::Fields;

use crate::verifying::{MESSAGE, identity, replaced, sign, sign_with, verdict, zone};

/// `h=` of the signature in front of a message.
fn signed_fields(signed: &[u8]) -> Vec<String> {
    let field = Fields::new(signed).next().unwrap();
    Signature::parse(field.body()).unwrap().signed_fields().map(str::to_ascii_lowercase).collect()
}

fn prepended(field: &str, signed: &[u8]) -> Vec<u8> {
    [field.as_bytes(), signed].concat()
}

fn inserted_after_signature(field: &str, signed: &[u8]) -> Vec<u8> {
    let first = Fields::new(signed).next().unwrap().raw().len();
    [&signed[..first], field.as_bytes(), &signed[first..]].concat()
}

#[test]
fn what_the_reader_sees_is_signed_once_more_than_it_is_there() {
    let signed = sign(MESSAGE);
    let fields = signed_fields(&signed);
    let count = |name: &str| fields.iter().filter(|field| *field == name).count();
    assert_eq!(count("from"), 2);
    assert_eq!(count("subject"), 2);
    assert_eq!(count("to"), 2);
    assert_eq!(count("date"), 2);
    // Not there, and yet signed: nobody can add it.
    assert_eq!(count("reply-to"), 1);
    assert_eq!(count("content-type"), 1);
    // Lists add these.
    assert_eq!(count("sender"), 0);
    assert_eq!(count("list-id"), 0);
    assert_eq!(count("received"), 0);
    assert_eq!(count("authentication-results"), 0);
}

#[test]
fn nobody_adds_what_is_signed_once_more() {
    let signed = sign(MESSAGE);
    for field in [
        "From: Eve <eve@evil.example>\r\n",
        "Subject: Buy\r\n",
        "Reply-To: eve@evil.example\r\n",
        "Content-Type: text/html\r\n",
        "To: all@example.com\r\n",
    ] {
        assert_ne!(verdict(&prepended(field, &signed), &zone()), "pass", "{field}");
        assert_ne!(verdict(&inserted_after_signature(field, &signed), &zone()), "pass", "{field}");
    }
}

#[test]
fn lists_and_relays_may_add_theirs() {
    let signed = sign(MESSAGE);
    for field in ["Received: from x\r\n", "List-Id: <x.example>\r\n", "Sender: list@list.example\r\n", "DKIM: x\r\n"] {
        assert_eq!(verdict(&prepended(field, &signed), &zone()), "pass", "{field}");
    }
}

#[test]
fn several_fields_of_a_name_are_taken_from_the_bottom() {
    let message = replaced(MESSAGE, "To:", "X-Trace: one\r\nX-Trace: two\r\nX-Trace: three\r\nTo:");
    let settings = SigningSettings::default().with_field("X-Trace").unwrap();
    let signed = sign_with(&message, vec![identity()], &settings);
    assert_eq!(signed_fields(&signed).iter().filter(|field| *field == "x-trace").count(), 3);
    assert_eq!(verdict(&signed, &zone()), "pass");
    // One more on top is not signed, one changed is.
    assert_eq!(verdict(&prepended("X-Trace: four\r\n", &signed), &zone()), "pass");
    let swapped = replaced(&replaced(&replaced(&signed, "two", "2"), "three", "two"), "2", "three");
    assert_ne!(verdict(&swapped, &zone()), "pass");
}

#[test]
fn case_and_white_space_of_the_list_do_not_count() {
    let settings = SigningSettings::default().only_from().with_field("sUBJECT").unwrap();
    let signed = sign_with(MESSAGE, vec![identity()], &settings);
    assert_eq!(signed_fields(&signed), ["from", "from", "subject"]);
    assert_eq!(verdict(&signed, &zone()), "pass");
}

#[test]
fn names_that_cannot_be_listed_are_refused() {
    for name in ["", "a b", "a:b", "a;b", "a\r\nb", "\u{e9}", "DKIM-Signature", "dkim-signature"] {
        assert!(SigningSettings::default().with_field(name).is_err(), "{name:?}");
        assert!(SigningSettings::default().with_field_once_more(name).is_err(), "{name:?}");
    }
    let long = "x".repeat(77);
    assert!(SigningSettings::default().with_field(&long).is_err());
}

#[test]
fn from_cannot_be_left_out() {
    let settings = SigningSettings::default().only_from().with_field("From").unwrap();
    let signed = sign_with(MESSAGE, vec![identity()], &settings);
    assert_eq!(signed_fields(&signed), ["from", "from"]);
}
