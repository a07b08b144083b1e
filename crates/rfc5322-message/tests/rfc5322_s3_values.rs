//! RFC 5322 sections 3.3, 3.4 and 3.6.4: values that can always be written.

use proptest::prelude::*;
use rfc5322_message::build::Field;
use rfc5322_message::value::{AddrSpec, Address, DateTime, Group, InvalidValue, Mailbox, MessageId, Weekday, Zone};
use rfc5322_message::{DefectKind, Message};

#[test]
fn no_line_end_enters_a_value() {
    for bad in ["a\rb", "a\nb", "a\0b", "a\r\nBcc: x", "a\u{7f}"] {
        assert_eq!(AddrSpec::new(bad, "example.org"), Err(InvalidValue::Control));
        assert_eq!(AddrSpec::new("a", bad), Err(InvalidValue::Control));
        assert_eq!(Mailbox::named(bad, AddrSpec::null()), Err(InvalidValue::Control));
        assert_eq!(Group::new(bad, vec![]), Err(InvalidValue::Control));
        assert_eq!(MessageId::new(bad), Err(InvalidValue::Control));
        assert!(format!("\"{bad}\"@example.org").parse::<AddrSpec<'_>>().is_err());
    }
}

#[test]
fn a_domain_is_a_dot_atom_or_a_literal() {
    for bad in ["", "a b", "a..b", ".a", "a>b", "a,b", "[a", "[a]b]", "a@b", "x<y"] {
        assert_eq!(AddrSpec::new("a", bad), Err(InvalidValue::Domain), "{bad}");
    }
    for good in ["example.org", "[192.0.2.1]", "[IPv6:::1]", "пример.рф", "foo_bar"] {
        assert!(AddrSpec::new("a", good).is_ok(), "{good}");
    }
}

#[test]
fn local_parts_are_quoted_where_they_must() {
    for (local, written) in
        [("a.b", "a.b@x"), ("a b", "\"a b\"@x"), ("", "\"\"@x"), ("a\"\\", "\"a\\\"\\\\\"@x"), ("a..b", "\"a..b\"@x")]
    {
        let address = AddrSpec::new(local, "x").unwrap();
        assert_eq!(address.to_string(), written);
        assert_eq!(written.parse::<AddrSpec<'_>>().unwrap(), address);
    }
}

#[test]
fn groups_and_names_for_people() {
    let joe = Mailbox::named("Joe Q. Public", AddrSpec::new("joe", "example.org").unwrap()).unwrap();
    assert_eq!(joe.to_string(), "\"Joe Q. Public\" <joe@example.org>");
    let group = Address::from(Group::new("A Group", vec![joe.clone(), joe]).unwrap());
    assert_eq!(group.to_string(), "A Group: \"Joe Q. Public\" <joe@example.org>, \"Joe Q. Public\" <joe@example.org>;");
    assert_eq!(group.mailboxes().len(), 2);
}

/// RFC 5322 section 3.2.4: a quoted-string is what is between its quotes; blanks outside are not part of it.
#[test]
fn blanks_inside_quotes_are_part_of_a_name() {
    for (written, name) in [
        ("\" a  b \" <a@b>", " a  b "),
        ("  \"a\"  <a@b>", "a"),
        ("\" a\" b  <a@b>", " a b"),
        ("a \"b \" (c) <a@b>", "a b "),
        ("\"a\\\" \" <a@b>", "a\" "),
        ("\"a\r\n \" <a@b>", "a "),
        ("\"ä \" <a@b>", "ä "),
        ("\" =?utf-8?Q?=C3=A4?= \" <a@b>", " ä "),
        ("a (c) <a@b>", "a"),
        ("(c) a <a@b>", "a"),
    ] {
        let input = format!("From: {written}\r\n\r\n");
        let message = Message::parse(input.as_bytes());
        let from = message.from().next().unwrap();
        assert_eq!(from.name(), Some(name), "{written}");
        // What is written is read as the same.
        let again = Field::addresses("From", [from.clone()]).unwrap().to_vec();
        assert_eq!(Message::parse(&again).from().next().unwrap(), from, "{written}");
    }
}

#[test]
fn dates_know_their_day() {
    let date = DateTime::new((2026, 11, 23), (16, 55, 0), Zone::Offset(60)).unwrap();
    assert_eq!(date.weekday(), Weekday::Monday);
    assert_eq!(date.to_string(), "Mon, 23 Nov 2026 16:55:00 +0100");
    assert_eq!(date.unix(), 1_795_449_300);
    assert!(DateTime::new((2026, 2, 29), (0, 0, 0), Zone::Unknown).is_err());
    assert!(DateTime::new((2024, 2, 29), (0, 0, 60), Zone::Unknown).is_ok());
    assert!(DateTime::from_unix(i64::MAX, Zone::Offset(1)).is_err());
    assert!(DateTime::from_unix(i64::MIN, Zone::Offset(-1)).is_err());
}

/// RFC 5322 section 4.3: two and three digits count from 1900 or 2000; four are the year itself.
#[test]
fn years_mean_what_their_digits_say() {
    for (written, year, defect) in [
        ("2002", 2002, None),
        ("0102", 102, Some(DefectKind::YearBefore1900)),
        ("1899", 1899, Some(DefectKind::YearBefore1900)),
        ("102", 2002, None),
        ("49", 2049, None),
        ("50", 1950, None),
        ("99", 1999, None),
    ] {
        let input = format!("Date: 21 Nov {written} 09:55:06 -0600\r\n\r\n");
        let message = Message::parse(input.as_bytes());
        let field = message.field("Date").unwrap();
        assert_eq!(field.date().unwrap().year(), year, "{written}");
        assert_eq!(field.value_defect().map(|defect| defect.kind()), defect, "{written}");
        // What is written is read as the same.
        let again = format!("Date: {}\r\n\r\n", field.date().unwrap());
        assert_eq!(Message::parse(again.as_bytes()).date(), field.date(), "{again}");
    }
    let old = Message::parse(b"Date: 29 Feb 0104 00:00:00 +0000\r\n\r\n").date().unwrap();
    assert_eq!((old.unix(), old.weekday()), (-58_880_217_600, Weekday::Friday));
    assert_eq!(Message::parse(b"Date: 29 Feb 0100 00:00:00 +0000\r\n\r\n").date(), None);
    assert!(DateTime::new((102, 1, 1), (0, 0, 0), Zone::Unknown).is_err());
}

#[test]
fn fields_tell_what_is_wrong_with_their_values() {
    for (field, defect) in [
        ("Date: Mon, 23 Nov 2026 16:55:00 +0100", None),
        ("Date: Mon, 23 Nov 2026 16:55:00", Some(DefectKind::MissingZone)),
        ("Date: Mon, 23 Nov 2026 16:55:00 +0175", Some(DefectKind::MissingZone)),
        ("Date: 23 Nov (c) 2026 16:55:00 +0175", Some(DefectKind::MissingZone)),
        ("Date: Mon, 23 Nov 2026 16:55:00 +9959", None),
        ("Date: yesterday", Some(DefectKind::UnreadableDate)),
        ("Content-Type: text", Some(DefectKind::UnreadableContentType)),
        ("Content-Type: text/x", None),
        ("Content-Transfer-Encoding: 9bit", Some(DefectKind::UnknownTransferEncoding)),
        ("Subject: \u{1}", None),
    ] {
        let input = format!("X: y\r\n{field}\r\n\r\n");
        let message = Message::parse(input.as_bytes());
        let found = message.fields().next_back().unwrap().value_defect();
        assert_eq!(found.map(|defect| (defect.kind(), defect.offset())), defect.map(|kind| (kind, 6)), "{field}");
    }
}

proptest! {
    #[test]
    fn unix_time_and_back(seconds in -2_000_000_000i64..200_000_000_000, minutes in -5999i16..=5999) {
        let date = DateTime::from_unix(seconds, Zone::Offset(minutes)).unwrap();
        prop_assert_eq!(date.unix(), seconds);
    }

    #[test]
    fn any_local_part_is_written_and_read(local in "[^\\p{Cc}\u{2028}\u{2029}]{0,20}") {
        let address = AddrSpec::new(local, "example.org").unwrap();
        prop_assert_eq!(address.to_string().parse::<AddrSpec<'_>>().unwrap(), address);
    }
}

proptest! {
    /// Dates in the form that everybody writes are read at one look; a comment in them makes that impossible and changes
    /// nothing.
    #[test]
    fn a_comment_changes_no_date(
        name in "|[A-Za-z]{3}, {1,2}",
        day in "[0-3]?[0-9]",
        month in "Jan|feb|MAR|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Foo|Febr",
        year in "[0-9]{2,5}",
        hour in "[0-2]?[0-9]",
        minute in "[0-6][0-9]",
        second in "|:[0-6][0-9]",
        zone in "| [+-][0-9]{3,5}| GMT| EST| \\+0000| -0000| 0530",
        end in "| \\(PDT\\)|x| 1| 2001"
    ) {
        let read = |date: String| Message::parse(format!("Date: {date}\r\n\r\n").as_bytes()).date();
        let plain = format!("{name}{day} {month} {year} {hour}:{minute}{second}{zone}{end}");
        let commented = format!("{name}{day} {month} (c) {year} {hour}:{minute}{second}{zone}{end}");
        prop_assert_eq!(read(plain.clone()), read(commented), "{}", plain);
    }
}
