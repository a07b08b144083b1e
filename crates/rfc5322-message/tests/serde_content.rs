//! Content, reports and views as JSON, and what is refused on the way back.
#![cfg(feature = "serde")]

use proptest::prelude::*;
use rfc5322_message::{
    Autocrypt, ContentType, Defect, Duplicates, Limits, ListId, Message, Received,
    build::{Envelope, Field, ListUri, MediaType},
    charset::Unlabelled,
    codec::{Forgiven, base64},
    content::{
        CalendarComponent, CalendarMethod, DispositionKind, FileProtocol, Security, TransferEncoding, partial::Fragment,
    },
    jmap::BodyLists,
    report::{self, Action, DeliveryStatus, DispositionNotification, ReportKind, Typed},
    value::AddrSpec,
};
use serde::{Serialize, de::DeserializeOwned};

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[track_caller]
fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T, shape: &str) {
    assert_eq!(json(value), shape);
    assert_eq!(&serde_json::from_str::<T>(shape).unwrap(), value);
}

fn refused<T: DeserializeOwned>(text: &str) -> bool {
    serde_json::from_str::<T>(text).is_err()
}

#[test]
fn the_documented_shapes() {
    there_and_back(&AddrSpec::new("a @\"b", "[x@y]").unwrap(), r#""\"a @\\\"b\"@[x@y]""#);
    there_and_back(&DispositionKind::Inline, r#""inline""#);
    there_and_back(&TransferEncoding::QuotedPrintable, r#""quoted-printable""#);
    there_and_back(&CalendarMethod::DeclineCounter, r#""DECLINECOUNTER""#);
    there_and_back(&CalendarComponent::FreeBusy, r#""VFREEBUSY""#);
    there_and_back(&Action::Failed, r#""failed""#);
    there_and_back(&ReportKind::Feedback, r#""feedback-report""#);
    let media = MediaType::new("text/plain").unwrap().with("charset", "utf-8").unwrap();
    there_and_back(&media, r#"{"type":"text/plain","parameters":{"charset":"utf-8"}}"#);
}

#[test]
fn what_fields_and_decoders_tell() {
    let message = Message::parse(
        b"From: a@x.example\r\nAutocrypt: addr=a@x.example; keydata=bWRh\r\nList-ID: \"The, list\" <l.example.org>\r\n\
          Content-Type: message/partial; id=p; number=2; total=3\r\n\r\n",
    );
    let key = Autocrypt::of(&message).unwrap();
    there_and_back(&key, r#"{"address":"a@x.example","prefers_encryption":false,"key_data":"bWRh"}"#);
    let list = message.field("List-ID").unwrap().list_id().unwrap();
    there_and_back(&list, r#"{"name":"The, list","id":"l.example.org"}"#);
    there_and_back(&message.root().fragment().unwrap(), r#"{"id":"p","number":2,"total":3}"#);
    let to = Field::addresses("To", ["b@x.example".parse::<AddrSpec<'_>>().unwrap()]).unwrap();
    there_and_back(&Envelope::of(&[to]), r#"{"reverse_path":"","recipients":["b@x.example"]}"#);
    there_and_back(&ListUri::new("mailto:l@x.example").unwrap(), r#""mailto:l@x.example""#);
    let forgiven = base64::decode_into(b"aGk=!", &mut Vec::new());
    assert_eq!(serde_json::from_str::<Forgiven>(&json(&forgiven)).unwrap(), forgiven);
    there_and_back(&Forgiven::default(), r#"{"stray":0,"truncated":false,"after_padding":false}"#);
    there_and_back(&Security::Pgp, r#""pgp""#);
    there_and_back(&FileProtocol::AnonymousFtp, r#""anon-ftp""#);

    assert!(refused::<Autocrypt>(r#"{"address":"","prefers_encryption":true,"key_data":"bWRh"}"#));
    assert!(refused::<ListId<'_>>(r#"{"name":"a\r\nBcc: x","id":"l"}"#));
    assert!(refused::<ListId<'_>>(r#"{"id":""}"#));
    assert!(refused::<Fragment>(r#"{"id":"p","number":0}"#));
    assert!(refused::<ListUri<'_>>(r#""mailto:a b""#));
    assert!(refused::<Envelope<'_>>(r#"{"reverse_path":"","recipients":["a\n@x"]}"#));
}

#[test]
fn limits_may_be_told_in_part() {
    let mut limits = Limits::default();
    limits.depth = 8;
    limits.duplicates = Duplicates::Last;
    limits.unlabelled = Unlabelled::Utf8;
    let told = r#"{"depth":8,"duplicates":"last","unlabelled":"utf-8"}"#;
    assert_eq!(serde_json::from_str::<Limits>(told).unwrap(), limits);
    assert_eq!(serde_json::from_str::<Limits>(&json(&limits)).unwrap(), limits);
    assert!(refused::<Limits>(r#"{"deepness":8}"#));
}

#[test]
fn a_content_type_is_read_back_as_a_media_type() {
    let parsed =
        ContentType::parse(b"Text/Plain; Charset=\"utf-8\"; name*0*=utf-8''%C3; name*1*=%A9; x=\"a\\\"b\"").unwrap();
    let text = json(&parsed);
    assert_eq!(text, r#"{"type":"text/plain","parameters":{"charset":"utf-8","name":"é","x":"a\"b"}}"#);
    let media: MediaType<'static> = serde_json::from_str(&text).unwrap();
    assert_eq!(json(&media), text);
}

#[test]
fn defects_of_a_message() {
    let message = Message::parse(b"Subject: a\r\nHello.\r\n");
    let text = json(&message.defects());
    assert_eq!(text, r#"[{"kind":"missing-empty-line","offset":12}]"#);
    assert_eq!(serde_json::from_str::<Vec<Defect>>(&text).unwrap(), message.defects());
}

#[test]
fn reports_and_trace_fields() {
    let message = Message::parse(
        b"Received: from x.y.test by example.net via TCP with ESMTP id ABC12345; 21 Nov 1997 10:05:43 -0600\r\n\
          Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n\
          Final-Recipient: rfc822; jo@example.org\r\nAction: failed\r\n",
    );
    let status = DeliveryStatus::of(&message.root()).unwrap();
    assert_eq!(
        json(&status),
        r#"{"message":[{"name":"Reporting-MTA","value":"dns; mx.example.org"}],"recipients":[[{"name":"Final-Recipient","value":"rfc822; jo@example.org"},{"name":"Action","value":"failed"}]]}"#
    );
    let typed = status.recipients().next().unwrap().final_recipient().unwrap();
    assert_eq!(json(&typed), r#"{"kind":"rfc822","value":"jo@example.org"}"#);
    assert_eq!(serde_json::from_str::<Typed<'_>>(&json(&typed)).unwrap(), typed);
    let received = message.field("Received").unwrap().received();
    assert_eq!(serde_json::from_str::<Received<'_>>(&json(&received)).unwrap(), received);

    let notification = Message::parse(
        b"Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed/error\r\n",
    );
    let disposition = DispositionNotification::of(&notification.root()).unwrap().disposition().unwrap();
    there_and_back::<report::Disposition>(
        &disposition,
        r#"{"action_mode":"manual-action","sending_mode":"mdn-sent-manually","kind":"displayed","modifiers":["error"]}"#,
    );
}

#[test]
fn jmap_views() {
    let message = Message::parse(
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nHello\r\n--B\r\nContent-Type: image/png\r\n\
          Content-ID: <a@b>\r\nContent-Disposition: attachment; filename=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--B--\r\n",
    );
    assert_eq!(
        json(&BodyLists::of(&message)),
        concat!(
            r#"{"textBody":[{"partId":"1","size":5,"name":null,"type":"text/plain","charset":"us-ascii","disposition":null,"cid":null,"language":null,"location":null}],"#,
            r#""htmlBody":[{"partId":"1","size":5,"name":null,"type":"text/plain","charset":"us-ascii","disposition":null,"cid":null,"language":null,"location":null}],"#,
            r#""attachments":[{"partId":"2","size":4,"name":"a.png","type":"image/png","charset":null,"disposition":"attachment","cid":"a@b","language":null,"location":null}]}"#
        )
    );
}

#[test]
fn nothing_invalid_is_read() {
    assert!(refused::<MediaType<'static>>(r#"{"type":"text"}"#));
    assert!(refused::<MediaType<'static>>(r#"{"type":"text/plain","parameters":{"a":"\r\n"}}"#));
    assert!(refused::<MediaType<'static>>(r#"{"type":"text/plain","parameters":{"a":"1","A":"2"}}"#));
    assert!(refused::<Typed<'static>>(r#"{"kind":"rfc822","value":"a\nb"}"#));
    assert!(refused::<Received<'static>>(r#"{"from":"a\u0000"}"#));
    assert!(refused::<Action>(r#""FAILED""#));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn media_types_come_back(value in "[^\\p{C}\\p{Zl}\\p{Zp}]{0,30}", name in "[a-z]{1,10}") {
        let media = MediaType::new("a/b").unwrap().with(name, value).unwrap();
        prop_assert_eq!(serde_json::from_str::<MediaType<'static>>(&json(&media)).unwrap(), media);
    }
}
