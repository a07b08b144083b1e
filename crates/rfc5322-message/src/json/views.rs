//! The views of JMAP (RFC 8621 section 4.1.4).

use alloc::{borrow::Cow, string::String, vec::Vec};

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{Part, jmap::BodyLists};

/// An EmailBodyPart, without what only a server knows (`blobId`) and what is a header of its own (`headers`, `subParts`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BodyPart<'m> {
    /// The number of the part in the message, as [`Part::index`].
    part_id: String,
    /// Decoded, in bytes.
    size: usize,
    name: Option<Cow<'m, str>>,
    r#type: String,
    charset: Option<Cow<'m, str>>,
    disposition: Option<&'static str>,
    cid: Option<String>,
    language: Option<Vec<String>>,
    location: Option<Cow<'m, str>>,
}

impl<'m> BodyPart<'m> {
    fn of(part: &Part<'m>) -> Self {
        let content_type = part.content_type();
        let named = |name: &str| part.field(name).map(|field| field.text());
        let is_text = content_type.is("text", "*");
        Self {
            part_id: alloc::format!("{}", part.index()),
            size: part.decoded().bytes.len(),
            name: part.file_name(),
            r#type: alloc::format!("{content_type}"),
            charset: if is_text { part.charset().or(Some(Cow::Borrowed("us-ascii"))) } else { None },
            disposition: part.disposition().map(|disposition| disposition.kind().as_str()),
            cid: part.field("Content-ID").and_then(|field| Some(field.message_ids().next()?.as_str().into())),
            language: named("Content-Language").map(|list| list.split(',').map(|tag| tag.trim().into()).collect()),
            location: named("Content-Location"),
        }
    }
}

impl Serialize for BodyLists<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = serializer.serialize_struct("BodyLists", 3)?;
        shape.serialize_field("textBody", &List(&self.text_body))?;
        shape.serialize_field("htmlBody", &List(&self.html_body))?;
        shape.serialize_field("attachments", &List(&self.attachments))?;
        shape.end()
    }
}

/// Parts, of which each is read when its turn comes.
struct List<'l, 'm>(&'l [Part<'m>]);

impl Serialize for List<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(BodyPart::of))
    }
}
