//! What a parser is told, and what a decoder tells.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Duplicates, Limits, charset::Unlabelled, codec::Forgiven};

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct LimitsShape {
    depth: u16,
    parts: u32,
    fields: u32,
    field_bytes: usize,
    header_bytes: usize,
    defects: u32,
    duplicates: Duplicates,
    unlabelled: Unlabelled,
}

impl Default for LimitsShape {
    fn default() -> Self {
        Self::of(&Limits::default())
    }
}

impl LimitsShape {
    const fn of(limits: &Limits) -> Self {
        let Limits { depth, parts, fields, field_bytes, header_bytes, defects, duplicates, unlabelled } = *limits;
        Self { depth, parts, fields, field_bytes, header_bytes, defects, duplicates, unlabelled }
    }
}

impl Serialize for Limits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        LimitsShape::of(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Limits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let LimitsShape { depth, parts, fields, field_bytes, header_bytes, defects, duplicates, unlabelled } =
            LimitsShape::deserialize(deserializer)?;
        Ok(Self { depth, parts, fields, field_bytes, header_bytes, defects, duplicates, unlabelled })
    }
}

#[derive(Serialize, Deserialize)]
struct ForgivenShape {
    stray: u64,
    truncated: bool,
    after_padding: bool,
}

impl Serialize for Forgiven {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { stray, truncated, after_padding } = *self;
        ForgivenShape { stray, truncated, after_padding }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Forgiven {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ForgivenShape { stray, truncated, after_padding } = ForgivenShape::deserialize(deserializer)?;
        Ok(Self { stray, truncated, after_padding })
    }
}
