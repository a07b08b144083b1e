//! Media types and dispositions with their parameters.

use alloc::{borrow::Cow, collections::BTreeMap, format, string::String, vec::Vec};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::{ContentType, build::MediaType, content::Disposition};

/// Parameters in their order, as a map.
struct Parameters<T>(T);

impl<N: AsRef<str>, V: AsRef<str>> Serialize for Parameters<&[(N, V)]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            map.serialize_entry(name.as_ref(), value.as_ref())?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Parameters<Vec<(String, String)>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, String)>;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a map of parameters")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut seen = BTreeMap::new();
                let mut parameters = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    if seen.insert(name.to_ascii_lowercase(), ()).is_some() {
                        return Err(A::Error::custom(format!("the parameter {name} twice")));
                    }
                    parameters.push((name, value));
                }
                Ok(parameters)
            }
        }

        deserializer.deserialize_map(InOrder).map(Self)
    }
}

#[derive(Serialize)]
struct Shape<'s, N: AsRef<str>, V: AsRef<str>> {
    r#type: &'s str,
    parameters: Parameters<&'s [(N, V)]>,
}

impl Serialize for ContentType<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parameters: Vec<_> = self.parameters().collect();
        Shape { r#type: &format!("{self}"), parameters: Parameters(parameters.as_slice()) }.serialize(serializer)
    }
}

impl Serialize for Disposition<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parameters: Vec<_> = self.parameters().collect();
        Shape { r#type: self.kind().as_str(), parameters: Parameters(parameters.as_slice()) }.serialize(serializer)
    }
}

impl Serialize for MediaType<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parameters: Vec<_> = self.parameters().collect();
        Shape { r#type: self.essence(), parameters: Parameters(parameters.as_slice()) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for MediaType<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            r#type: String,
            #[serde(default)]
            parameters: Option<Parameters<Vec<(String, String)>>>,
        }
        let Parts { r#type, parameters } = Parts::deserialize(deserializer)?;
        let mut media = Self::new(r#type).map_err(D::Error::custom)?;
        for (name, value) in parameters.map(|parameters| parameters.0).unwrap_or_default() {
            media = media.with(Cow::<str>::Owned(name), value).map_err(D::Error::custom)?;
        }
        Ok(media)
    }
}
