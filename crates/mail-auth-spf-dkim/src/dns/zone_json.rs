use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::{DnsError, InvalidName, MailExchange, Name, RecordType, Records, Zone};

/// Why a text is not a zone. The fault is of whoever wrote the zone file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidZone {
    /// The text is no JSON, or no object.
    #[error("not a JSON object with names for keys: {0}")]
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
    #[error("at {name}: {record_type} records are written like {}", form(.record_type))]
    Form {
        /// The name that the record is for.
        name: String,
        /// The type as it is written.
        record_type: String,
    },
    /// What stands at a name has not the form that any has.
    #[error("at {name}: what a name has is written like {{\"TXT\": [\"v=spf1 -all\"]}}, or \"TEMPFAIL\"")]
    NameForm {
        /// The name.
        name: String,
    },
    /// No such type of records is known here.
    #[error("at {name}: {record_type:?} is no known type of records")]
    Type {
        /// The name that the record is for.
        name: String,
        /// The type as it is written.
        record_type: String,
    },
    /// A name, or a type of a name, is there twice, be it in another case.
    #[error("{key:?} is there twice")]
    Twice {
        /// The second of them, as it is written.
        key: String,
    },
}

impl Zone {
    /// Reads a zone from JSON: an object with a name for each key, and for each name either `"TEMPFAIL"` or an
    /// object with record types for keys.
    ///
    /// `A`, `AAAA` and `PTR` are lists of texts, `MX` a list of pairs `[preference, name]`, `TXT` a list of texts or of
    /// lists of character-strings that belong together, in which a character from U+0080 to U+00FF stands for the octet of
    /// that number. A single value may stand for a list of one, and `"TEMPFAIL"` for records that cannot be had. A name with
    /// a `CNAME` has what the name behind it has, as far as it has not the type itself. Types that no machine asks for are
    /// passed over. Nothing may be there twice: names and types count as the same in any case. Names may have U-labels. A
    /// question for a name that is not there fails if its first label is `error`, and finds no name otherwise; an asterisk is
    /// a label like others.
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
        // Some editors begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root: serde_json::Map<String, Value> = serde_json::from_str(text)?;
        if let Some(key) = repeated_key(text) {
            return Err(InvalidZone::Twice { key });
        }
        let mut zone = Self::new();
        zone.fail_under("error");
        for (key, value) in &root {
            let name = name(key)?;
            // One may be written with A-labels, the other with U-labels.
            if zone.has(&name) {
                return Err(InvalidZone::Twice { key: key.clone() });
            }
            zone.insert_name(name.clone());
            match value {
                Value::Object(types) => {
                    for (record_type, value) in types {
                        if !record_type.eq_ignore_ascii_case("CNAME") {
                            zone.insert_json(&name, record_type, value)?;
                        } else if value == "TEMPFAIL" {
                            for missing in EVERY_TYPE {
                                if !types.keys().any(|there| missing.as_str().eq_ignore_ascii_case(there)) {
                                    zone.insert_error(name.clone(), missing, DnsError::Temporary);
                                }
                            }
                        } else {
                            zone.insert_alias(name.clone(), alias(key, record_type, value)?);
                        }
                    }
                }
                Value::String(word) if word == "TEMPFAIL" => {
                    for record_type in EVERY_TYPE {
                        zone.insert_error(name.clone(), record_type, DnsError::Temporary);
                    }
                }
                _ => return Err(InvalidZone::NameForm { name: key.clone() }),
            }
        }
        Ok(zone)
    }

    fn insert_json(&mut self, name: &Name, written: &str, value: &Value) -> Result<(), InvalidZone> {
        let Some(record_type) = EVERY_TYPE.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(written))
        else {
            let known = OTHER_TYPES.into_iter().any(|known| known.eq_ignore_ascii_case(written)) || is_number(written);
            let unknown = || InvalidZone::Type { name: name.to_string(), record_type: written.to_string() };
            return if known { Ok(()) } else { Err(unknown()) };
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

/// The first key of JSON that its object has already; the tree that is read from it has only the last of them. Case and
/// the dot behind a name are left aside.
fn repeated_key(json: &str) -> Option<String> {
    let mut objects: Vec<BTreeSet<String>> = Vec::new();
    let mut rest = json;
    while let Some(at) = rest.find(['{', '}', '"']) {
        let found = rest.get(at..)?;
        if !found.starts_with('"') {
            if found.starts_with('{') {
                objects.push(BTreeSet::new());
            } else {
                objects.pop();
            }
            rest = &found[1..];
            continue;
        }
        let mut escaped = false;
        let end = found.bytes().skip(1).position(|octet| {
            let end = octet == b'"' && !escaped;
            escaped = octet == b'\\' && !escaped;
            end
        })?;
        let (string, behind) = found.split_at(end + 2);
        rest = behind;
        if behind.trim_start().starts_with(':') {
            let key: String = serde_json::from_str(string).ok()?;
            if !objects.last_mut()?.insert(key.strip_suffix('.').unwrap_or(&key).to_ascii_lowercase()) {
                return Some(key);
            }
        }
    }
    None
}

/// What a `CNAME` names, of which there is one.
fn alias(at: &str, written: &str, value: &Value) -> Result<Name, InvalidZone> {
    let single = value.as_array().map_or(Some(value), |list| list.first().filter(|_| list.len() == 1));
    let form = || InvalidZone::Form { name: at.to_string(), record_type: written.to_string() };
    name(single.and_then(Value::as_str).ok_or_else(form)?)
}

/// Whether this is a type by its number (RFC 3597 section 5), and none of those that have a name here.
fn is_number(written: &str) -> bool {
    let Some((prefix, digits)) = written.split_at_checked(4) else { return false };
    let number = digits.parse::<u16>().ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_digit()));
    prefix.eq_ignore_ascii_case("TYPE") && number.is_some_and(|number| !matches!(number, 1 | 5 | 12 | 15 | 16 | 28))
}

/// How records of a type are written.
fn form(record_type: &str) -> &'static str {
    match record_type.to_ascii_uppercase().as_str() {
        "A" => "[\"192.0.2.1\"]",
        "AAAA" => "[\"2001:db8::1\"]",
        "MX" => "[[10, \"mx.example.com\"]]",
        "PTR" => "[\"mail.example.com\"]",
        "CNAME" => "\"other.example.com\"",
        _ => "[\"v=spf1 -all\"]",
    }
}

/// Types that zones have and no machine asks for.
#[rustfmt::skip]
const OTHER_TYPES: [&str; 32] = [
    "AFSDB", "CAA", "CDNSKEY", "CDS", "CERT", "CSYNC", "DHCID", "DNAME", "DNSKEY", "DS", "HINFO", "HIP", "HTTPS", "KEY",
    "LOC", "NAPTR", "NS", "NSEC", "NSEC3", "NSEC3PARAM", "OPENPGPKEY", "RP", "RRSIG", "SMIMEA", "SOA", "SPF", "SRV",
    "SSHFP", "SVCB", "TLSA", "URI", "ZONEMD",
];

const EVERY_TYPE: [RecordType; 5] = [RecordType::A, RecordType::Aaaa, RecordType::Mx, RecordType::Ptr, RecordType::Txt];

fn name(text: &str) -> Result<Name, InvalidZone> {
    let name = if text.is_ascii() { Name::for_query(text) } else { Name::from_unicode(text) };
    name.map_err(|reason| InvalidZone::Name { text: text.to_string(), reason })
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
            let told = "at example.com: MX records are written like [[10, \"mx.example.com\"]]";
            assert_eq!(error.to_string(), told, "{mx}");
        }
        for (json, told) in [
            (r#"{"example.com": "FAIL"}"#, "at example.com: what a name has"),
            (r#"{"example.com": {"TX": "v=spf1 -all"}}"#, "at example.com: \"TX\" is no known type of records"),
            (r#"{"example.com": {"CNAME": ["a", "b"]}}"#, "at example.com: CNAME records are written like"),
            (r#"{"example.com": {"a": "1.2.3"}}"#, "at example.com: a records are written like [\"192.0.2.1\"]"),
            ("[]", "not a JSON object with names for keys"),
        ] {
            let error = Zone::from_json(json).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
        assert!(Zone::from_json(r#"{"example.com": {"NS": 1, "spf": [], "type65": []}}"#).is_ok());
        for written in ["TYPE16", "TYPE+65", "TYPE", "TYPE65536"] {
            assert!(Zone::from_json(&format!(r#"{{"example.com": {{"{written}": []}}}}"#)).is_err(), "{written}");
        }
    }

    #[test]
    fn a_name_has_what_its_alias_has() {
        let json = "\u{feff}{\"a.test\": {\"CNAME\": \"B.test.\", \"TXT\": \"own\"}, \"b.test\": {\"CNAME\": [\"c.test\"], \
                    \"A\": \"TEMPFAIL\"}, \"c.test\": {\"A\": \"192.0.2.1\", \"TXT\": \"c\", \"AAAA\": \"2001:db8::1\"}, \
                    \"l.test\": {\"CNAME\": \"m.test\"}, \"m.test\": {\"cname\": \"l.test\"}, \
                    \"n.test\": {\"CNAME\": \"nowhere.test\"}, \"e.test\": {\"CNAME\": \"TEMPFAIL\", \"TXT\": \"own\"}, \
                    \"error\": {\"A\": \"192.0.2.1\"}, \"b\u{fc}cher.test\": {\"CNAME\": \"c.test\"}}";
        let zone = Zone::from_json(json).unwrap();
        let found = |name: &str, record_type| zone.lookup(&Name::parse(name).unwrap(), record_type).cloned();
        let of_c = |record_type| found("c.test", record_type);
        assert_eq!(found("a.test", RecordType::Txt), Ok(Records::text("own")));
        assert_eq!(found("b.test", RecordType::Txt), of_c(RecordType::Txt));
        assert_eq!(found("a.test", RecordType::A), Err(DnsError::Temporary));
        assert_eq!(found("a.test", RecordType::Aaaa), of_c(RecordType::Aaaa));
        assert_eq!(found("xn--bcher-kva.test", RecordType::A), of_c(RecordType::A));
        for name in ["l.test", "m.test"] {
            assert_eq!(found(name, RecordType::A), Err(DnsError::NoData), "{name}");
        }
        assert_eq!(found("n.test", RecordType::A), Err(DnsError::NxDomain));
        assert_eq!(found("e.test", RecordType::A), Err(DnsError::Temporary));
        assert_eq!(found("e.test", RecordType::Txt), Ok(Records::text("own")));
    }

    #[test]
    fn what_is_there_twice_is_refused_with_its_key() {
        for (json, key) in [
            (r#"{"a.test": {}, "A.TEST": {}}"#, "A.TEST"),
            (r#"{"a.test": {}, "b.test": {}, "a.test.": "TEMPFAIL"}"#, "a.test."),
            (r#"{"a.test": {"TXT": "x"} , "a.test" : {"A": "192.0.2.1"}}"#, "a.test"),
            (r#"{"a.test": {}, "\u0061.test": {}}"#, "a.test"),
            (r#"{"b\u00fccher.test": {}, "xn--bcher-kva.test": {}}"#, "xn--bcher-kva.test"),
            (r#"{"a.test": {"TXT": "v=spf1 -all", "txt": "v=spf1 +all"}}"#, "txt"),
            (r#"{"a.test": {"TXT": "\\", "MX": [[1, "\"{"]], "TXT": []}}"#, "TXT"),
        ] {
            assert_eq!(Zone::from_json(json).unwrap_err().to_string(), format!("{key:?} is there twice"), "{json}");
        }
        let once = r#"{"a.test": {"TXT": ["TXT", "TXT", "\"TXT\":"], "A": []}, "b.test": {"TXT": "a.test", "A": []}}"#;
        assert!(Zone::from_json(once).is_ok());
    }

    #[test]
    fn octets_of_text_that_are_not_ascii() {
        let records = found(r#"{"example.com": {"TXT": [["v=spf1 ", "\u00ff\u0080"], "\u20ac"]}}"#, RecordType::Txt);
        assert_eq!(records.texts().collect::<Vec<_>>(), [&b"v=spf1 \xff\x80"[..], "\u{20ac}".as_bytes()]);
    }
}
