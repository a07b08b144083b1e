//! text/calendar in mail: iTIP's methods (RFC 5546 section 1.4, RFC 6047 section 2.4).

use super::ContentType;

/// What a calendar part wants: the parameter `method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CalendarMethod {
    /// Here is something; nothing is to be answered.
    Publish,
    /// Please take part, or take over the change.
    Request,
    /// The answer to a request.
    Reply,
    /// More instances of something that is known.
    Add,
    /// It is cancelled.
    Cancel,
    /// Please send the latest version.
    Refresh,
    /// Please change it so.
    Counter,
    /// The change is not accepted.
    DeclineCounter,
}

impl CalendarMethod {
    const ALL: [Self; 8] = [
        Self::Publish,
        Self::Request,
        Self::Reply,
        Self::Add,
        Self::Cancel,
        Self::Refresh,
        Self::Counter,
        Self::DeclineCounter,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Reply => "REPLY",
            Self::Add => "ADD",
            Self::Cancel => "CANCEL",
            Self::Refresh => "REFRESH",
            Self::Counter => "COUNTER",
            Self::DeclineCounter => "DECLINECOUNTER",
        }
    }

    /// The method of a calendar part; `None` for other types, for a calendar that wants nothing, and for methods that are
    /// unknown.
    #[must_use]
    pub fn of(content_type: &ContentType<'_>) -> Option<Self> {
        let calendar = content_type.is("text", "calendar") || content_type.is("application", "calendar+json");
        let method = content_type.parameter("method").filter(|_| calendar)?;
        Self::ALL.into_iter().find(|known| method.trim().eq_ignore_ascii_case(known.as_str()))
    }
}

/// What a calendar part holds: the parameter `component`, which is repeated if it holds several (RFC 5545 section 8.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CalendarComponent {
    /// An event.
    Event,
    /// Something to be done.
    Todo,
    /// A note.
    Journal,
    /// When somebody is free, or asked to be.
    FreeBusy,
    /// A time zone.
    TimeZone,
}

impl CalendarComponent {
    const ALL: [Self; 5] = [Self::Event, Self::Todo, Self::Journal, Self::FreeBusy, Self::TimeZone];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Event => "VEVENT",
            Self::Todo => "VTODO",
            Self::Journal => "VJOURNAL",
            Self::FreeBusy => "VFREEBUSY",
            Self::TimeZone => "VTIMEZONE",
        }
    }

    /// The components that a calendar part names, in order; those that are unknown are left out.
    ///
    /// ```
    /// use rfc5322_message::{ContentType, content::CalendarComponent};
    ///
    /// let content_type = ContentType::parse(b"text/calendar; method=REQUEST; component=VEVENT; component=vtodo").unwrap();
    /// let components: Vec<_> = CalendarComponent::all_of(&content_type).collect();
    /// assert_eq!(components, [CalendarComponent::Event, CalendarComponent::Todo]);
    /// ```
    pub fn all_of(content_type: &ContentType<'_>) -> impl Iterator<Item = Self> {
        let calendar = content_type.is("text", "calendar") || content_type.is("application", "calendar+json");
        content_type.repeated(b"component").filter(move |_| calendar).filter_map(|value| {
            let value = value.trim_ascii();
            Self::ALL.into_iter().find(|known| value.eq_ignore_ascii_case(known.as_str().as_bytes()))
        })
    }
}
