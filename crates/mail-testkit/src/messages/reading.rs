//! What is to be found in a message, in terms that every reader of messages has.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de::Error as _};

use super::Values;

/// What a reader found in a message. A field that is missing is not told from an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reading {
    /// Subject, decoded.
    pub subject: String,
    /// Date: seconds since 1970-01-01T00:00:00Z, and minutes east of UTC if the zone is known.
    pub date: Option<(i64, Option<i16>)>,
    /// From.
    pub from: Vec<Group>,
    /// Sender.
    pub sender: Vec<Group>,
    /// To.
    pub to: Vec<Group>,
    /// Cc.
    pub cc: Vec<Group>,
    /// Reply-To.
    pub reply_to: Vec<Group>,
    /// Message-ID, without its brackets.
    pub message_id: String,
    /// References, without their brackets.
    pub references: Vec<String>,
    /// The parts that hold no parts, in document order.
    pub leaves: Vec<Leaf>,
    /// What the reader found to be wrong, in its own words.
    pub defects: Vec<String>,
}

/// An element of an address list: a group, or a mailbox as a group without a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// Its name, if it is a group.
    pub name: Option<String>,
    /// Name and address of each mailbox in it; the name is empty where there is none.
    pub mailboxes: Vec<(String, String)>,
}

/// A part that holds no parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Leaf {
    /// `type/subtype`, in lower case.
    pub content_type: String,
    /// The parameters of its type, names in lower case.
    pub parameters: BTreeMap<String, String>,
    /// The file name of its disposition.
    pub file_name: String,
    /// Content-ID, without its brackets.
    pub content_id: String,
    /// Content-Description, decoded.
    pub description: String,
    /// Its body, without transfer encoding.
    #[serde(deserialize_with = "from_hexadecimal")]
    pub body: Vec<u8>,
}

impl Reading {
    /// Every value by the name of what it is: `subject`, `to.0.1.address`, `leaf.2.body`. Empty ones are left out.
    #[must_use]
    pub fn values(&self) -> Values {
        let mut values = Values::new();
        let mut put = |name: String, value: &[u8]| {
            if !value.is_empty() {
                values.insert(name, value.to_vec());
            }
        };
        put("subject".into(), self.subject.as_bytes());
        put("date".into(), self.date.map(|date| format!("{date:?}")).unwrap_or_default().as_bytes());
        let lists = [
            ("from", &self.from),
            ("sender", &self.sender),
            ("to", &self.to),
            ("cc", &self.cc),
            ("reply-to", &self.reply_to),
        ];
        for (field, groups) in lists {
            for (at, group) in groups.iter().enumerate() {
                put(format!("{field}.{at}.group"), group.name.as_deref().unwrap_or_default().as_bytes());
                for (member, (name, address)) in group.mailboxes.iter().enumerate() {
                    put(format!("{field}.{at}.{member}.name"), name.as_bytes());
                    put(format!("{field}.{at}.{member}.address"), address.as_bytes());
                }
            }
        }
        put("message-id".into(), self.message_id.as_bytes());
        for (at, id) in self.references.iter().enumerate() {
            put(format!("references.{at}"), id.as_bytes());
        }
        for (at, leaf) in self.leaves.iter().enumerate() {
            put(format!("leaf.{at}.type"), leaf.content_type.as_bytes());
            put(format!("leaf.{at}.file-name"), leaf.file_name.as_bytes());
            put(format!("leaf.{at}.content-id"), leaf.content_id.as_bytes());
            put(format!("leaf.{at}.description"), leaf.description.as_bytes());
            put(format!("leaf.{at}.body"), &leaf.body);
            for (name, value) in &leaf.parameters {
                put(format!("leaf.{at}.parameter.{name}"), value.as_bytes());
            }
        }
        for (at, defect) in self.defects.iter().enumerate() {
            put(format!("defect.{at}"), defect.as_bytes());
        }
        values
    }
}

fn from_hexadecimal<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(source)?;
    let octet = |pair: &[u8]| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok();
    text.as_bytes().chunks(2).map(octet).collect::<Option<_>>().ok_or_else(|| D::Error::custom("not hexadecimal"))
}
