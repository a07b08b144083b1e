//! Parts and the trees they make (RFC 2046).

use alloc::{borrow::Cow, format, vec, vec::Vec};

use super::{BuildError, Field, MediaType};
use crate::{
    encode::{TransferEncoding, flow},
    value::MessageId,
};

/// The caller's name for a source of bytes that are read while the message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A part: a leaf with content, or a multipart of other parts.
///
/// A mistake in a value (a line end in a file name) is kept, and told by
/// [`MessageBuilder::finish`](super::MessageBuilder::finish).
///
/// ```
/// use rfc5322_message::build::Part;
///
/// let body = Part::alternative([Part::text("Hello"), Part::html("<p>Hello</p>")]);
/// let letter = Part::mixed([body, Part::bytes("image/png", b"\x89PNG").filename("a.png")]);
/// # drop(letter);
/// ```
#[derive(Debug, Clone)]
pub struct Part<'a> {
    /// The tree, each part after those inside it: nothing recurses, however deep it is.
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) mistake: Option<BuildError>,
}

/// One part of a tree.
#[derive(Debug, Clone)]
pub(super) struct Node<'a> {
    pub(super) media: MediaType<'a>,
    pub(super) disposition: Option<MediaType<'a>>,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) content: Content<'a>,
    /// What was asked for; later, what it will be.
    pub(super) encoding: Option<TransferEncoding>,
    /// False once it is known that no equals sign is in the content, and so no boundary.
    pub(super) equals_sign: bool,
    /// How many nodes before this one are inside it.
    pub(super) descendants: usize,
}

impl<'a> Node<'a> {
    const fn new(media: MediaType<'a>, content: Content<'a>) -> Self {
        Self {
            media,
            disposition: None,
            fields: Vec::new(),
            content,
            encoding: None,
            equals_sign: true,
            descendants: 0,
        }
    }

    /// Its encoding, once that is settled.
    pub(super) fn settled(&self) -> TransferEncoding {
        self.encoding.unwrap_or(TransferEncoding::SevenBit)
    }
}

#[derive(Debug, Clone)]
pub(super) enum Content<'a> {
    /// Text, whose line ends are made canonical.
    Text(Cow<'a, str>),
    /// Bytes, which stay as they are.
    Bytes(Cow<'a, [u8]>),
    /// Bytes to come.
    Source {
        id: SourceId,
        length: Option<u64>,
    },
    Multipart,
}

impl<'a> Part<'a> {
    /// Plain text. Line ends may be LF or CRLF.
    #[must_use]
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::leaf(Ok(MediaType::known("text/plain").with_known("charset", "utf-8")), Content::Text(text.into()))
    }

    /// Plain text whose paragraphs, one a line, a reader wraps to its own width (RFC 3676).
    #[must_use]
    pub fn flowed(text: &str) -> Self {
        Self::text(flow(text)).parameter("format", "flowed")
    }

    /// HTML.
    #[must_use]
    pub fn html(text: impl Into<Cow<'a, str>>) -> Self {
        Self::leaf(Ok(MediaType::known("text/html").with_known("charset", "utf-8")), Content::Text(text.into()))
    }

    /// Text of another type: `text/calendar`.
    #[must_use]
    pub fn text_of(media: impl TryInto<MediaType<'a>, Error: Into<BuildError>>, text: impl Into<Cow<'a, str>>) -> Self {
        Self::leaf(media.try_into().map_err(Into::into), Content::Text(text.into())).parameter("charset", "utf-8")
    }

    /// Bytes that are read back exactly.
    #[must_use]
    pub fn bytes(media: impl TryInto<MediaType<'a>, Error: Into<BuildError>>, bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self::leaf(media.try_into().map_err(Into::into), Content::Bytes(bytes.into()))
    }

    /// Bytes that the [`Writer`](super::Writer) asks for when their turn comes, of `length` if that is known. They are
    /// written in base64, or quoted-printable if that is asked for.
    #[must_use]
    pub fn source(
        media: impl TryInto<MediaType<'a>, Error: Into<BuildError>>,
        id: SourceId,
        length: Option<u64>,
    ) -> Self {
        Self::leaf(media.try_into().map_err(Into::into), Content::Source { id, length })
    }

    /// A whole message inside this one, `message/rfc822`. Its bytes are never changed.
    #[must_use]
    pub fn message(message: impl Into<Cow<'a, [u8]>>) -> Self {
        Self::leaf(Ok(MediaType::known("message/rfc822")), Content::Bytes(message.into()))
    }

    /// `multipart/mixed`: parts one after the other (RFC 2046 section 5.1.3).
    #[must_use]
    pub fn mixed(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::tree(Ok(MediaType::known("multipart/mixed")), parts)
    }

    /// `multipart/alternative`: the same content, the best form last (RFC 2046 section 5.1.4).
    #[must_use]
    pub fn alternative(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::tree(Ok(MediaType::known("multipart/alternative")), parts)
    }

    /// `multipart/related`: a root, and what it refers to by `cid:` (RFC 2387).
    #[must_use]
    pub fn related(root: Self, others: impl IntoIterator<Item = Self>) -> Self {
        let media = root.nodes.last().map_or(Cow::Borrowed("text/plain"), |node| node.media.essence_text());
        // The type of the root is required (RFC 2387 section 3.1).
        Self::tree(Ok(MediaType::known("multipart/related")), core::iter::once(root).chain(others))
            .parameter("type", media)
    }

    /// A multipart of any subtype.
    #[must_use]
    pub fn multipart(subtype: &str, parts: impl IntoIterator<Item = Self>) -> Self {
        Self::tree(MediaType::new(format!("multipart/{subtype}")), parts)
    }

    fn tree(media: Result<MediaType<'a>, BuildError>, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = parts.into_iter();
        let Self { mut nodes, mut mistake } = parts.next().unwrap_or(Self { nodes: Vec::new(), mistake: None });
        for part in parts {
            nodes.extend(part.nodes);
            mistake = mistake.or(part.mistake);
        }
        if nodes.is_empty() {
            mistake = mistake.or(Some(BuildError::Empty("a multipart")));
        }
        match media {
            Ok(media) => nodes.push(Node { descendants: nodes.len(), ..Node::new(media, Content::Multipart) }),
            Err(own_mistake) => mistake = mistake.or(Some(own_mistake)),
        }
        Self { nodes, mistake }
    }

    /// As an attachment of that name, which is a name and no path.
    #[must_use]
    pub fn filename(self, name: impl Into<Cow<'a, str>>) -> Self {
        let this = self.disposed("attachment", false);
        this.adjust(|node| node.disposition.as_mut().map_or(Ok(()), |disposition| disposition.set("filename", name)))
    }

    /// As an attachment: `Content-Disposition: attachment` (RFC 2183 section 2.2).
    #[must_use]
    pub fn attachment(self) -> Self {
        self.disposed("attachment", true)
    }

    /// To be shown where it stands: `Content-Disposition: inline` (RFC 2183 section 2.1).
    #[must_use]
    pub fn inline(self) -> Self {
        self.disposed("inline", true)
    }

    /// Named, so that another part can refer to it by `cid:` (RFC 2392).
    #[must_use]
    pub fn content_id(self, id: MessageId<'a>) -> Self {
        self.adjust(|node| {
            node.fields.push(Field::identifiers("Content-ID", [id])?);
            Ok(())
        })
    }

    /// `Content-Description` (RFC 2045 section 8).
    #[must_use]
    pub fn description(self, text: impl Into<Cow<'a, str>>) -> Self {
        self.adjust(|node| {
            node.fields.push(Field::text("Content-Description", text)?);
            Ok(())
        })
    }

    /// Any other field of the part. Those of the outermost part are the message's, and checked and written as such.
    #[must_use]
    pub fn field(self, field: Field<'a>) -> Self {
        self.adjust(|node| {
            node.fields.push(field);
            Ok(())
        })
    }

    /// A parameter of its Content-Type.
    #[must_use]
    pub fn parameter(self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        let name = name.into();
        self.adjust(|node| match node.content {
            Content::Multipart if name.eq_ignore_ascii_case("boundary") => Err(BuildError::ParameterName),
            _ => node.media.set(name, value),
        })
    }

    /// This transfer encoding instead of the best one. It is refused if it cannot hold the content.
    #[must_use]
    pub fn encoding(self, encoding: TransferEncoding) -> Self {
        self.adjust(|node| {
            node.encoding = Some(encoding);
            Ok(())
        })
    }

    fn leaf(media: Result<MediaType<'a>, BuildError>, content: Content<'a>) -> Self {
        let (media, mistake) = match media {
            Ok(media) if media.is_kind("multipart") => (media, Some(BuildError::MediaType)),
            Ok(media) => (media, None),
            Err(mistake) => (MediaType::known("application/octet-stream"), Some(mistake)),
        };
        Self { nodes: vec![Node::new(media, content)], mistake }
    }

    /// Sets the disposition, its parameters kept; `replace` a disposition that is there.
    fn disposed(self, disposition: &'static str, replace: bool) -> Self {
        self.adjust(|node| {
            let old = node.disposition.take();
            node.disposition = Some(match old {
                Some(old) if !replace => old,
                Some(old) => old.renamed(disposition),
                None => MediaType::known(disposition),
            });
            Ok(())
        })
    }

    /// Changes the outermost part, keeping the first mistake.
    fn adjust(mut self, change: impl FnOnce(&mut Node<'a>) -> Result<(), BuildError>) -> Self {
        if let Some(node) = self.nodes.last_mut()
            && let Err(mistake) = change(node)
        {
            self.mistake.get_or_insert(mistake);
        }
        self
    }
}
