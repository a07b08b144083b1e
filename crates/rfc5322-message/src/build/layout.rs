//! From a tree of parts to a row of segments: encodings chosen, boundaries found, headers written.

use alloc::{borrow::Cow, vec::Vec};

use super::{
    Bcc, BuildError, Field, MediaType, Options, Outgoing, Part,
    boundary::{Boundaries, Boundary},
    check,
    outgoing::Segment,
    part::{Content, Node},
};
use crate::{
    encode::{Capabilities, Folder, Survey, TransferEncoding, canonical},
    fields::FieldName,
    value::AddrSpec,
};

pub(super) fn lay_out<'a>(
    fields: Vec<Field<'a>>,
    body: Part<'a>,
    reverse_path: Option<AddrSpec<'a>>,
    options: &Options,
) -> Result<Outgoing<'a>, BuildError> {
    let Part { mut nodes, mistake } = body;
    if let Some(mistake) = mistake {
        return Err(mistake);
    }
    let smtp_utf8 = check::needs_smtp_utf8(&fields, &nodes, reverse_path.as_ref(), options.capabilities)?;
    settle_encodings(&mut nodes, options.capabilities)?;
    let mut boundaries = Boundaries::new(&options.randomness);
    if nodes.len() > 1 {
        for node in nodes.iter().filter(|node| node.settled().is_identity() && node.equals_sign) {
            boundaries.avoid(content_bytes(&node.content));
        }
    }

    let mut layout = Layout {
        text: Vec::with_capacity(512 + 256 * nodes.len()),
        from: 0,
        segments: Vec::with_capacity(2 * nodes.len() + 1),
    };
    let shown = |field: &Field<'_>| {
        options.bcc == Bcc::Keep || !matches!(field.known_name(), FieldName::Bcc | FieldName::ResentBcc)
    };
    for field in fields.iter().filter(|field| shown(field)) {
        field.write(&mut layout.text);
    }
    for node in &mut nodes {
        node.fields.retain(shown);
    }
    layout.text.extend_from_slice(b"MIME-Version: 1.0\r\n");
    layout.tree(&mut nodes, &mut boundaries);
    layout.end();
    let Layout { text, segments, .. } = layout;
    let encoding = nodes.last().map_or(TransferEncoding::SevenBit, Node::settled);
    Ok(Outgoing { fields, reverse_path, text, segments, encoding, smtp_utf8 })
}

/// Settles the transfer encoding of each node; that of a multipart is the most demanding of those inside it (RFC 2045
/// section 6.4).
fn settle_encodings(nodes: &mut [Node<'_>], capabilities: Capabilities) -> Result<(), BuildError> {
    let last = nodes.len().saturating_sub(1);
    // What is finished and not yet inside a multipart: (first node, demand).
    let mut done: Vec<(usize, TransferEncoding)> = Vec::new();
    for (index, node) in nodes.iter_mut().enumerate() {
        let mut first = index;
        let encoding = if matches!(node.content, Content::Multipart) {
            first -= node.descendants.min(index);
            let mut demand = TransferEncoding::SevenBit;
            while let Some((_, inner)) = done.pop_if(|(start, _)| *start >= first) {
                demand = demand.max(inner);
            }
            if node.encoding.is_some_and(|asked| asked != demand) {
                return Err(BuildError::Encoding);
            }
            demand
        } else {
            choose(node, capabilities, index == last)?
        };
        if last > 0 {
            done.push((first, if encoding.is_identity() { encoding } else { TransferEncoding::SevenBit }));
        }
        node.encoding = Some(encoding);
    }
    Ok(())
}

fn choose(node: &mut Node<'_>, capabilities: Capabilities, whole: bool) -> Result<TransferEncoding, BuildError> {
    let allowed = |encoding| match encoding {
        TransferEncoding::EightBit => capabilities.eight_bit_mime,
        TransferEncoding::Binary => capabilities.binary_mime,
        _ => true,
    };
    let is_text = matches!(node.content, Content::Text(_)) || node.media.is_kind("text");
    let is_message = is_embedded(&node.media);
    match node.content {
        Content::Source { .. } => match node.encoding.unwrap_or(TransferEncoding::Base64) {
            encoding @ (TransferEncoding::QuotedPrintable | TransferEncoding::Base64) if !is_message => Ok(encoding),
            _ => Err(BuildError::Encoding),
        },
        Content::Bytes(_) if !is_text && !is_message && node.encoding.is_none() => {
            Ok(if capabilities.binary_mime && !whole { TransferEncoding::Binary } else { TransferEncoding::Base64 })
        }
        _ => {
            let mut survey = survey(&mut node.content);
            node.equals_sign = survey.equals_sign;
            // A message ends with a line end; bytes that do not must not get one.
            if whole && matches!(node.content, Content::Bytes(_)) && !is_message {
                survey.binary |= !survey.ends_with_line;
            }
            match node.encoding {
                Some(asked) if asked.can_hold(&survey) && allowed(asked) && (!is_message || asked.is_identity()) => {
                    Ok(asked)
                }
                Some(_) => Err(BuildError::Encoding),
                None if is_message => {
                    [TransferEncoding::SevenBit, TransferEncoding::EightBit, TransferEncoding::Binary]
                        .into_iter()
                        .find(|encoding| encoding.can_hold(&survey) && allowed(*encoding))
                        .ok_or(BuildError::EmbeddedMessage)
                }
                None if whole && survey.binary => Ok(TransferEncoding::choose(&survey, Capabilities::NONE)),
                None => Ok(TransferEncoding::choose(&survey, capabilities)),
            }
        }
    }
}

/// What is in the content. Text is made canonical if it is not.
fn survey(content: &mut Content<'_>) -> Survey {
    let seen = Survey::of(content_bytes(content));
    match content {
        Content::Text(text) if seen.bare_line_feed => {
            *text = canonical(core::mem::take(text));
            Survey::of(text.as_bytes())
        }
        _ => seen,
    }
}

/// True for what may not be encoded: `message/rfc822` and its like, but not `message/global` (RFC 6532 section 3.7).
fn is_embedded(media: &MediaType<'_>) -> bool {
    media.is_kind("message") && !media.essence().to_ascii_lowercase().starts_with("message/global")
}

fn content_bytes<'c>(content: &'c Content<'_>) -> &'c [u8] {
    match content {
        Content::Text(text) => text.as_bytes(),
        Content::Bytes(bytes) => bytes,
        Content::Source { .. } | Content::Multipart => &[],
    }
}

/// What the walk through the tree still has to do.
enum Task {
    Open(usize),
    Delimiter { boundary: Boundary, first: bool },
    Close { boundary: Boundary },
}

struct Layout<'a> {
    text: Vec<u8>,
    /// Where the text begins that no segment has yet.
    from: usize,
    segments: Vec<Segment<'a>>,
}

impl<'a> Layout<'a> {
    fn tree(&mut self, nodes: &mut [Node<'a>], boundaries: &mut Boundaries) {
        let Some(root) = nodes.len().checked_sub(1) else { return };
        if let [leaf] = nodes {
            self.head(leaf, None);
            return self.content(leaf, true);
        }
        let mut tasks = Vec::from([Task::Open(root)]);
        while let Some(task) = tasks.pop() {
            match task {
                Task::Open(index) => {
                    let Some(node) = nodes.get_mut(index) else { continue };
                    if matches!(node.content, Content::Multipart) {
                        let boundary = boundaries.next();
                        self.head(node, Some(&boundary));
                        tasks.push(Task::Close { boundary });
                        push_children(nodes, index, boundary, &mut tasks);
                    } else {
                        self.head(node, None);
                        self.content(node, index == root);
                    }
                }
                Task::Delimiter { boundary, first } => {
                    self.delimiter(&boundary, if first { b"--" } else { b"\r\n--" }, b"\r\n");
                }
                Task::Close { boundary } => self.delimiter(&boundary, b"\r\n--", b"--"),
            }
        }
    }

    fn delimiter(&mut self, boundary: &Boundary, before: &[u8], after: &[u8]) {
        self.text.extend_from_slice(before);
        self.text.extend_from_slice(boundary.as_bytes());
        self.text.extend_from_slice(after);
    }

    /// The header of a part, and the empty line after it.
    fn head(&mut self, node: &Node<'a>, boundary: Option<&Boundary>) {
        let mut folder = Folder::field("Content-Type", &mut self.text);
        node.media.write(&mut folder);
        if let Some(boundary) = boundary {
            folder.cling(b";");
            folder.spaced(1, &[b"boundary=\"", boundary.as_bytes(), b"\""]);
        }
        folder.end();
        self.text.extend_from_slice(b"Content-Transfer-Encoding: ");
        self.text.extend_from_slice(node.settled().as_str().as_bytes());
        self.text.extend_from_slice(b"\r\n");
        if let Some(disposition) = &node.disposition {
            let mut folder = Folder::field("Content-Disposition", &mut self.text);
            disposition.write(&mut folder);
            folder.end();
        }
        for field in &node.fields {
            field.write(&mut self.text);
        }
        self.text.extend_from_slice(b"\r\n");
    }

    fn content(&mut self, node: &mut Node<'a>, whole: bool) {
        let encoding = node.settled();
        let content = match core::mem::replace(&mut node.content, Content::Multipart) {
            Content::Source { id, length } => {
                self.cut();
                self.segments.push(Segment::Source { id, length, encoding });
                return;
            }
            Content::Text(Cow::Borrowed(text)) => Cow::Borrowed(text.as_bytes()),
            Content::Text(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
            Content::Bytes(bytes) => bytes,
            Content::Multipart => return,
        };
        // Text at the end of a message ends its last line.
        let missing_end = whole && encoding.is_identity() && !content.ends_with(b"\r\n") && !content.is_empty();
        self.cut();
        self.segments.push(Segment::Content { content, encoding });
        if missing_end {
            self.text.extend_from_slice(b"\r\n");
        }
    }

    /// The end of the message, which is the end of a line.
    fn end(&mut self) {
        use TransferEncoding::{Base64, QuotedPrintable};
        let end: &[u8] = match self.segments.last() {
            _ if self.from < self.text.len() => {
                if self.text.ends_with(b"\r\n") {
                    b""
                } else {
                    b"\r\n"
                }
            }
            Some(Segment::Content { encoding: QuotedPrintable, content }) if content.ends_with(b"\r\n") => b"",
            // A line end that is none of the content's.
            Some(
                Segment::Content { encoding: QuotedPrintable, .. } | Segment::Source { encoding: QuotedPrintable, .. },
            ) => b"=\r\n",
            Some(Segment::Content { encoding: Base64, .. } | Segment::Source { encoding: Base64, .. }) => b"\r\n",
            _ => b"",
        };
        self.text.extend_from_slice(end);
        self.cut();
    }

    /// Makes a segment of the text so far.
    fn cut(&mut self) {
        if self.from < self.text.len() {
            self.segments.push(Segment::Text(self.from..self.text.len()));
            self.from = self.text.len();
        }
    }
}

/// A delimiter and a part for each part inside `index`, so that the first comes first.
fn push_children(nodes: &[Node<'_>], index: usize, boundary: Boundary, tasks: &mut Vec<Task>) {
    let Some(mut left) = nodes.get(index).map(|node| node.descendants) else { return };
    let mut child = index;
    while left > 0 && child > 0 {
        child -= 1;
        let size = nodes.get(child).map_or(0, |node| node.descendants) + 1;
        left = left.saturating_sub(size);
        tasks.push(Task::Open(child));
        tasks.push(Task::Delimiter { boundary, first: left == 0 });
        child = (child + 1).saturating_sub(size);
    }
}
