//! Content-Type (RFC 2045 section 5).

use alloc::borrow::Cow;

use crate::syntax::{
    cursor::Cursor,
    parameters::{self, Parameters, RawParameters},
};

/// A media type with its parameters. Parameters are decoded when asked for.
#[derive(Debug, Clone)]
pub struct ContentType<'a> {
    main: &'a str,
    sub: &'a str,
    parameters: RawParameters<'a>,
}

impl<'a> ContentType<'a> {
    /// The default: `text/plain` in US-ASCII (section 5.2).
    pub(crate) const TEXT_PLAIN: Self =
        Self { main: "text", sub: "plain", parameters: RawParameters::new(Cursor::new(b"")) };

    /// The default inside a digest (RFC 2046 section 5.1.5).
    pub(crate) const MESSAGE: Self =
        Self { main: "message", sub: "rfc822", parameters: RawParameters::new(Cursor::new(b"")) };

    /// Reads a field's body. `None` if there is no `type/subtype` in it: then the default applies (section 5.2).
    #[must_use]
    pub fn parse(body: &'a [u8]) -> Option<Self> {
        Self::read(Cursor::new(body))
    }

    pub(crate) fn read(mut cursor: Cursor<'a>) -> Option<Self> {
        let (main, sub) = media_type(&mut cursor);
        let (main, sub) = (core::str::from_utf8(main).ok()?, core::str::from_utf8(sub).ok()?);
        (!main.is_empty() && !sub.is_empty()).then_some(Self { main, sub, parameters: RawParameters::new(cursor) })
    }

    /// The type before the slash, as it is spelt.
    #[must_use]
    pub const fn main_type(&self) -> &'a str {
        self.main
    }

    /// The subtype, as it is spelt.
    #[must_use]
    pub const fn subtype(&self) -> &'a str {
        self.sub
    }

    /// True if it is this type, case aside: `is("text", "plain")`. `*` stands for any.
    #[must_use]
    pub fn is(&self, main: &str, sub: &str) -> bool {
        (main == "*" || self.main.eq_ignore_ascii_case(main)) && (sub == "*" || self.sub.eq_ignore_ascii_case(sub))
    }

    /// The parameter of that name, decoded (RFC 2231; encoded-words too, as many senders write them).
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        parameters::value(self.parameters.clone(), name.as_bytes())
    }

    /// The values of all parameters of that name, as they are: MIME has one of each, iCalendar repeats some.
    pub(crate) fn repeated<'n>(&self, name: &'n [u8]) -> impl Iterator<Item = Cow<'a, [u8]>> + use<'a, 'n> {
        let named = self.parameters.clone().filter(move |parameter| parameter.is_plain(name));
        named.map(|parameter| parameter.value)
    }

    /// Every parameter, decoded, in the order in which their names first stand; names are in lower case.
    #[must_use]
    pub fn parameters(&self) -> Parameters<'a> {
        Parameters::new(self.parameters.clone())
    }
}

impl core::fmt::Display for ContentType<'_> {
    /// `type/subtype`, in lower case.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        use core::fmt::Write as _;
        self.main.chars().chain(['/']).chain(self.sub.chars()).try_for_each(|c| f.write_char(c.to_ascii_lowercase()))
    }
}

fn media_type<'a>(cursor: &mut Cursor<'a>) -> (&'a [u8], &'a [u8]) {
    cursor.skip_cfws();
    let main = cursor.token();
    cursor.skip_cfws();
    if !cursor.eat(b'/') {
        return (main, b"");
    }
    cursor.skip_cfws();
    (main, cursor.token())
}

/// As much of a Content-Type as structure depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ContentTypeScan<'a> {
    Leaf,
    Message {
        /// It may be encoded: message/global (RFC 6532 section 3.7).
        global: bool,
    },
    Multipart {
        boundary: Option<Cow<'a, [u8]>>,
        digest: bool,
    },
}

impl<'a> ContentTypeScan<'a> {
    pub(crate) fn of(body: &'a [u8]) -> Self {
        // A field that cannot be read means text (section 5.2), here as there.
        let Some(ContentType { main, sub, parameters }) = ContentType::parse(body) else { return Self::Leaf };
        if main.eq_ignore_ascii_case("message") {
            // RFC 2046 section 5.2.1, RFC 6532 section 3.7.
            let whole = ["rfc822", "global", "news"].iter().any(|name| sub.eq_ignore_ascii_case(name));
            let global = sub.eq_ignore_ascii_case("global");
            return if whole { Self::Message { global } } else { Self::Leaf };
        }
        if !main.eq_ignore_ascii_case("multipart") {
            return Self::Leaf;
        }
        let plain =
            parameters.clone().find(|parameter| parameter.is_plain(b"boundary")).map(|parameter| parameter.value);
        let boundary = plain.or_else(|| match parameters::value(parameters, b"boundary")? {
            Cow::Borrowed(text) => Some(Cow::Borrowed(text.as_bytes())),
            Cow::Owned(text) => Some(Cow::Owned(text.into_bytes())),
        });
        let boundary = boundary
            .map(|boundary| match boundary {
                Cow::Borrowed(bytes) => Cow::Borrowed(bytes.trim_ascii_end()),
                Cow::Owned(bytes) => Cow::Owned(bytes.trim_ascii_end().into()),
            })
            .filter(|boundary| !boundary.is_empty());
        Self::Multipart { boundary, digest: sub.eq_ignore_ascii_case("digest") }
    }
}
