//! The values as serde writes and reads them. What is read is checked as by the constructors: no value can be built from
//! JSON that cannot be built otherwise, or parsed from a message.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{AddrSpec, Address, DateTime, Group, InvalidValue, Mailbox, MessageId, Weekday, Zone, check_text};

/// A text, borrowed where that is possible.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer)
}

fn invalid<E: serde::de::Error>(text: &str, expected: &'static str) -> E {
    E::invalid_value(Unexpected::Str(text), &expected)
}

impl Serialize for AddrSpec<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AddrSpec<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        addr_spec(&text).map_err(|_| invalid(&text, "an address"))
    }
}

/// Besides `local@domain` what the parser knows: the null address, and a local part alone.
fn addr_spec(text: &str) -> Result<AddrSpec<'static>, InvalidValue> {
    if text.is_empty() {
        return Ok(AddrSpec::null());
    }
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    // The domain that no parser has seen makes a local part readable by the same rules.
    let alone: AddrSpec<'static> = format!("{text}@x").parse()?;
    Ok(AddrSpec::parsed(Cow::Owned(alone.local().to_string()), Cow::Borrowed("")))
}

#[derive(Serialize, Deserialize)]
struct MailboxShape<'a> {
    #[serde(default)]
    name: Option<Cow<'a, str>>,
    #[serde(bound(deserialize = "AddrSpec<'a>: Deserialize<'de>"))]
    address: AddrSpec<'a>,
}

impl Serialize for Mailbox<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shape = MailboxShape { name: self.name().map(Cow::Borrowed), address: self.address().clone() };
        shape.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Mailbox<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let MailboxShape { name, address } = MailboxShape::<'static>::deserialize(deserializer)?;
        match name {
            Some(name) => Self::named(name, address).map_err(D::Error::custom),
            None => Ok(Self::new(address)),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct GroupShape<'a> {
    group: Cow<'a, str>,
    #[serde(default, bound(deserialize = "Mailbox<'a>: Deserialize<'de>"))]
    members: Vec<Mailbox<'a>>,
}

impl Serialize for Group<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        GroupShape { group: Cow::Borrowed(self.name()), members: self.members().to_vec() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Group<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let GroupShape { group, members } = GroupShape::<'static>::deserialize(deserializer)?;
        check_text(&group).map_err(D::Error::custom)?;
        // The parser knows groups without a name.
        Ok(Self::parsed(group, members))
    }
}

impl Serialize for Address<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Mailbox(mailbox) => mailbox.serialize(serializer),
            Self::Group(group) => group.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Address<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shape {
            Group(Group<'static>),
            Mailbox(Mailbox<'static>),
        }
        Ok(match Shape::deserialize(deserializer)? {
            Shape::Group(group) => Self::Group(group),
            Shape::Mailbox(mailbox) => Self::Mailbox(mailbox),
        })
    }
}

/// A zone as RFC 3339 writes it.
struct ZoneText(Zone);

impl fmt::Display for ZoneText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Zone::Offset(minutes) => {
                let sign = if minutes < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60)
            }
            Zone::Unknown => f.write_str("-00:00"),
            Zone::Missing => Ok(()),
        }
    }
}

fn zone(text: &str) -> Option<Zone> {
    match text {
        "" => return Some(Zone::Missing),
        "-00:00" => return Some(Zone::Unknown),
        "Z" | "z" => return Some(Zone::Offset(0)),
        _ => {}
    }
    let (sign, clock) = text.split_at_checked(1)?;
    let (hours, minutes) = clock.split_once(':')?;
    let minutes = i16::from(two_digits(hours)?) * 60 + i16::from(two_digits(minutes).filter(|minutes| *minutes < 60)?);
    match sign {
        "+" => Some(Zone::Offset(minutes)),
        "-" => Some(Zone::Offset(-minutes)),
        _ => None,
    }
}

fn two_digits(text: &str) -> Option<u8> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&ZoneText(*self))
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        zone(&text).ok_or_else(|| invalid(&text, "a zone such as +01:00"))
    }
}

/// A date as RFC 3339 writes it.
struct DateText<'a>(&'a DateTime);

impl fmt::Display for DateText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.0;
        write!(f, "{:04}-{:02}-{:02}T", date.year(), date.month(), date.day())?;
        write!(f, "{:02}:{:02}:{:02}{}", date.hour(), date.minute(), date.second(), ZoneText(date.zone()))
    }
}

fn date_time(text: &str) -> Option<DateTime> {
    let (date, clock) = text.split_once(['T', 't', ' '])?;
    let mut date = date.split('-');
    let year = date.next().filter(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (month, day) = (two_digits(date.next()?)?, two_digits(date.next()?)?);
    let (clock, rest) = clock.split_at_checked(8)?;
    let mut clock = clock.split(':');
    let time = (two_digits(clock.next()?)?, two_digits(clock.next()?)?, two_digits(clock.next()?)?);
    if date.next().is_some() || clock.next().is_some() {
        return None;
    }
    DateTime::new((year.parse().ok()?, month, day), time, zone(rest)?).ok()
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&DateText(self))
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        date_time(&text).ok_or_else(|| invalid(&text, "a date such as 2026-11-23T16:55:00+01:00"))
    }
}

impl Serialize for Weekday {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.abbreviation())
    }
}

impl<'de> Deserialize<'de> for Weekday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        let day = Self::ALL.into_iter().find(|day| day.abbreviation() == text);
        day.ok_or_else(|| invalid(&text, "a day such as Mon"))
    }
}

impl Serialize for MessageId<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for MessageId<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        // The parser takes odd identifiers, but none that could end early.
        if text.is_empty() || check_text(&text).is_err() || text.contains([' ', '<', '>']) {
            return Err(invalid(&text, "a message identifier"));
        }
        Ok(Self::parsed(Cow::Owned(text)))
    }
}
