//! The views of a message that JMAP defines (RFC 8621 section 4.1.4): which parts are its text, which are attached.

use alloc::{string::String, vec::Vec};

use crate::{Message, Part, content::DispositionKind};

/// The three lists of section 4.1.4.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct BodyLists<'m> {
    /// What to show where text is wanted.
    pub text_body: Vec<Part<'m>>,
    /// What to show where HTML is wanted.
    pub html_body: Vec<Part<'m>>,
    /// The rest.
    pub attachments: Vec<Part<'m>>,
}

/// What the lists are in inside a multipart that is being walked.
#[derive(Clone, Copy)]
struct Context {
    kind: Multipart,
    in_alternative: bool,
    /// Which lists are still filled.
    text: bool,
    html: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Multipart {
    Alternative,
    Related,
    Mixed,
}

/// An open multipart: who its parts are and what it found so far.
struct Frame<'m> {
    children: Vec<Part<'m>>,
    next: usize,
    context: Context,
    text_before: usize,
    html_before: usize,
}

impl<'m> BodyLists<'m> {
    /// Sorts the parts of a message as section 4.1.4 suggests.
    #[must_use]
    pub fn of(message: &'m Message<'m>) -> Self {
        let mut lists = Self::default();
        let root = message.root();
        let context = Context { kind: Multipart::Mixed, in_alternative: false, text: true, html: true };
        let mut frames =
            Vec::from([Frame { children: Vec::from([root]), next: 0, context, text_before: 0, html_before: 0 }]);
        while let Some(frame) = frames.last_mut() {
            let position = frame.next;
            let Some(&part) = frame.children.get(position) else {
                if let Some(frame) = frames.pop() {
                    lists.complete(&frame);
                }
                continue;
            };
            frame.next += 1;
            let context = frame.context;
            match multipart_of(&part) {
                Some(kind) => frames.push(Frame {
                    children: part.children().collect(),
                    next: 0,
                    context: Context {
                        kind,
                        in_alternative: context.in_alternative || kind == Multipart::Alternative,
                        ..context
                    },
                    text_before: lists.text_body.len(),
                    html_before: lists.html_body.len(),
                }),
                None => frame.context = lists.leaf(part, position, context),
            }
        }
        lists
    }

    fn leaf(&mut self, part: Part<'m>, position: usize, mut context: Context) -> Context {
        let content_type = part.content_type();
        let (plain, html) = (content_type.is("text", "plain"), content_type.is("text", "html"));
        let media = ["image", "audio", "video"].iter().any(|main| content_type.is(main, "*"));
        let attached = part.disposition().is_some_and(|disposition| disposition.kind() == DispositionKind::Attachment);
        let first_or_unnamed =
            position == 0 || (context.kind != Multipart::Related && (media || part.file_name().is_none()));
        let inline = !attached && (plain || html || media) && first_or_unnamed;
        if !inline {
            self.attachments.push(part);
            return context;
        }
        if context.kind == Multipart::Alternative {
            if plain {
                self.text_body.push(part);
            } else if html {
                self.html_body.push(part);
            } else {
                self.attachments.push(part);
            }
            return context;
        }
        if context.in_alternative {
            // Related to the one alternative and not to the other.
            if plain {
                context.html = false;
            }
            if html {
                context.text = false;
            }
        }
        if context.text {
            self.text_body.push(part);
        }
        if context.html {
            self.html_body.push(part);
        }
        if (!context.text || !context.html) && media {
            self.attachments.push(part);
        }
        context
    }

    /// At the end of an alternative: what exists in one form only serves as the other.
    fn complete(&mut self, frame: &Frame<'m>) {
        if frame.context.kind != Multipart::Alternative {
            return;
        }
        let text: Vec<_> = self.text_body.get(frame.text_before..).unwrap_or_default().into();
        let html: Vec<_> = self.html_body.get(frame.html_before..).unwrap_or_default().into();
        if text.is_empty() && !html.is_empty() && frame.context.text {
            self.text_body.extend(html);
        } else if html.is_empty() && !text.is_empty() && frame.context.html {
            self.html_body.extend(text);
        }
    }
}

fn multipart_of(part: &Part<'_>) -> Option<Multipart> {
    let content_type = part.content_type();
    if part.is_leaf() || !content_type.is("multipart", "*") {
        return None;
    }
    Some(if content_type.is("multipart", "alternative") {
        Multipart::Alternative
    } else if content_type.is("multipart", "related") {
        Multipart::Related
    } else {
        Multipart::Mixed
    })
}

/// The beginning of the text, blanks made single: at most `chars` characters, for a list of messages (section 4.1.4,
/// `preview`). HTML is used without its tags if there is no plain text.
#[must_use]
pub fn preview(message: &Message<'_>, chars: usize) -> String {
    let lists = BodyLists::of(message);
    let mut texts = lists.text_body.iter().filter_map(|part| Some((part, part.text()?)));
    let Some((part, text)) = texts.next() else { return String::new() };
    let is_html = part.content_type().is("text", "html");
    let mut out = String::new();
    let mut left = chars;
    let mut blank = false;
    let mut in_tag = false;
    for c in text.chars() {
        if left == 0 {
            break;
        }
        match c {
            '<' if is_html => in_tag = true,
            '>' if is_html && in_tag => {
                in_tag = false;
                blank = true;
            }
            _ if in_tag => {}
            c if c.is_whitespace() || c.is_control() => blank = true,
            c => {
                if blank && !out.is_empty() && left > 1 {
                    out.push(' ');
                    left -= 1;
                }
                blank = false;
                out.push(c);
                left -= 1;
            }
        }
    }
    out
}

/// True if there is an attachment that is not shown inside the HTML (`hasAttachment`).
#[must_use]
pub fn has_attachment(message: &Message<'_>) -> bool {
    BodyLists::of(message).attachments.iter().any(|part| {
        let inline = part.disposition().is_some_and(|disposition| disposition.kind() == DispositionKind::Inline);
        !(inline && part.field("Content-ID").is_some())
    })
}
