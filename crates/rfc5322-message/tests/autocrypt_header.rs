//! The field Autocrypt (Level 1, section 2).

use rfc5322_message::{Autocrypt, Message};

fn of(fields: &str) -> Option<Autocrypt> {
    let text = format!("{fields}From: Alice <Alice@autocrypt.example>\r\n\r\n");
    Autocrypt::of(&Message::parse(text.as_bytes()))
}

const FIELD: &str =
    "Autocrypt: addr=alice@autocrypt.example; prefer-encrypt=mutual;\r\n keydata=\r\n  bWRh\r\n  dGE=\r\n";

#[test]
fn a_valid_field() {
    let autocrypt = of(FIELD).unwrap();
    assert_eq!(&*autocrypt.address, "alice@autocrypt.example");
    assert!(autocrypt.prefers_encryption);
    assert_eq!(autocrypt.key().unwrap(), b"mdata");
    assert!(!of(&FIELD.replace("mutual", "nopreference")).unwrap().prefers_encryption);
    assert!(of(&FIELD.replace("prefer-encrypt", "_unknown")).is_some());
    assert_eq!(of(&FIELD.replace("bWRh", "?WRh")).unwrap().key(), None);
}

#[test]
fn fields_that_do_not_count() {
    for field in [
        FIELD.replace("prefer-encrypt", "critical"),
        FIELD.replace("addr=", "address="),
        FIELD.replace("keydata=", "keydata"),
        FIELD.replace("alice@", "eve@"),
        "Autocrypt: addr=alice@autocrypt.example; keydata=\r\n".to_owned(),
        FIELD.repeat(2),
    ] {
        assert_eq!(of(&field), None, "{field}");
    }
    // One that does not count does not disturb one that does.
    assert!(of(&(FIELD.to_owned() + &FIELD.replace("addr=", "x="))).is_some());
    assert!(of(&(FIELD.replace("alice@", "eve@") + FIELD)).is_some());
    let two = "From: alice@autocrypt.example, bob@example.org\r\n";
    assert_eq!(Autocrypt::of(&Message::parse(format!("{FIELD}{two}\r\n").as_bytes())), None);
}
