//! message/partial: a message cut into several, and put together again (RFC 2046 section 5.2.2).

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::fields::{Fields, RawField};
use crate::value::MessageId;
use crate::{ContentType, Message, Part};

/// The fields of the enclosed message that become the whole message's, besides those that begin with `Content-`
/// (section 5.2.2.1).
const ENCLOSED: [&str; 4] = ["Subject", "Message-ID", "Encrypted", "MIME-Version"];

fn is_enclosed(field: &RawField<'_>) -> bool {
    let content = field.name().get(..8).is_some_and(|front| front.eq_ignore_ascii_case(b"Content-"));
    content || ENCLOSED.iter().any(|name| field.is(name))
}

/// What a fragment says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fragment {
    /// `id`: the same in all fragments of a message.
    pub id: Box<str>,
    /// `number`, counted from 1.
    pub number: u32,
    /// `total`: how many there are. The last fragment must say it, others may.
    pub total: Option<u32>,
}

impl Fragment {
    /// Reads the type of a part; `None` if it is no message/partial, or lacks what it must have.
    #[must_use]
    pub fn of(content_type: &ContentType<'_>) -> Option<Self> {
        if !content_type.is("message", "partial") {
            return None;
        }
        let number = |name| content_type.parameter(name)?.trim().parse::<u32>().ok().filter(|number| *number > 0);
        let total = match content_type.parameter("total") {
            Some(_) => Some(number("total")?),
            None => None,
        };
        let id = content_type.parameter("id").filter(|id| !id.is_empty())?;
        Some(Self { id: id.into_owned().into_boxed_str(), number: number("number")?, total })
    }
}

/// Why fragments make no message. It is the fault of whoever sent them, or of the way they took; or a limit of the caller's was
/// reached ([`TooLarge`](Self::TooLarge), [`TooMany`](Self::TooMany)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PartialError {
    /// Not a message/partial, or one without identity or number.
    #[error("not a fragment of a message")]
    NotAFragment,
    /// It belongs to another message.
    #[error("a fragment of another message")]
    OtherMessage,
    /// A fragment of this number is there, with other content.
    #[error("two fragments with the number {0}")]
    Conflict(u32),
    /// Two fragments say how many there are, and say otherwise; or one has a higher number.
    #[error("the fragments do not agree how many they are")]
    Total,
    /// More than [`Assembly::MOST_FRAGMENTS`] fragments, or more octets than allowed.
    #[error("the message would be too large")]
    TooLarge,
    /// As many messages are waiting as are allowed.
    #[error("too many messages wait for fragments")]
    TooMany,
}

/// The fragments of one message, collected in any order.
///
/// # Example
///
/// ```
/// use rfc5322_message::content::partial::Assembly;
///
/// let second = b"Content-Type: message/partial; id=\"a@example.org\"; number=2; total=2\r\n\r\nworld!\r\n";
/// let first = b"From: ann@example.org\r\n\
///     Content-Type: message/partial; id=\"a@example.org\"; number=1\r\n\r\n\
///     Subject: Greetings\r\n\r\nHello, ";
/// let mut assembly = Assembly::new(1024 * 1024);
/// assert_eq!(assembly.add(second)?, None);
/// let message = assembly.add(first)?.expect("both are there");
/// assert_eq!(message, b"From: ann@example.org\r\nSubject: Greetings\r\n\r\nHello, world!\r\n");
/// # Ok::<(), rfc5322_message::content::partial::PartialError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Assembly {
    id: Option<Box<str>>,
    total: Option<u32>,
    fragments: BTreeMap<u32, Box<[u8]>>,
    octets: usize,
    limit: usize,
}

impl Assembly {
    /// The most fragments of a message.
    pub const MOST_FRAGMENTS: u32 = 1000;

    /// Nothing yet. The fragments may have so many octets together.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Takes a whole message that is a fragment, and gives back the message if it was the last that was missing. The
    /// first fragment decides which message is collected.
    ///
    /// # Errors
    /// [`PartialError`]; the fragments that are there stay.
    pub fn add(&mut self, fragment: &[u8]) -> Result<Option<Vec<u8>>, PartialError> {
        let message = Message::parse(fragment);
        let told = Fragment::of(&message.root().content_type()).ok_or(PartialError::NotAFragment)?;
        self.add_parsed(fragment, &message, told)
    }

    fn add_parsed(
        &mut self,
        fragment: &[u8],
        message: &Message<'_>,
        Fragment { id, number, total }: Fragment,
    ) -> Result<Option<Vec<u8>>, PartialError> {
        if self.id.as_ref().is_some_and(|known| *known != id) {
            return Err(PartialError::OtherMessage);
        }
        let total = match (self.total, total) {
            (Some(known), Some(total)) if known != total => return Err(PartialError::Total),
            (known, total) => known.or(total),
        };
        let highest = self.fragments.keys().next_back().copied().unwrap_or_default().max(number);
        if total.is_some_and(|total| highest > total) {
            return Err(PartialError::Total);
        }
        let octets = self.octets.saturating_add(fragment.len());
        if number > Self::MOST_FRAGMENTS
            || total.is_some_and(|total| total > Self::MOST_FRAGMENTS)
            || octets > self.limit
        {
            return Err(PartialError::TooLarge);
        }
        // Of all but the first, the header is discarded.
        let content = if number == 1 { fragment } else { message.root().body() };
        match self.fragments.get(&number) {
            Some(known) if **known == *content => return Ok(None),
            Some(_) => return Err(PartialError::Conflict(number)),
            None => {}
        }
        self.fragments.insert(number, content.into());
        (self.id, self.total, self.octets) = (Some(id), total, octets);
        let complete = total.is_some_and(|total| self.fragments.len() == total as usize);
        Ok(complete.then(|| self.assemble()))
    }

    /// The numbers that are still missing, as far as it is known how many there are.
    pub fn missing(&self) -> impl Iterator<Item = u32> + '_ {
        let highest = self.fragments.keys().next_back().copied().unwrap_or_default();
        (1..=self.total.unwrap_or(highest)).filter(|number| !self.fragments.contains_key(number))
    }

    /// Puts the header together by the rules of section 5.2.2.1, and the bodies behind it.
    fn assemble(&self) -> Vec<u8> {
        let mut whole = Vec::with_capacity(self.octets);
        let Some(first) = self.fragments.get(&1) else { return whole };
        let mut outer = Fields::new(first);
        for field in outer.by_ref().filter(|field| !is_enclosed(field)) {
            whole.extend_from_slice(field.raw());
        }
        // The enclosed message; its header may reach over several fragments.
        let mut enclosed = first.get(outer.body_start()..).unwrap_or_default().to_vec();
        self.fragments.values().skip(1).for_each(|content| enclosed.extend_from_slice(content));
        let mut inner = Fields::new(&enclosed);
        // The header of the first fragment may be all of it, its last line without an end.
        if !whole.is_empty() && !whole.ends_with(b"\n") {
            whole.extend_from_slice(b"\r\n");
        }
        for field in inner.by_ref().filter(is_enclosed) {
            whole.extend_from_slice(field.raw());
        }
        whole.extend_from_slice(b"\r\n");
        whole.extend_from_slice(enclosed.get(inner.body_start()..).unwrap_or_default());
        whole
    }
}

/// The fragments of several messages, each message told by its identity.
///
/// Nothing is thrown away to make room, and there is no clock: who wants old fragments gone calls
/// [`forget`](Self::forget).
///
/// # Example: fragments as a mailbox has them
///
/// ```
/// use rfc5322_message::content::partial::Assemblies;
///
/// let fragment = |id: &str, number: u32, text: &str| {
///     format!("Content-Type: message/partial; id={id}; number={number}; total=2\r\n\r\n{text}\r\n").into_bytes()
/// };
/// let mut assemblies = Assemblies::new(100, 1024 * 1024);
/// assert_eq!(assemblies.add(&fragment("b", 2, "more of b"))?, None);
/// assert_eq!(assemblies.add(&fragment("a", 1, "Subject: a\r\n\r\na"))?, None);
/// let b = assemblies.add(&fragment("b", 1, "Subject: b\r\n\r\nb"))?.expect("both are there");
/// assert_eq!(b, b"Subject: b\r\n\r\nb\r\nmore of b\r\n");
/// assert_eq!(assemblies.waiting().collect::<Vec<_>>(), ["a"]);
/// # Ok::<(), rfc5322_message::content::partial::PartialError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Assemblies {
    waiting: BTreeMap<Box<str>, Assembly>,
    octets: usize,
    most: usize,
    limit: usize,
}

impl Assemblies {
    /// Nothing yet. So many messages may wait, and all fragments together may have so many octets.
    #[must_use]
    pub fn new(messages: usize, octets: usize) -> Self {
        Self { most: messages, limit: octets, ..Self::default() }
    }

    /// Takes a whole message that is a fragment, and gives back the message of which it was the last that was missing.
    ///
    /// # Errors
    /// [`PartialError`]; the fragments that are there stay.
    pub fn add(&mut self, fragment: &[u8]) -> Result<Option<Vec<u8>>, PartialError> {
        let message = Message::parse(fragment);
        let told = Fragment::of(&message.root().content_type()).ok_or(PartialError::NotAFragment)?;
        let id = told.id.clone();
        let mut assembly = match self.waiting.remove(&id) {
            Some(assembly) => assembly,
            None if self.waiting.len() >= self.most => return Err(PartialError::TooMany),
            None => Assembly::default(),
        };
        self.octets -= assembly.octets;
        assembly.limit = self.limit - self.octets;
        let added = assembly.add_parsed(fragment, &message, told);
        if !matches!(added, Ok(Some(_))) && !assembly.fragments.is_empty() {
            self.octets += assembly.octets;
            self.waiting.insert(id, assembly);
        }
        added
    }

    /// The messages that wait for fragments, by their identities.
    pub fn waiting(&self) -> impl Iterator<Item = &str> {
        self.waiting.keys().map(|id| &**id)
    }

    /// What is there of a message.
    #[must_use]
    pub fn assembly(&self, id: &str) -> Option<&Assembly> {
        self.waiting.get(id)
    }

    /// Throws away what is there of a message; false if there was nothing.
    pub fn forget(&mut self, id: &str) -> bool {
        let Some(assembly) = self.waiting.remove(id) else { return false };
        self.octets -= assembly.octets;
        true
    }
}

/// Why a message cannot be cut. The fault is the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// An octet above 127, or NUL: fragments are 7bit, so the message must be before (section 5.2.2.1).
    #[error("the message is not 7bit")]
    NotSevenBit,
    /// It would be more than [`Assembly::MOST_FRAGMENTS`] fragments.
    #[error("the fragments would be too many")]
    TooMany,
}

/// Cuts a message into fragments with bodies of about so many octets, at line ends. Each fragment has the fields of the
/// message that stay outside, a subject that counts, and an identifier of its own made of `id`.
///
/// # Errors
/// [`SplitError`] says why not.
pub fn split(message: &[u8], id: &MessageId<'_>, octets: usize) -> Result<Vec<Vec<u8>>, SplitError> {
    if message.iter().any(|octet| *octet >= 0x80 || *octet == 0) {
        return Err(SplitError::NotSevenBit);
    }
    let mut fields = Fields::new(message);
    let (mut outside, mut enclosed, mut subject) = (Vec::new(), Vec::new(), Vec::new());
    for field in fields.by_ref() {
        let target = if is_enclosed(&field) { &mut enclosed } else { &mut outside };
        target.extend_from_slice(field.raw());
        if field.is("Subject") && subject.is_empty() {
            subject.extend_from_slice(field.body());
        }
    }
    // The header may be all that there is, its last line without an end.
    for fields in [&mut outside, &mut enclosed] {
        if !fields.is_empty() && !fields.ends_with(b"\n") {
            fields.extend_from_slice(b"\r\n");
        }
    }
    enclosed.extend_from_slice(b"\r\n");
    let body = message.get(fields.body_start()..).unwrap_or_default();
    enclosed.extend_from_slice(body);
    let pieces = pieces(&enclosed, octets.max(1));
    let total = u32::try_from(pieces.len()).ok().filter(|total| *total <= Assembly::MOST_FRAGMENTS);
    let total = total.ok_or(SplitError::TooMany)?;
    let fragment = |(piece, number): (&[u8], u32)| {
        let mut fragment = outside.clone();
        fragment.extend_from_slice(b"Subject:");
        fragment.extend_from_slice(&subject);
        fragment.extend_from_slice(alloc::format!(" ({number}/{total})\r\n").as_bytes());
        let id = id.as_str();
        fragment.extend_from_slice(
            alloc::format!(
                "Message-ID: <{number}.{id}>\r\nMIME-Version: 1.0\r\nContent-Type: message/partial; id=\"{}\";\r\n\
                 \tnumber={number}; total={total}\r\n\r\n",
                quoted(id),
            )
            .as_bytes(),
        );
        fragment.extend_from_slice(piece);
        fragment
    };
    Ok(pieces.into_iter().zip(1..).map(fragment).collect())
}

/// The inside of a quoted-string.
fn quoted(text: &str) -> alloc::string::String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Pieces of about so many octets, each of whole lines.
fn pieces(mut text: &[u8], octets: usize) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while !text.is_empty() {
        let beyond = text.get(octets.min(text.len()) - 1..).unwrap_or_default();
        let length = memchr::memchr(b'\n', beyond).map_or(text.len(), |end| octets.min(text.len()) + end);
        let (piece, rest) = text.split_at_checked(length).unwrap_or((text, &[]));
        pieces.push(piece);
        text = rest;
    }
    pieces
}

impl Part<'_> {
    /// What this part says of itself, if it is a fragment of a message.
    #[must_use]
    pub fn fragment(&self) -> Option<Fragment> {
        Fragment::of(&self.content_type())
    }
}
