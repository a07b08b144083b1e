//! Values in JSON: their shapes, the way back, and what is refused.
#![cfg(feature = "serde")]

use proptest::prelude::*;
use rfc5322_message::value::{AddrSpec, Address, DateTime, Group, Mailbox, MessageId, Weekday, Zone};
use rfc5322_message::{Defect, DefectKind, Message};
use serde::{Serialize, de::DeserializeOwned};

fn round_trip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, json: &str) {
    assert_eq!(serde_json::to_string(value).unwrap(), json);
    assert_eq!(&serde_json::from_str::<T>(json).unwrap(), value);
}

fn refused<T: DeserializeOwned + std::fmt::Debug>(json: &str) {
    assert!(serde_json::from_str::<T>(json).is_err(), "{json}");
}

#[test]
fn shapes() {
    let jo: AddrSpec<'static> = "jo@example.org".parse().unwrap();
    round_trip(&jo, r#""jo@example.org""#);
    round_trip(&AddrSpec::null(), r#""""#);
    round_trip(&"\"a b\"@example.org".parse::<AddrSpec<'static>>().unwrap(), r#""\"a b\"@example.org""#);
    let mailbox = Mailbox::named("J\u{f6}", jo.clone()).unwrap();
    round_trip(&mailbox, "{\"name\":\"J\u{f6}\",\"address\":\"jo@example.org\"}");
    round_trip(&Mailbox::new(jo.clone()), r#"{"name":null,"address":"jo@example.org"}"#);
    let group = Group::new("Friends", vec![Mailbox::new(jo.clone())]).unwrap();
    let json = r#"{"group":"Friends","members":[{"name":null,"address":"jo@example.org"}]}"#;
    round_trip(&group, json);
    round_trip(&Address::Group(group), json);
    round_trip(&Address::Mailbox(Mailbox::new(jo)), r#"{"name":null,"address":"jo@example.org"}"#);
    let date = |zone| DateTime::new((2026, 11, 23), (16, 55, 0), zone).unwrap();
    round_trip(&date(Zone::Offset(60)), r#""2026-11-23T16:55:00+01:00""#);
    round_trip(&date(Zone::Offset(-210)), r#""2026-11-23T16:55:00-03:30""#);
    round_trip(&date(Zone::Offset(0)), r#""2026-11-23T16:55:00+00:00""#);
    round_trip(&date(Zone::Unknown), r#""2026-11-23T16:55:00-00:00""#);
    round_trip(&date(Zone::Missing), r#""2026-11-23T16:55:00""#);
    round_trip(&Zone::Offset(-1), r#""-00:01""#);
    round_trip(&Weekday::Monday, r#""Mon""#);
    round_trip(&MessageId::new("1@example.org").unwrap(), r#""1@example.org""#);
    assert_eq!(serde_json::from_str::<Zone>(r#""Z""#).unwrap(), Zone::Offset(0));
}

#[test]
fn what_no_constructor_makes_cannot_be_read() {
    for json in
        [r#""jo@example.org\r\nBcc: all""#, r#""@""#, r#""jo@""#, r#""jo@exa mple""#, r#""a b@example.org""#, "1"]
    {
        refused::<AddrSpec<'static>>(json);
    }
    refused::<Mailbox<'static>>(r#"{"name":"a\u0000b","address":"jo@example.org"}"#);
    refused::<Mailbox<'static>>(r#"{"name":"a"}"#);
    refused::<Group<'static>>(r#"{"group":"a\nb","members":[]}"#);
    refused::<Address<'static>>("{}");
    for json in
        ["2026-02-29T00:00:00Z", "2026-1-01T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00+1"]
    {
        refused::<DateTime>(&format!("\"{json}\""));
    }
    for json in [r#""<1@example.org>""#, r#""a b""#, r#""""#, r#""a\r\nb""#] {
        refused::<MessageId<'static>>(json);
    }
    refused::<Weekday>(r#""Monday""#);
    refused::<DefectKind>(r#""no such defect""#);
}

#[test]
fn defects_are_written_by_name() {
    let message = Message::parse(b"From: a@example.org\r\nno field\r\n\r\n");
    let defects: Vec<Defect> = message.defects().to_vec();
    let json = serde_json::to_string(&defects).unwrap();
    assert!(json.starts_with("[{\"kind\":\"") && json.contains("\"offset\":21"), "{json}");
    let kind = defects[0].kind();
    round_trip(&kind, &format!("{:?}", kind.as_str()));
}

proptest! {
    #[test]
    fn what_is_parsed_comes_back(text in "[ -~\\u{e4}]{0,40}") {
        let field = format!("From: {text}\r\n\r\n");
        let message = Message::parse(field.as_bytes());
        for address in message.field("From").map(|field| field.addresses()).unwrap_or_default() {
            let address = address.into_owned();
            let json = serde_json::to_string(&address).unwrap();
            if let Ok(back) = serde_json::from_str::<Address<'static>>(&json) {
                prop_assert_eq!(&back, &address);
            }
        }
    }

    #[test]
    fn every_date_comes_back(seconds in -2_000_000_000_i64..200_000_000_000, minutes in -5999_i16..5999) {
        for zone in [Zone::Offset(minutes), Zone::Unknown, Zone::Missing] {
            if let Ok(date) = DateTime::from_unix(seconds, zone) {
                let json = serde_json::to_string(&date).unwrap();
                prop_assert_eq!(serde_json::from_str::<DateTime>(&json).unwrap(), date);
            }
        }
    }

    #[test]
    fn every_address_that_can_be_built_comes_back(local in "\\PC{0,20}", domain in "[a-z]{1,8}(\\.[a-z]{1,8}){0,2}", name in "\\PC{0,20}") {
        if let Ok(address) = AddrSpec::new(local, domain)
            && let Ok(mailbox) = Mailbox::named(name, address)
        {
            let json = serde_json::to_string(&mailbox).unwrap();
            prop_assert_eq!(serde_json::from_str::<Mailbox<'static>>(&json).unwrap(), mailbox);
        }
    }
}
