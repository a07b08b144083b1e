//! One header field, folded by what it is made of (RFC 5322 sections 2.2 and 3.6).

use alloc::{borrow::Cow, format, vec::Vec};

use super::{BuildError, ListUri, few::Few};
use crate::{
    encode::{
        Folder, LONGEST_TOKEN, WordContext, encoded_words, has_encoded_word, longest_piece, quoted as quoted_text,
    },
    fields::FieldName,
    value::{Address, DateTime, Group, InvalidValue, Mailbox, MessageId, has_control, is_dot_atom, is_field_name},
};

/// A field that can be written: whatever is in it, no line end is, and no line of it passes 998 characters.
///
/// Each kind is folded at its own places. Text is broken at blanks and written as encoded-words where it has to be;
/// identifiers, URIs and tokens are broken only between each other, and are never encoded.
///
/// ```
/// use rfc5322_message::build::Field;
///
/// assert_eq!(Field::text("Subject", "Über allem")?.to_vec(), b"Subject: =?utf-8?B?w5xiZXI=?= allem\r\n");
/// assert!(Field::text("Subject", "a\r\nBcc: b@example.org").is_err());
/// # Ok::<(), rfc5322_message::build::BuildError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    name: Cow<'a, str>,
    known_name: FieldName,
    body: Body<'a>,
}

/// What a field is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Body<'a> {
    Text(Cow<'a, str>),
    Tokens(Cow<'a, str>),
    Addresses(Few<Address<'a>>),
    Identifiers(Few<MessageId<'a>>),
    Date(DateTime),
    Uris(Vec<ListUri<'a>>),
    ListId { name: Cow<'a, str>, id: Cow<'a, str> },
}

impl<'a> Field<'a> {
    /// Unstructured text: Subject, Comments, and any field of one's own.
    ///
    /// # Errors
    /// [`BuildError::FieldName`]; [`BuildError::Value`] for control characters other than TAB; [`BuildError::FieldKind`]
    /// if this field is not made of text; [`BuildError::Reserved`] for a field of MIME.
    pub fn text(name: impl Into<Cow<'a, str>>, text: impl Into<Cow<'a, str>>) -> Result<Self, BuildError> {
        let ((name, known_name), text) = (name_for(Kind::Open, name)?, text.into());
        if has_control(&text) {
            return Err(BuildError::value(&name, InvalidValue::Control));
        }
        Ok(Self { name, known_name, body: Body::Text(text) })
    }

    /// A structured body that is ready but for folding: `Auto-Submitted: auto-replied`. ASCII, never encoded.
    ///
    /// # Errors
    /// As for [`text`](Self::text), and [`BuildError::TooLong`] for a word that has more than 990 characters with the blanks
    /// before it.
    pub fn tokens(name: impl Into<Cow<'a, str>>, tokens: impl Into<Cow<'a, str>>) -> Result<Self, BuildError> {
        let (name, _) = name_for(Kind::Open, name)?;
        Self::trusted_tokens(name, tokens)
    }

    /// Tokens in a field whose name is known to be right.
    pub(super) fn trusted_tokens(
        name: impl Into<Cow<'a, str>>,
        tokens: impl Into<Cow<'a, str>>,
    ) -> Result<Self, BuildError> {
        let (name, tokens) = (name.into(), tokens.into());
        if !tokens.is_ascii() {
            return Err(BuildError::NotAscii { field: name.into() });
        }
        if !tokens.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(BuildError::value(&name, InvalidValue::Control));
        }
        if tokens.trim_matches(' ').is_empty() {
            return Err(BuildError::value(&name, InvalidValue::Empty));
        }
        if longest_piece(tokens.trim_end_matches(' ')) > LONGEST_TOKEN {
            return Err(BuildError::too_long(&name));
        }
        Ok(Self::new(name, Body::Tokens(tokens)))
    }

    /// Mailboxes and groups: From, To, Reply-To and the like.
    ///
    /// A domain is written as it was given. One in Unicode (`bücher.example`) needs a server with SMTPUTF8, and nothing here
    /// makes it into A-labels (`xn--bcher-kva.example`): that takes the tables of IDNA (RFC 5890), so a caller who wants the
    /// ASCII form converts the domain before making the address.
    ///
    /// # Errors
    /// [`BuildError::FieldName`], [`BuildError::FieldKind`], [`BuildError::TooLong`] for an address of more than 980
    /// characters, [`BuildError::AddressCount`] for none where one has to be.
    pub fn addresses<A: Into<Address<'a>>>(
        name: impl Into<Cow<'a, str>>,
        addresses: impl IntoIterator<Item = A>,
    ) -> Result<Self, BuildError> {
        let (name, known_name) = name_for(Kind::Addresses, name)?;
        let list: Few<Address<'a>> = addresses.into_iter().map(Into::into).collect();
        let addresses = list.as_slice();
        let longest = LONGEST_TOKEN - 10;
        let length = |mailbox: &Mailbox<'_>| 2 * mailbox.address().local().len() + mailbox.address().domain().len();
        if addresses.iter().flat_map(|address| address.mailboxes()).any(|mailbox| length(mailbox) > longest) {
            return Err(BuildError::too_long(&name));
        }
        if addresses.is_empty() && !matches!(known_name, FieldName::Bcc | FieldName::ResentBcc) {
            return Err(BuildError::AddressCount { field: name.into() });
        }
        Ok(Self { name, known_name, body: Body::Addresses(list) })
    }

    /// Message identifiers: Message-ID, References, In-Reply-To, Content-ID.
    ///
    /// # Errors
    /// [`BuildError::FieldName`], [`BuildError::FieldKind`], [`BuildError::TooLong`] for an identifier of more than 980
    /// characters, [`BuildError::Value`] for none.
    pub fn identifiers(
        name: impl Into<Cow<'a, str>>,
        identifiers: impl IntoIterator<Item = MessageId<'a>>,
    ) -> Result<Self, BuildError> {
        let (name, known_name) = name_for(Kind::Identifiers, name)?;
        let list: Few<MessageId<'a>> = identifiers.into_iter().collect();
        let identifiers = list.as_slice();
        if identifiers.is_empty() {
            return Err(BuildError::value(&name, InvalidValue::Empty));
        }
        // A parsed identifier may be odd; what could be taken for something else is not written again.
        if identifiers
            .iter()
            .any(|id| id.as_str().bytes().any(|byte| matches!(byte, b'<' | b'>' | b' ')) || has_control(id.as_str()))
        {
            return Err(BuildError::value(&name, InvalidValue::MessageId));
        }
        if identifiers.iter().any(|id| id.as_str().len() > LONGEST_TOKEN - 10) {
            return Err(BuildError::too_long(&name));
        }
        Ok(Self { name, known_name, body: Body::Identifiers(list) })
    }

    /// A date: Date, Resent-Date.
    ///
    /// # Errors
    /// [`BuildError::FieldName`], [`BuildError::FieldKind`].
    pub fn date(name: impl Into<Cow<'a, str>>, date: DateTime) -> Result<Self, BuildError> {
        let (name, known_name) = name_for(Kind::Date, name)?;
        Ok(Self { name, known_name, body: Body::Date(date) })
    }

    pub(super) fn uris(name: &'static str, uris: Vec<ListUri<'a>>) -> Self {
        Self::new(Cow::Borrowed(name), Body::Uris(uris))
    }

    pub(super) fn list_id(name: Cow<'a, str>, id: Cow<'a, str>) -> Self {
        Self::new(Cow::Borrowed("List-ID"), Body::ListId { name, id })
    }

    fn new(name: Cow<'a, str>, body: Body<'a>) -> Self {
        Self { known_name: FieldName::of(name.as_bytes()), name, body }
    }

    /// Its name, as it will be written.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which of the names it has that mean something here.
    pub(super) const fn known_name(&self) -> FieldName {
        self.known_name
    }

    /// True if the field has this name, in any mixture of cases.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The addresses in it; none if it is made of something else.
    #[must_use]
    pub fn address_list(&self) -> &[Address<'a>] {
        match &self.body {
            Body::Addresses(addresses) => addresses.as_slice(),
            _ => &[],
        }
    }

    /// True if an address or identifier in it is not ASCII: the message needs SMTPUTF8.
    #[must_use]
    pub fn needs_utf8(&self) -> bool {
        match &self.body {
            Body::Identifiers(identifiers) => identifiers.as_slice().iter().any(|id| !id.as_str().is_ascii()),
            _ => self.address_list().iter().flat_map(Address::mailboxes).any(|mailbox| mailbox.address().needs_utf8()),
        }
    }

    /// The field as it is sent, with its CRLF.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// Appends the field as it is sent, with its CRLF.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut folder = Folder::field(&self.name, out);
        match &self.body {
            Body::Text(text) => write_text(&mut folder, text),
            Body::Tokens(tokens) => write_words(&mut folder, tokens),
            Body::Addresses(addresses) => write_addresses(&mut folder, addresses.as_slice()),
            Body::Identifiers(identifiers) => {
                for id in identifiers.as_slice() {
                    folder.spaced(1, &[b"<", id.as_str().as_bytes(), b">"]);
                }
            }
            Body::Date(date) => {
                let (text, start) = date.text();
                folder.token(text.get(start..).unwrap_or_default());
            }
            Body::Uris(uris) => {
                for (index, uri) in uris.iter().enumerate() {
                    let comma: &[u8] = if index + 1 < uris.len() { b"," } else { b"" };
                    folder.spaced(1, &[b"<", uri.as_str().as_bytes(), b">", comma]);
                }
            }
            Body::ListId { name, id } => {
                write_phrase(&mut folder, name, b"");
                folder.spaced(1, &[b"<", id.as_bytes(), b">"]);
            }
        }
        folder.end();
    }
}

/// What the fields of RFC 5322 section 3.6 and MIME are made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Any of ours, or one that nobody knows.
    Open,
    Addresses,
    Identifiers,
    Date,
    Reserved,
}

impl Kind {
    fn of(name: FieldName, text: &str) -> Self {
        use FieldName::{
            Bcc, Cc, ContentDisposition, ContentId, ContentTransferEncoding, ContentType, Date,
            DispositionNotificationTo, From, InReplyTo, MessageId, MimeVersion, Other, References, ReplyTo, ResentBcc,
            ResentCc, ResentDate, ResentFrom, ResentMessageId, ResentSender, ResentTo, Sender, To,
        };
        match name {
            From | Sender | ReplyTo | To | Cc | Bcc => Self::Addresses,
            ResentFrom | ResentSender | ResentTo | ResentCc | ResentBcc => Self::Addresses,
            // Obsolete, and unknown otherwise (RFC 5322 section 4.5.6).
            Other if text.eq_ignore_ascii_case("Resent-Reply-To") => Self::Addresses,
            DispositionNotificationTo => Self::Addresses,
            MessageId | ResentMessageId | InReplyTo | References | ContentId => Self::Identifiers,
            Date | ResentDate => Self::Date,
            MimeVersion | ContentType | ContentTransferEncoding | ContentDisposition => Self::Reserved,
            _ => Self::Open,
        }
    }
}

/// The name of a field that may hold something of this kind.
fn name_for<'a>(kind: Kind, name: impl Into<Cow<'a, str>>) -> Result<(Cow<'a, str>, FieldName), BuildError> {
    let name = name.into();
    check_name(&name)?;
    let known_name = FieldName::of(name.as_bytes());
    let held = Kind::of(known_name, &name);
    if held == kind || held == Kind::Open {
        Ok((name, known_name))
    } else if kind == Kind::Open && held == Kind::Reserved {
        Err(BuildError::Reserved { field: name.into() })
    } else {
        Err(BuildError::FieldKind { field: name.into() })
    }
}

fn check_name(name: &str) -> Result<(), BuildError> {
    if is_field_name(name) { Ok(()) } else { Err(BuildError::FieldName) }
}

/// Runs of blanks longer than this are encoded: some reader would make one of them, or a line would be all blank.
const LONGEST_GAP: usize = 8;

/// The part of `text` that has to be encoded, in whole words; empty if none.
fn span_to_encode(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut first, mut last) = (usize::MAX, 0);
    let mut mark = |at: usize| {
        first = first.min(at);
        last = last.max(at + 1);
    };
    let (mut gap, mut word) = (0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        (gap, word) = if *byte == b' ' { (gap + 1, 0) } else { (0, word + 1) };
        let encoded_word = *byte == b'=' && bytes.get(at + 1) == Some(&b'?');
        let edge = *byte == b' ' && (at == 0 || at + 1 == bytes.len());
        if !matches!(byte, b' '..=b'~') || encoded_word || edge || gap > LONGEST_GAP || word > LONGEST_TOKEN {
            mark(at);
        }
    }
    if first == usize::MAX {
        return (0, 0);
    }
    // To whole words, and with the blanks beyond the one that separates.
    let mut start = bytes.iter().take(first).rposition(|byte| *byte == b' ').map_or(0, |at| at + 1);
    while start > 1 && bytes.get(start - 1) == Some(&b' ') && bytes.get(start - 2) == Some(&b' ') {
        start -= 1;
    }
    if start == 1 {
        start = 0;
    }
    let rest = bytes.get(last..).unwrap_or_default();
    let mut end = rest.iter().position(|byte| *byte == b' ').map_or(bytes.len(), |at| last + at);
    while bytes.get(end) == Some(&b' ') && bytes.get(end + 1) == Some(&b' ') {
        end += 1;
    }
    if end + 1 == bytes.len() {
        end = bytes.len();
    }
    (start, end)
}

/// Unstructured text (RFC 5322 section 2.2.1, RFC 2047 section 5).
fn write_text(folder: &mut Folder<'_>, text: &str) {
    let (start, end) = span_to_encode(text);
    if start == end {
        return write_words(folder, text);
    }
    let (before, middle, after) = (
        text.get(..start).unwrap_or_default(),
        text.get(start..end).unwrap_or_default(),
        text.get(end..).unwrap_or_default(),
    );
    write_words(folder, before.strip_suffix(' ').unwrap_or(before));
    folder.encoded_words(encoded_words(middle, WordContext::Text));
    write_words(folder, after.strip_prefix(' ').unwrap_or(after));
}

/// Words with the blanks between them, and one before the first.
fn write_words(folder: &mut Folder<'_>, text: &str) {
    let mut blanks = 1;
    for word in text.as_bytes().split(|byte| *byte == b' ') {
        if word.is_empty() {
            blanks += 1;
        } else {
            folder.spaced(blanks, &[word]);
            blanks = 1;
        }
    }
}

fn write_addresses(folder: &mut Folder<'_>, addresses: &[Address<'_>]) {
    for (index, address) in addresses.iter().enumerate() {
        let comma: &[u8] = if index + 1 < addresses.len() { b"," } else { b"" };
        match address {
            Address::Mailbox(mailbox) => write_mailbox(folder, mailbox, comma),
            Address::Group(group) => write_group(folder, group, comma),
        }
    }
}

fn write_group(folder: &mut Folder<'_>, group: &Group<'_>, comma: &[u8]) {
    // What clings to a word is written with it, so that it counts for the length of the line.
    let end: &[u8] = if comma.is_empty() { b";" } else { b";," };
    let colon: &[u8] = match (group.members(), comma) {
        ([], []) => b":;",
        ([], _) => b":;,",
        _ => b":",
    };
    if write_phrase(folder, group.name(), colon) {
        // A blank is to stand between an encoded-word and a special (RFC 2047 section 5).
        folder.spaced(1, &[colon]);
    }
    for (index, member) in group.members().iter().enumerate() {
        write_mailbox(folder, member, if index + 1 < group.members().len() { b"," } else { end });
    }
}

fn write_mailbox(folder: &mut Folder<'_>, mailbox: &Mailbox<'_>, comma: &[u8]) {
    let address = mailbox.address();
    let quoted;
    let local = if address.is_null() || is_dot_atom(address.local()) {
        address.local()
    } else {
        quoted = format!("\"{}\"", quoted_text(address.local()));
        &quoted
    };
    let at: &[u8] = if address.domain().is_empty() { b"" } else { b"@" };
    let (local, domain) = (local.as_bytes(), address.domain().as_bytes());
    match mailbox.name().filter(|name| !name.is_empty()) {
        Some(name) => {
            write_phrase(folder, name, b"");
            folder.spaced(1, &[b"<", local, at, domain, b">", comma]);
        }
        None if address.is_null() => folder.spaced(1, &[b"<>", comma]),
        None => folder.spaced(1, &[local, at, domain, comma]),
    }
}

/// A phrase (RFC 5322 section 3.2.5): atoms or a quoted string, and `after` at its end; or encoded-words without it, and true
/// for these.
fn write_phrase(folder: &mut Folder<'_>, text: &str, after: &[u8]) -> bool {
    let mut words = text.as_bytes().split(|byte| *byte == b' ');
    if text.is_empty() {
        folder.cling(after);
    } else if !text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        || has_encoded_word(text)
        || !words.all(|word| !word.is_empty() && word.len() <= LONGEST_TOKEN / 2)
    {
        folder.encoded_words(encoded_words(text, WordContext::Phrase));
        return true;
    } else {
        let quoted;
        let text = if text.bytes().all(|byte| byte == b' ' || is_ascii_atext(byte)) {
            text
        } else {
            quoted = format!("\"{}\"", quoted_text(text));
            &quoted
        };
        let (before, last) = text.rsplit_once(' ').unwrap_or(("", text));
        write_words(folder, before);
        folder.spaced(1, &[last.as_bytes(), after]);
    }
    false
}

/// atext in ASCII: what is not gets encoded.
const fn is_ascii_atext(byte: u8) -> bool {
    byte.is_ascii() && crate::value::is_atext(byte)
}
