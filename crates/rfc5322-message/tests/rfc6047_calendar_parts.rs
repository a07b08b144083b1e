//! RFC 6047: what a calendar in a message wants, by the method of iTIP (RFC 5546).

use rfc5322_message::{
    ContentType, Message,
    build::{MediaType, MessageBuilder, Options, Part},
    content::{CalendarComponent, CalendarMethod},
    value::{AddrSpec, DateTime, Zone},
};

#[test]
fn methods_of_calendars() {
    let of = |body: &str| CalendarMethod::of(&ContentType::parse(body.as_bytes()).unwrap());
    assert_eq!(of("text/calendar; method=REQUEST; component=VEVENT"), Some(CalendarMethod::Request));
    assert_eq!(of("TEXT/Calendar; charset=utf-8; METHOD=\"DeclineCounter\""), Some(CalendarMethod::DeclineCounter));
    assert_eq!(of("text/calendar"), None);
    assert_eq!(of("text/calendar; method=dance"), None);
    assert_eq!(of("text/plain; method=REQUEST"), None);
    assert_eq!(CalendarMethod::Cancel.as_str(), "CANCEL");
}

/// Section 2.4: method and charset stand in the type of the part.
#[test]
fn a_request_built_and_read() {
    let jo = || "jo@example.org".parse::<AddrSpec<'_>>().unwrap();
    let media = MediaType::new("text/calendar").unwrap().with("method", CalendarMethod::Request.as_str()).unwrap();
    let media = media.with("component", CalendarComponent::Event.as_str()).unwrap();
    let calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";
    let bytes = MessageBuilder::new()
        .date(DateTime::from_unix(0, Zone::Unknown).unwrap())
        .from([jo()])
        .to([jo()])
        .body(Part::alternative([Part::text("Please come."), Part::text_of(media, calendar)]))
        .finish(&Options::new([7; 16]))
        .unwrap()
        .to_vec()
        .unwrap();
    let message = Message::parse(&bytes);
    let part = message.parts().last().unwrap();
    assert_eq!(CalendarMethod::of(&part.content_type()), Some(CalendarMethod::Request));
    assert_eq!(CalendarComponent::all_of(&part.content_type()).collect::<Vec<_>>(), [CalendarComponent::Event]);
    assert_eq!((part.charset().as_deref(), part.text().as_deref()), (Some("utf-8"), Some(calendar)));
}
