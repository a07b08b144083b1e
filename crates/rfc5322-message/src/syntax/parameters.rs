//! Parameters of MIME fields (RFC 2045 section 5.1, RFC 2231).

use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    string::String,
    vec::{self, Vec},
};

use super::{
    cursor::{Cursor, unquote},
    text,
};
use crate::{charset::Unlabelled, codec::hex_pair};

/// How many parameters of one field are looked at.
const MOST: usize = 1000;

/// One `name=value` as it stands.
#[derive(Debug, Clone)]
pub(crate) struct RawParameter<'a> {
    /// Without section number and asterisks.
    pub(crate) name: &'a [u8],
    /// The number of its section, if it is one of several.
    section: Option<u32>,
    /// Percent-encoded, with a charset in the first section.
    extended: bool,
    pub(crate) value: Cow<'a, [u8]>,
}

impl RawParameter<'_> {
    /// True for `name=value` without anything of RFC 2231.
    pub(crate) fn is_plain(&self, name: &[u8]) -> bool {
        self.section.is_none() && !self.extended && self.name.eq_ignore_ascii_case(name)
    }
}

/// The parameters after the value of a field, in order.
#[derive(Debug, Clone)]
pub(crate) struct RawParameters<'a> {
    cursor: Cursor<'a>,
    left: usize,
}

impl<'a> RawParameters<'a> {
    /// `cursor` stands before the first semicolon, or before what is in its place.
    pub(crate) const fn new(cursor: Cursor<'a>) -> Self {
        Self { cursor, left: MOST }
    }
}

impl<'a> Iterator for RawParameters<'a> {
    type Item = RawParameter<'a>;

    fn next(&mut self) -> Option<RawParameter<'a>> {
        self.left = self.left.checked_sub(1)?;
        let cursor = &mut self.cursor;
        loop {
            cursor.skip_cfws();
            let name = cursor.token();
            cursor.skip_cfws();
            if name.is_empty() || !cursor.eat(b'=') {
                cursor.peek()?;
                if name.is_empty() && cursor.peek() == Some(b'"') {
                    cursor.quoted_string();
                } else if name.is_empty() {
                    cursor.bump();
                }
                continue;
            }
            cursor.skip_cfws();
            let value = if cursor.peek() == Some(b'"') {
                let (inside, resolve) = cursor.quoted_string();
                unquote(inside, resolve)
            } else {
                // Anything up to the semicolon or a comment: senders forget quotes around names with blanks.
                let raw = cursor.take_while(|byte| !matches!(byte, b';' | b'(' | b'\r' | b'\n'));
                // What a comment holds is no parameter, and what stands after it neither.
                while cursor.peek() == Some(b'(') {
                    cursor.skip_comment();
                    cursor.take_while(|byte| !matches!(byte, b';' | b'(' | b'\r' | b'\n'));
                }
                Cow::Borrowed(raw.trim_ascii())
            };
            let (name, section, extended) = split_name(name);
            return Some(RawParameter { name, section, extended, value });
        }
    }
}

/// `name`, `name*`, `name*0`, `name*0*` (RFC 2231 sections 3 and 4).
fn split_name(name: &[u8]) -> (&[u8], Option<u32>, bool) {
    let (stem, extended) = match name.strip_suffix(b"*") {
        Some(stem) => (stem, true),
        None => (name, false),
    };
    if let Some(star) = stem.iter().rposition(|byte| *byte == b'*')
        && let (Some(start), Some(digits)) = (stem.get(..star), stem.get(star + 1..))
        && !digits.is_empty()
        && digits.len() <= 9
        && digits.iter().all(u8::is_ascii_digit)
    {
        let number = digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
        return (start, Some(number), extended);
    }
    (stem, None, extended)
}

/// The value of the parameter `name`, decoded. Extended forms win over plain ones, as RFC 2231 intends for readers that know
/// both; continuations are put in order; encoded-words, which do not belong there, are decoded all the same.
pub(crate) fn value<'a>(parameters: RawParameters<'a>, name: &[u8]) -> Option<Cow<'a, str>> {
    let unlabelled = parameters.cursor.unlabelled();
    let mut forms = Forms::default();
    parameters.filter(|parameter| parameter.name.eq_ignore_ascii_case(name)).for_each(|parameter| forms.add(parameter));
    forms.value(unlabelled)
}

/// So many parameters are kept where they are, and their names compared one by one; of more, names are looked up.
const FEW: usize = 8;

/// An iterator over the parameters of a field, decoded, each by the first occurrence of its name; names are in lower case.
///
/// It allocates nothing for up to eight parameters that say what they mean as they stand.
#[derive(Debug, Clone)]
pub struct Parameters<'a> {
    few: [Option<RawParameter<'a>>; FEW],
    /// How many of the few were looked at.
    seen: usize,
    /// All of them, if they are not few.
    many: vec::IntoIter<(Cow<'a, str>, Cow<'a, str>)>,
    unlabelled: Unlabelled,
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(parameters: RawParameters<'a>) -> Self {
        let unlabelled = parameters.cursor.unlabelled();
        let mut rest = parameters.clone();
        let few = core::array::from_fn(|_| rest.next());
        if rest.next().is_none() {
            Self { few, seen: 0, many: Vec::new().into_iter(), unlabelled }
        } else {
            Self { few, seen: FEW, many: all(parameters).into_iter(), unlabelled }
        }
    }
}

impl<'a> Iterator for Parameters<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((first, others)) = self.few.get_mut(self.seen..).and_then(<[_]>::split_first_mut) {
            self.seen += 1;
            let Some(first) = first.take() else { continue };
            let name = lower_case(first.name, self.unlabelled);
            let mut forms = Forms::default();
            forms.add(first);
            for other in others {
                if other.as_ref().is_some_and(|other| lower_case(other.name, self.unlabelled) == name) {
                    other.take().into_iter().for_each(|other| forms.add(other));
                }
            }
            if let Some(value) = forms.value(self.unlabelled) {
                return Some((name, value));
            }
        }
        self.many.next()
    }
}

impl core::iter::FusedIterator for Parameters<'_> {}

/// A name in lower case.
fn lower_case(name: &[u8], unlabelled: Unlabelled) -> Cow<'_, str> {
    /// The names that have capitals most often.
    const KNOWN: [&str; 5] = ["charset", "boundary", "name", "format", "filename"];
    let mut text = unlabelled.decode(name);
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        match KNOWN.into_iter().find(|known| text.eq_ignore_ascii_case(known)) {
            Some(known) => text = Cow::Borrowed(known),
            None => text.to_mut().make_ascii_lowercase(),
        }
    }
    text
}

/// Every parameter, decoded, by the first occurrence of its name.
fn all(parameters: RawParameters<'_>) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let unlabelled = parameters.cursor.unlabelled();
    let mut named: Vec<(Cow<'_, str>, Forms<'_>)> = Vec::new();
    let mut places = BTreeMap::new();
    for parameter in parameters {
        let name = lower_case(parameter.name, unlabelled);
        let place = *places.entry(name).or_insert_with_key(|name| {
            named.push((name.clone(), Forms::default()));
            named.len() - 1
        });
        if let Some((_, forms)) = named.get_mut(place) {
            forms.add(parameter);
        }
    }
    named.into_iter().filter_map(|(name, forms)| Some((name, forms.value(unlabelled)?))).collect()
}

/// The forms in which one parameter was given.
#[derive(Default)]
struct Forms<'a> {
    plain: Option<Cow<'a, [u8]>>,
    extended: Option<Cow<'a, [u8]>>,
    sections: Vec<RawParameter<'a>>,
}

impl<'a> Forms<'a> {
    fn add(&mut self, parameter: RawParameter<'a>) {
        match (parameter.section, parameter.extended) {
            (Some(_), _) => self.sections.push(parameter),
            (None, true) if self.extended.is_none() => self.extended = Some(parameter.value),
            (None, false) if self.plain.is_none() => self.plain = Some(parameter.value),
            _ => {}
        }
    }

    fn value(self, unlabelled: Unlabelled) -> Option<Cow<'a, str>> {
        if let Some(value) = self.extended {
            let (charset, text) = split_charset(&value);
            let mut bytes = Vec::with_capacity(text.len());
            percent_decode(text, &mut bytes);
            return Some(Cow::Owned(clean(&unlabelled.decode_labelled(charset, &bytes))));
        }
        // Sections without their first one say nothing that a plain form does not say better.
        let begins = self.sections.iter().any(|section| section.section == Some(0));
        if begins || (self.plain.is_none() && !self.sections.is_empty()) {
            return Some(Cow::Owned(joined(self.sections, unlabelled)));
        }
        Some(match self.plain? {
            Cow::Borrowed(value) => text::unstructured(value, unlabelled),
            Cow::Owned(value) => Cow::Owned(String::from(text::unstructured(&value, unlabelled))),
        })
    }
}

/// Sections in their order, up to the first that is missing. Bytes are joined before they are converted.
fn joined(mut sections: Vec<RawParameter<'_>>, unlabelled: Unlabelled) -> String {
    sections.sort_by_key(|section| section.section);
    sections.dedup_by_key(|section| section.section);
    let mut charset = Vec::new();
    let mut bytes = Vec::new();
    let mut any_extended = false;
    for (expected, section) in (0u32..).zip(&sections) {
        if section.section != Some(expected) {
            break;
        }
        if !section.extended {
            bytes.extend_from_slice(&section.value);
            continue;
        }
        any_extended = true;
        let text = if expected == 0 {
            let (label, text) = split_charset(&section.value);
            charset = Vec::from(label);
            text
        } else {
            &section.value
        };
        percent_decode(text, &mut bytes);
    }
    if any_extended {
        clean(&unlabelled.decode_labelled(&charset, &bytes))
    } else {
        text::unstructured(&bytes, unlabelled).into_owned()
    }
}

/// `charset'language'text`.
fn split_charset(value: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = value.splitn(3, |byte| *byte == b'\'');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(charset), Some(_), Some(text)) => (charset, text),
        _ => (b"", value),
    }
}

fn percent_decode(text: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match text.get(at..at + 2).and_then(hex_pair) {
            Some(decoded) if byte == b'%' => {
                out.push(decoded);
                at += 2;
            }
            _ => out.push(byte),
        }
    }
}

/// No control characters in a value.
fn clean(text: &str) -> String {
    text.replace(text::is_value_control, " ")
}
