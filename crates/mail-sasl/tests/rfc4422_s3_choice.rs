//! RFC 4422, section 3: the choice of a mechanism; and that secrets stay secret.

use mail_sasl::{Credentials, Mechanism, NoMechanism, Offer, Response, plain};

#[test]
fn the_best_is_chosen_whatever_the_order() {
    for names in [["PLAIN", "LOGIN"], ["LOGIN", "PLAIN"], ["login", "plain"]] {
        assert_eq!(Offer::new(names).over_tls(true).choose(), Ok(Mechanism::Plain));
    }
    assert_eq!(Offer::new(["GSSAPI", "LOGIN"]).over_tls(true).choose(), Ok(Mechanism::Login));
}

#[test]
fn no_password_travels_in_the_clear() {
    let offer = Offer::new(["PLAIN", "LOGIN"]);
    assert_eq!(offer.choose(), Err(NoMechanism::NeedsTls));
    assert_eq!(offer.plaintext_without_tls(true).choose(), Ok(Mechanism::Plain));
}

#[test]
fn nothing_in_common() {
    assert_eq!(Offer::new([]).over_tls(true).choose(), Err(NoMechanism::NothingInCommon));
    assert_eq!(Offer::new(["NTLM", "PLAINER", "PLAI"]).over_tls(true).choose(), Err(NoMechanism::NothingInCommon));
}

#[test]
fn names_and_mechanisms_agree() {
    for mechanism in Mechanism::ALL {
        assert_eq!(Mechanism::from_name(mechanism.name()), Some(*mechanism));
        assert_eq!(mechanism.server().name(), mechanism.name());
        let client = mechanism.client(Credentials::new("tim", "secret").unwrap()).unwrap();
        assert_eq!(client.name(), mechanism.name());
    }
}

#[test]
fn debug_shows_no_secret() {
    let credentials = Credentials::new("tim", "tanstaaf").unwrap();
    let response = plain::message(&credentials);
    let client = plain::Client::new(credentials.clone());
    for shown in [format!("{credentials:?}"), format!("{response:?}"), format!("{client:?}")] {
        assert!(!shown.contains("tanstaaf") && !shown.contains("116, 97"), "{shown}");
    }
    assert_eq!(format!("{:?}", Response::new(vec![1, 2, 3])), "Response(3 bytes)");
}

#[test]
fn passwords_are_compared_whole() {
    let credentials = Credentials::new("tim", "tanstaaf").unwrap();
    for (other, same) in
        [("tanstaaf", true), ("", false), ("tanstaa", false), ("tanstaaff", false), ("Tanstaaf", false)]
    {
        assert_eq!(credentials.password().is(other), same, "{other}");
    }
}
