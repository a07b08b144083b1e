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
