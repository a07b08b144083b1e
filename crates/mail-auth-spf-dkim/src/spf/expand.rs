use alloc::string::String;
use core::fmt::Write;
use core::net::IpAddr;

use super::macro_string::{Letter, Macro, MacroString, Segment, Spec};
use super::{Client, DomainSpec};
use crate::dns::{InvalidName, Name};

/// What the macro letters stand for at one point of an evaluation (RFC 7208 section 7.2).
pub(super) struct Values<'a> {
    pub(super) client: &'a Client,
    pub(super) local_part: &'a str,
    pub(super) sender_domain: &'a str,
    pub(super) domain: &'a Name,
    pub(super) validated_name: Option<&'a Name>,
}

/// The room that is kept while a name grows: what falls off its front could not have been part of the name.
const WINDOW: usize = 4 * Name::LONGEST;

impl Values<'_> {
    /// The name that `spec` stands for. A name that is too long loses labels in front (RFC 7208 section 7.3).
    pub(super) fn name(&self, spec: &DomainSpec) -> Result<Name, InvalidName> {
        let macros = match &spec.0 {
            Spec::Name(name) => return Ok(name.clone()),
            Spec::Macros(macros) => macros,
        };
        let mut text = String::new();
        for segment in macros.segments() {
            self.append(macros, segment, &mut text);
            keep_last(&mut text, WINDOW);
        }
        let mut name = without_dot(&text);
        while name.len() > Name::LONGEST {
            name = name.split_once('.').map_or("", |(_, rest)| rest);
        }
        Name::for_query(name)
    }

    /// The explanation in full, or `None` if it has more than `longest` octets.
    pub(super) fn explanation(&self, text: &MacroString, longest: usize) -> Option<String> {
        let mut expanded = String::new();
        for segment in text.segments() {
            self.append(text, segment, &mut expanded);
            if expanded.len() > longest {
                return None;
            }
        }
        expanded.bytes().all(|octet| matches!(octet, b' '..=b'~')).then_some(expanded)
    }

    fn append(&self, macros: &MacroString, segment: &Segment, out: &mut String) {
        match segment {
            Segment::Literal(range) => out.push_str(macros.literal(range)),
            Segment::Escape(text) => out.push_str(text),
            Segment::Macro(found) => {
                let mut value = String::new();
                self.append_value(found.letter, &mut value);
                append_transformed(found, &value, out);
            }
        }
    }

    fn append_value(&self, letter: Letter, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = match letter {
            Letter::Sender => write!(out, "{}@{}", self.local_part, self.sender_domain),
            Letter::LocalPart => out.write_str(self.local_part),
            Letter::SenderDomain => out.write_str(self.sender_domain),
            Letter::Domain => out.write_str(self.domain.as_str()),
            Letter::Address => append_dotted(self.client.address(), out),
            Letter::ValidatedName => out.write_str(self.validated_name.map_or("unknown", Name::as_str)),
            Letter::AddressFamily => out.write_str(if self.client.address().is_ipv4() { "in-addr" } else { "ip6" }),
            Letter::Helo => match self.client.helo() {
                helo if helo.is_ascii() => out.write_str(without_dot(helo)),
                helo => out.write_str(Name::from_unicode(helo).as_ref().map_or(helo, Name::as_str)),
            },
            Letter::ReadableAddress => write!(out, "{}", self.client.address()),
            Letter::Receiver => out.write_str(self.client.receiver().map_or("unknown", Name::as_str)),
            Letter::Time => write!(out, "{}", self.client.unix_time()),
        };
    }
}

/// A domain without the dot of the root.
pub(super) fn without_dot(domain: &str) -> &str {
    domain.strip_suffix('.').unwrap_or(domain)
}

/// The address as macros want it: an IPv6 address is its 32 nibbles, in capitals as the published test suite has them.
fn append_dotted(address: IpAddr, out: &mut String) -> core::fmt::Result {
    match address {
        IpAddr::V4(address) => write!(out, "{address}"),
        IpAddr::V6(address) => {
            for (index, octet) in address.octets().into_iter().enumerate() {
                let dot = if index == 0 { "" } else { "." };
                write!(out, "{dot}{:X}.{:X}", octet >> 4, octet & 15)?;
            }
            Ok(())
        }
    }
}

/// Splits, reverses, keeps the last parts, joins with dots, and escapes.
fn append_transformed(found: &Macro, value: &str, out: &mut String) {
    let is_delimiter = |c: char| match &*found.delimiters {
        [] => c == '.',
        delimiters => u8::try_from(c).is_ok_and(|octet| delimiters.contains(&octet)),
    };
    let total = value.split(is_delimiter).count();
    let skip = total.saturating_sub(found.keep.unwrap_or(total));
    let mut first = true;
    let mut append = |part: &str| {
        if !core::mem::take(&mut first) {
            out.push('.');
        }
        if found.url_escape { append_escaped(part, out) } else { out.push_str(part) }
    };
    if found.reverse {
        value.rsplit(is_delimiter).skip(skip).for_each(&mut append);
    } else {
        value.split(is_delimiter).skip(skip).for_each(&mut append);
    }
}

/// Leaves the unreserved characters of RFC 3986 and escapes all others.
fn append_escaped(part: &str, out: &mut String) {
    for octet in part.bytes() {
        if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(octet));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{octet:02X}");
        }
    }
}

/// Drops the front of a text that has grown to twice `window`, so that the work stays linear.
fn keep_last(text: &mut String, window: usize) {
    if text.len() > 2 * window {
        let cut = text.len() - window;
        let cut = (cut..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        text.drain(..cut);
    }
}
