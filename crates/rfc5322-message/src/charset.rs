//! Charsets: bytes of a named charset into text.
//!
//! UTF-8, US-ASCII and ISO-8859-1 are built in; the feature `encoding_rs` adds all that the web knows. As everywhere outside
//! of archives, ISO-8859-1 is read as windows-1252, of which it is all but a part.

use alloc::{borrow::Cow, string::String};

/// The text of `bytes` in the charset called `label`; `None` if the charset is not known. What the charset cannot mean becomes
/// U+FFFD.
#[must_use]
pub fn decode<'a>(label: &[u8], bytes: &'a [u8]) -> Option<Cow<'a, str>> {
    if is_utf8(label) {
        return Some(String::from_utf8_lossy(bytes));
    }
    if is_latin1(label) {
        return Some(windows_1252(bytes));
    }
    #[cfg(feature = "encoding_rs")]
    {
        // A charset that the web refuses (ISO-2022-KR, HZ-GB-2312) is not known: nothing but U+FFFD would come of it.
        let encoding = encoding_rs::Encoding::for_label_no_replacement(label)?;
        Some(encoding.decode_without_bom_handling(bytes).0)
    }
    #[cfg(not(feature = "encoding_rs"))]
    None
}

/// What bytes over 127 mean where no charset is named, or one that nobody knows: a choice, as no standard answers it.
///
/// It is made for a parser, by [`Limits::unlabelled`](crate::Limits::unlabelled).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Unlabelled {
    /// UTF-8 if they are (RFC 6532), or else windows-1252: old mail of western Europe can be read, and other text is wrong but
    /// nothing of it lost. The default, and what most readers do.
    #[default]
    Windows1252,
    /// UTF-8, with U+FFFD for what is none: nothing is guessed.
    Utf8,
}

impl Unlabelled {
    /// The text of `bytes`.
    ///
    /// ```
    /// use rfc5322_message::charset::Unlabelled;
    ///
    /// assert_eq!(Unlabelled::Windows1252.decode(b"caf\xe9"), "caf\u{e9}");
    /// assert_eq!(Unlabelled::Utf8.decode(b"caf\xe9"), "caf\u{fffd}");
    /// ```
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Windows1252 => guess(bytes),
            Self::Utf8 => String::from_utf8_lossy(bytes),
        }
    }

    /// The text of `bytes` in the charset called `label`, and as of none where that is not known.
    #[must_use]
    pub fn decode_labelled<'a>(self, label: &[u8], bytes: &'a [u8]) -> Cow<'a, str> {
        decode(label, bytes).unwrap_or_else(|| self.decode(bytes))
    }
}

/// The text of bytes that are all printable ASCII, blanks included, as nearly all are that headers hold.
pub(crate) fn printable(bytes: &[u8]) -> Option<&str> {
    // No early exit, so that many are looked at together.
    let all = bytes.iter().fold(true, |all, byte| all & (*byte >= b' ') & (*byte < 0x7f));
    if all { core::str::from_utf8(bytes).ok() } else { None }
}

/// The text of bytes that nobody labelled: UTF-8 if they are (RFC 6532), or else windows-1252.
#[must_use]
pub fn guess(bytes: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => windows_1252(bytes),
    }
}

/// As [`decode`], and as [`guess`] where the charset is not known.
#[must_use]
pub fn decode_or_guess<'a>(label: &[u8], bytes: &'a [u8]) -> Cow<'a, str> {
    decode(label, bytes).unwrap_or_else(|| guess(bytes))
}

fn is_utf8(label: &[u8]) -> bool {
    label.eq_ignore_ascii_case(b"utf-8") || label.eq_ignore_ascii_case(b"utf8")
}

fn is_latin1(label: &[u8]) -> bool {
    const LABELS: [&str; 8] =
        ["us-ascii", "iso-8859-1", "ascii", "latin1", "windows-1252", "iso8859-1", "iso_8859-1", "ansi_x3.4-1968"];
    LABELS.iter().any(|known| label.eq_ignore_ascii_case(known.as_bytes()))
}

/// The 32 characters in which windows-1252 differs from ISO-8859-1.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    if bytes.is_ascii()
        && let Ok(text) = core::str::from_utf8(bytes)
    {
        return Cow::Borrowed(text);
    }
    let char_of = |byte: &u8| match byte {
        0x80..=0x9f => C1.get(usize::from(byte - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        byte => char::from(*byte),
    };
    Cow::Owned(bytes.iter().map(char_of).collect())
}
