//! What other fields say, and what they say about the way of a message: lists, keys, fragments, envelopes.

use alloc::{borrow::Cow, boxed::Box, string::String, vec::Vec};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    Autocrypt,
    build::{Envelope, ListUri},
    content::partial::Fragment,
    syntax::list::ListId,
    value::{AddrSpec, InvalidValue, check_text},
};

#[derive(Serialize, Deserialize)]
struct ListIdShape<'a> {
    #[serde(default)]
    name: Option<Cow<'a, str>>,
    id: Cow<'a, str>,
}

impl Serialize for ListId<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.name.as_deref().map(Cow::Borrowed);
        ListIdShape { name, id: Cow::Borrowed(&self.id) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ListId<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ListIdShape { name, id } = ListIdShape::deserialize(deserializer)?;
        check_text(name.as_deref().unwrap_or_default()).and_then(|()| not_empty(&id)).map_err(D::Error::custom)?;
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Ok(Self { name: name.map(owned), id: owned(id) })
    }
}

impl Serialize for ListUri<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ListUri<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[derive(Serialize, Deserialize)]
struct AutocryptShape<'a> {
    address: Cow<'a, str>,
    prefers_encryption: bool,
    key_data: Cow<'a, str>,
}

impl Serialize for Autocrypt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { address, prefers_encryption, key_data } = self;
        let (address, key_data) = (Cow::Borrowed(&**address), Cow::Borrowed(&**key_data));
        AutocryptShape { address, prefers_encryption: *prefers_encryption, key_data }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Autocrypt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let AutocryptShape { address, prefers_encryption, key_data } = AutocryptShape::deserialize(deserializer)?;
        not_empty(&address).and_then(|()| not_empty(&key_data)).map_err(D::Error::custom)?;
        Ok(Self { address: address.into(), prefers_encryption, key_data: key_data.into() })
    }
}

#[derive(Serialize, Deserialize)]
struct FragmentShape {
    id: Box<str>,
    number: u32,
    #[serde(default)]
    total: Option<u32>,
}

impl Serialize for Fragment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FragmentShape { id: self.id.clone(), number: self.number, total: self.total }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fragment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let FragmentShape { id, number, total } = FragmentShape::deserialize(deserializer)?;
        not_empty(&id).map_err(D::Error::custom)?;
        if number == 0 || total == Some(0) {
            return Err(D::Error::custom("fragments are counted from 1"));
        }
        Ok(Self { id, number, total })
    }
}

#[derive(Serialize, Deserialize)]
struct EnvelopeShape<'a> {
    #[serde(bound(deserialize = "AddrSpec<'a>: Deserialize<'de>"))]
    reverse_path: AddrSpec<'a>,
    #[serde(bound(deserialize = "AddrSpec<'a>: Deserialize<'de>"))]
    recipients: Vec<AddrSpec<'a>>,
}

impl Serialize for Envelope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (reverse_path, recipients) = (self.reverse_path().clone(), self.recipients().to_vec());
        EnvelopeShape { reverse_path, recipients }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Envelope<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let EnvelopeShape { reverse_path, recipients } = EnvelopeShape::<'static>::deserialize(deserializer)?;
        Ok(Self::given(reverse_path, recipients))
    }
}

/// Text that has to be there.
fn not_empty(text: &str) -> Result<(), InvalidValue> {
    if text.is_empty() { Err(InvalidValue::Empty) } else { check_text(text) }
}
