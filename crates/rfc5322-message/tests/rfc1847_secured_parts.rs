//! RFC 1847, with RFC 3156 (PGP/MIME) and RFC 8551 (S/MIME): what is signed, and what is encrypted.

use rfc5322_message::Message;
use rfc5322_message::content::{Secured, Security};

fn message(head: &str, parts: &[&str]) -> Vec<u8> {
    let body: String = parts.iter().map(|part| format!("--b\n{part}\n")).collect();
    format!("{head}; boundary=b\n\n{body}--b--\n").replace('\n', "\r\n").into_bytes()
}

#[test]
fn the_exact_octets_of_a_signed_part() {
    let first = "Content-Type: text/plain\n\nHello!  \n\nThe end.\n";
    let octets = message(
        "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256",
        &[first, "Content-Type: application/pgp-signature\n\nsignature\n"],
    );
    let message = Message::parse(&octets);
    let Some(Secured::Signed { security, hash, signed, signature }) = Secured::of(&message.root()) else { panic!() };
    assert_eq!((security, hash.as_deref()), (Security::Pgp, Some("pgp-sha256")));
    assert_eq!(signed, first.replace('\n', "\r\n").into_bytes());
    assert_eq!(signature.content_type().to_string(), "application/pgp-signature");
}

#[test]
fn smime_in_two_forms() {
    let octets = message(
        "Content-Type: multipart/signed; protocol=application/pkcs7-signature; micalg=sha-256",
        &["\nHello!", "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nMII="],
    );
    let message = Message::parse(&octets);
    let Some(Secured::Signed { security, signed, .. }) = Secured::of(&message.root()) else { panic!() };
    assert_eq!((security, signed), (Security::Smime, &b"\r\nHello!"[..]));

    for kind in ["enveloped-data", "signed-data", "compressed-data"] {
        let text = format!("Content-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m\r\n\r\nMII=");
        let message = Message::parse(text.as_bytes());
        let Some(Secured::Pkcs7 { kind: found, content }) = Secured::of(&message.root()) else { panic!() };
        assert_eq!((found.as_deref(), content.body()), (Some(kind), &b"MII="[..]));
    }
}

#[test]
fn pgp_encrypted() {
    let octets = message(
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"",
        &[
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            "Content-Type: application/octet-stream\n\n-----BEGIN",
        ],
    );
    let message = Message::parse(&octets);
    let Some(Secured::Encrypted { security, control, content }) = Secured::of(&message.root()) else { panic!() };
    assert_eq!(security, Security::Pgp);
    assert_eq!(control.body(), b"Version: 1");
    assert_eq!(content.body(), b"-----BEGIN");
}

#[test]
fn what_is_not_whole_is_not_secured() {
    for octets in [
        message("Content-Type: multipart/signed; protocol=x/y", &["\nonly one"]),
        message("Content-Type: multipart/mixed", &["\none", "\ntwo"]),
        b"Content-Type: text/plain\r\n\r\n".to_vec(),
    ] {
        let message = Message::parse(&octets);
        assert!(Secured::of(&message.root()).is_none());
    }
}
