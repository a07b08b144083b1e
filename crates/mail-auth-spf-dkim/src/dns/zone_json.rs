use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::{DnsError, InvalidName, MailExchange, Name, RecordType, Records, Zone};

/// Why a text is not a zone. The fault is of whoever wrote the zone file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidZone {
    /// The text is not JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A key, or the target of a record, is no name.
    #[error("{text:?} is not a name: {reason}")]
    Name {
        /// What stands there.
        text: String,
        /// What is wrong with it.
        reason: InvalidName,
    },
    /// A record has not the form that its type wants.
    #[error("at {name}: {record_type} records have another form")]
    Form {
        /// The name that the record is for.
        name: String,
        /// The type as it is written.
        record_type: String,
    },
}

impl Zone {
    /// Reads a zone from JSON: an object with a name for each key, and for each name either `"TEMPFAIL"` or an
    /// object with record types for keys.
    ///
    /// `A`, `AAAA` and `PTR` are lists of texts, `MX` a list of pairs `[preference, name]`, `TXT` a list of texts or of
    /// lists of character-strings that belong together, in which a character from U+0080 to U+00FF stands for the octet of
    /// that number. A single value may stand for a list of one, and `"TEMPFAIL"` for records that cannot be had. Types that
    /// no machine asks for are passed over. A question for a name that is not there fails if its first label is `error`, and
    /// finds no name otherwise.
    ///
    /// ```
    /// use mail_auth_spf_dkim::dns::{Name, RecordType, Zone};
    ///
    /// let zone = Zone::from_json(r#"{"example.com": {"TXT": [["v=spf1 ", "mx -all"]], "MX": [[10, "mx.example.com"]]}}"#)?;
    /// let name = Name::parse("example.com").unwrap();
    /// assert_eq!(zone.lookup(&name, RecordType::Txt).unwrap().texts().next(), Some(&b"v=spf1 mx -all"[..]));
    /// # Ok::<(), mail_auth_spf_dkim::dns::InvalidZone>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidZone`] says what is wrong with the text and where.
    pub fn from_json(text: &str) -> Result<Self, InvalidZone> {
        let root: serde_json::Map<String, Value> = serde_json::from_str(text)?;
        let mut zone = Self::new();
        zone.fail_under("error");
        for (key, value) in &root {
            let name = name(key)?;
            zone.insert_name(name.clone());
            match value {
                Value::Object(types) => {
                    for (record_type, value) in types {
                        zone.insert_json(&name, record_type, value)?;
                    }
                }
                Value::String(word) if word == "TEMPFAIL" => {
                    for record_type in EVERY_TYPE {
                        zone.insert_error(name.clone(), record_type, DnsError::Temporary);
                    }
                }
                _ => return Err(InvalidZone::Form { name: key.clone(), record_type: "all".to_string() }),
            }
        }
        Ok(zone)
    }

    fn insert_json(&mut self, name: &Name, written: &str, value: &Value) -> Result<(), InvalidZone> {
        let Some(record_type) = EVERY_TYPE.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(written))
        else {
            return Ok(());
        };
        if value == "TEMPFAIL" {
            self.insert_error(name.clone(), record_type, DnsError::Temporary);
            return Ok(());
        }
        let list = match value {
            // A pair alone is a list as well.
            Value::Array(list) if record_type != RecordType::Mx || list.iter().all(Value::is_array) => list.as_slice(),
            single => core::slice::from_ref(single),
        };
        let form = || InvalidZone::Form { name: name.to_string(), record_type: written.to_string() };
        let records = match record_type {
            RecordType::A => {
                Records::A(texts(list).map(|t| t?.parse::<Ipv4Addr>().ok()).collect::<Option<_>>().ok_or_else(form)?)
            }
            RecordType::Aaaa => {
                Records::Aaaa(texts(list).map(|t| t?.parse::<Ipv6Addr>().ok()).collect::<Option<_>>().ok_or_else(form)?)
            }
            RecordType::Ptr => {
                let targets: Vec<&str> = texts(list).collect::<Option<_>>().ok_or_else(form)?;
                Records::Ptr(targets.into_iter().map(self::name).collect::<Result<_, _>>()?)
            }
            RecordType::Mx => {
                let mut exchanges = Vec::with_capacity(list.len());
                for pair in list {
                    let Some([preference, exchange]) = pair.as_array().map(Vec::as_slice) else { return Err(form()) };
                    let preference = preference.as_u64().and_then(|n| u16::try_from(n).ok()).ok_or_else(form)?;
                    let exchange = exchange.as_str().ok_or_else(form)?;
                    // The root is written as nothing at all by some.
                    let exchange = if exchange.is_empty() { Name::root() } else { self::name(exchange)? };
                    exchanges.push(MailExchange { preference, exchange });
                }
                Records::Mx(exchanges)
            }
            RecordType::Txt => Records::Txt(list.iter().map(joined).collect::<Option<_>>().ok_or_else(form)?),
        };
        self.insert(name.clone(), records);
        Ok(())
    }
}

const EVERY_TYPE: [RecordType; 5] = [RecordType::A, RecordType::Aaaa, RecordType::Mx, RecordType::Ptr, RecordType::Txt];

fn name(text: &str) -> Result<Name, InvalidZone> {
    Name::for_query(text).map_err(|reason| InvalidZone::Name { text: text.to_string(), reason })
}

fn texts(list: &[Value]) -> impl Iterator<Item = Option<&str>> {
    list.iter().map(Value::as_str)
}

/// The octets of a TXT record. A character up to U+00FF that is not ASCII stands for the octet of that number, since
/// JSON has no other way to write one.
fn joined(record: &Value) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    let strings = match record {
        Value::Array(strings) => strings.as_slice(),
        single => core::slice::from_ref(single),
    };
    for string in strings {
        for character in string.as_str()?.chars() {
            match u8::try_from(u32::from(character)) {
                Ok(octet) => octets.push(octet),
                Err(_) => octets.extend(character.encode_utf8(&mut [0; 4]).bytes()),
            }
        }
    }
    Some(octets)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn found(json: &str, record_type: RecordType) -> Records {
        let zone = Zone::from_json(json).unwrap();
        zone.lookup(&Name::parse("example.com").unwrap(), record_type).unwrap().clone()
    }

    #[test]
    fn a_single_value_is_a_list_of_one() {
        for (record_type, single, list) in [
            (RecordType::A, r#""192.0.2.1""#, r#"["192.0.2.1"]"#),
            (RecordType::Aaaa, r#""2001:db8::1""#, r#"["2001:db8::1"]"#),
            (RecordType::Ptr, r#""a.example""#, r#"["a.example"]"#),
            (RecordType::Mx, r#"[10, "mx.example.com"]"#, r#"[[10, "mx.example.com"]]"#),
            (RecordType::Txt, r#""v=spf1 -all""#, r#"["v=spf1 -all"]"#),
        ] {
            let of = |value| found(&format!(r#"{{"example.com": {{"{record_type}": {value}}}}}"#), record_type);
            assert_eq!(of(single), of(list));
            assert_ne!(of(single), of("[]"));
        }
    }

    #[test]
    fn what_is_no_record_is_refused_with_its_name() {
        for mx in [r#"[10]"#, r#"["mx.example.com"]"#, r#"[10, "a", [20, "b"]]"#, r#"[[65536, "a"]]"#, r#""a""#] {
            let error = Zone::from_json(&format!(r#"{{"example.com": {{"MX": {mx}}}}}"#)).unwrap_err();
            assert_eq!(error.to_string(), "at example.com: MX records have another form", "{mx}");
        }
    }

    #[test]
    fn octets_of_text_that_are_not_ascii() {
        let records = found(r#"{"example.com": {"TXT": [["v=spf1 ", "\u00ff\u0080"], "\u20ac"]}}"#, RecordType::Txt);
        assert_eq!(records.texts().collect::<Vec<_>>(), [&b"v=spf1 \xff\x80"[..], "\u{20ac}".as_bytes()]);
    }
}
