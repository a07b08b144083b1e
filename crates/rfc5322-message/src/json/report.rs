//! Reports and trace fields.

use alloc::{borrow::Cow, string::String, vec::Vec};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeStruct};

use crate::{
    Received,
    charset::Unlabelled,
    report::{Block, DeliveryStatus, Disposition, DispositionNotification, FeedbackReport, Recipient, Typed},
    syntax::text,
    value::{InvalidValue, check_text},
};

impl Serialize for Typed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = serializer.serialize_struct("Typed", 2)?;
        shape.serialize_field("kind", &self.kind)?;
        shape.serialize_field("value", &self.value)?;
        shape.end()
    }
}

impl<'de> Deserialize<'de> for Typed<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            kind: String,
            value: String,
        }
        let Parts { kind, value } = Parts::deserialize(deserializer)?;
        check_text(&kind).and_then(|()| check_text(&value)).map_err(D::Error::custom)?;
        if kind.is_empty() || kind.contains(';') {
            return Err(D::Error::custom(InvalidValue::Empty));
        }
        Ok(Self { kind: Cow::Owned(kind), value: Cow::Owned(value) })
    }
}

#[derive(Serialize, Deserialize)]
struct DispositionShape<'a> {
    action_mode: Cow<'a, str>,
    sending_mode: Cow<'a, str>,
    kind: Cow<'a, str>,
    modifiers: Cow<'a, [String]>,
}

impl Serialize for Disposition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { action_mode, sending_mode, kind, modifiers } = self;
        DispositionShape {
            action_mode: action_mode.into(),
            sending_mode: sending_mode.into(),
            kind: kind.into(),
            modifiers: modifiers.into(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Disposition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let shape = DispositionShape::deserialize(deserializer)?;
        let words = [&shape.action_mode, &shape.sending_mode, &shape.kind];
        let modifiers = shape.modifiers.iter().map(String::as_str);
        for text in words.into_iter().map(AsRef::as_ref).chain(modifiers) {
            check_text(text).map_err(D::Error::custom)?;
        }
        Ok(Self {
            action_mode: shape.action_mode.into_owned(),
            sending_mode: shape.sending_mode.into_owned(),
            kind: shape.kind.into_owned(),
            modifiers: shape.modifiers.into_owned(),
        })
    }
}

#[derive(Serialize)]
struct BlockField<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, str>,
}

impl Serialize for Block<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.fields().map(|field| BlockField {
            name: String::from_utf8_lossy(field.name()),
            value: text::unstructured(field.body(), Unlabelled::default()),
        }))
    }
}

impl Serialize for Recipient<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.block().serialize(serializer)
    }
}

impl Serialize for DeliveryStatus<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = serializer.serialize_struct("DeliveryStatus", 2)?;
        shape.serialize_field("message", &self.message())?;
        shape.serialize_field("recipients", &self.recipients().collect::<Vec<_>>())?;
        shape.end()
    }
}

impl Serialize for DispositionNotification<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.block().serialize(serializer)
    }
}

impl Serialize for FeedbackReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.block().serialize(serializer)
    }
}

/// The members of a Received, which are all strings but the date.
#[derive(Serialize, Deserialize)]
#[serde(default)]
#[derive(Default)]
struct ReceivedShape<'a> {
    from: Option<Cow<'a, str>>,
    from_info: Option<Cow<'a, str>>,
    by: Option<Cow<'a, str>>,
    by_info: Option<Cow<'a, str>>,
    via: Option<Cow<'a, str>>,
    with: Option<Cow<'a, str>>,
    with_info: Option<Cow<'a, str>>,
    id: Option<Cow<'a, str>>,
    r#for: Option<Cow<'a, str>>,
    date: Option<crate::value::DateTime>,
}

impl Serialize for Received<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let borrowed = |text: &'_ Option<Cow<'_, str>>| text.as_deref().map(|text| Cow::Owned(text.into()));
        ReceivedShape {
            from: borrowed(&self.from),
            from_info: borrowed(&self.from_info),
            by: borrowed(&self.by),
            by_info: borrowed(&self.by_info),
            via: borrowed(&self.via),
            with: borrowed(&self.with),
            with_info: borrowed(&self.with_info),
            id: borrowed(&self.id),
            r#for: borrowed(&self.for_recipient),
            date: self.date,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Received<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let shape = ReceivedShape::deserialize(deserializer)?;
        let checked = |text: Option<Cow<'_, str>>| match text {
            Some(text) => {
                check_text(&text).map_err(D::Error::custom)?;
                Ok(Some(Cow::Owned(text.into_owned())))
            }
            None => Ok(None),
        };
        Ok(Self {
            from: checked(shape.from)?,
            from_info: checked(shape.from_info)?,
            by: checked(shape.by)?,
            by_info: checked(shape.by_info)?,
            via: checked(shape.via)?,
            with: checked(shape.with)?,
            with_info: checked(shape.with_info)?,
            id: checked(shape.id)?,
            for_recipient: checked(shape.r#for)?,
            date: shape.date,
        })
    }
}
