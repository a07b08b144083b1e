use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::{self, Write};

use crate::syntax::{KEYWORD, SyntaxError, VALUE, skip_spaces, span};
use crate::{Mailbox, xtext};

/// The parameters of a MAIL or RCPT command (RFC 5321, section 4.1.2): `SIZE=1000 BODY=8BITMIME`.
///
/// Those that this crate knows have methods; all others are kept as they are, for [`get`](Self::get) and
/// [`iter`](Self::iter). No keyword is there twice.
///
/// ```
/// use smtp_proto::{Body, Parameters};
///
/// let parameters = Parameters::new().with_size(1000).with_body(Body::EightBitMime).with("RET", Some("HDRS"))?;
/// assert_eq!(parameters.as_str(), "SIZE=1000 BODY=8BITMIME RET=HDRS");
///
/// let parsed = Parameters::parse("size=1000 RET=HDRS")?;
/// assert_eq!(parsed.size(), Some(1000));
/// assert_eq!(parsed.get("ret").unwrap().value, Some("HDRS"));
/// assert!(Parameters::parse("SIZE=1 SIZE=2").is_err());
/// # Ok::<(), smtp_proto::SyntaxError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters<'a>(Cow<'a, str>);

/// One parameter, as it was written. The `AUTH` parameter's value may be a person's name; none is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter<'a> {
    /// What stands before the `=`. Its case has no meaning.
    pub keyword: &'a str,
    /// What stands behind it, if anything does.
    pub value: Option<&'a str>,
}

/// What a body consists of: the `BODY` parameter (RFC 6152, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Body {
    /// ASCII in short lines, `BODY=7BIT`.
    SevenBit,
    /// Lines of octets, `BODY=8BITMIME`.
    EightBitMime,
}

impl Body {
    fn parse(value: &[u8]) -> Option<Self> {
        let is = |body: &Self| value.eq_ignore_ascii_case(body.as_str().as_bytes());
        [Self::SevenBit, Self::EightBitMime].into_iter().find(is)
    }

    /// The parameter's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SevenBit => "7BIT",
            Self::EightBitMime => "8BITMIME",
        }
    }
}

impl<'a> Parameters<'a> {
    /// How many parameters one command may have: more than there are extensions.
    pub const MOST: usize = 32;

    /// No parameters.
    pub const fn new() -> Self {
        Self(Cow::Borrowed(""))
    }

    /// Reads parameters with spaces between them.
    ///
    /// # Errors
    ///
    /// [`SyntaxError::Parameter`], [`SyntaxError::RepeatedParameter`] or [`SyntaxError::TooManyParameters`].
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        let mut text = skip_spaces(text);
        while let Some(shorter) = text.strip_suffix(' ') {
            text = shorter;
        }
        check(text)?;
        Ok(Self(Cow::Borrowed(text)))
    }

    /// Adds a parameter.
    ///
    /// # Errors
    ///
    /// The same as [`parse`](Self::parse); that the peer offers the extension is for the caller to know.
    pub fn with(self, keyword: &str, value: Option<&str>) -> Result<Parameters<'static>, SyntaxError> {
        let added = self.append(keyword, value);
        // Checked as a whole: a space in the value would otherwise make two parameters of one.
        let separate = keyword.is_empty() || value.is_some_and(str::is_empty);
        if separate || keyword.contains([' ', '=']) || value.is_some_and(|value| value.contains([' ', '='])) {
            return Err(SyntaxError::Parameter);
        }
        check(&added)?;
        Ok(Parameters(Cow::Owned(added)))
    }

    /// Sets the message's size in octets (RFC 1870).
    pub fn with_size(self, octets: u64) -> Parameters<'static> {
        Parameters(Cow::Owned(self.without("SIZE").append_display("SIZE", octets)))
    }

    /// Sets what the body consists of (RFC 6152).
    pub fn with_body(self, body: Body) -> Parameters<'static> {
        Parameters(Cow::Owned(self.without("BODY").append("BODY", Some(body.as_str()))))
    }

    /// Sets who submitted the message, as far as is known (RFC 4954, section 5).
    pub fn with_auth(self, submitter: Option<&Mailbox<'_>>) -> Parameters<'static> {
        let value = submitter.map_or(Cow::Borrowed("<>"), |mailbox| xtext::encode(mailbox.as_str()));
        Parameters(Cow::Owned(self.without("AUTH").append("AUTH", Some(&value))))
    }

    /// The message's size in octets, as the client estimates it (RFC 1870).
    pub fn size(&self) -> Option<u64> {
        self.get("SIZE")?.value.and_then(size)
    }

    /// What the body consists of (RFC 6152).
    pub fn body(&self) -> Option<Body> {
        Body::parse(self.get("BODY")?.value?.as_bytes())
    }

    /// Who submitted the message, still in [`xtext`], or `<>` if that is not known (RFC 4954, section 5).
    /// Believe it only of a client that is trusted.
    pub fn auth(&self) -> Option<&str> {
        self.get("AUTH")?.value
    }

    /// The parameter of that keyword.
    pub fn get(&self, keyword: &str) -> Option<Parameter<'_>> {
        self.iter().find(|parameter| parameter.keyword.eq_ignore_ascii_case(keyword))
    }

    /// All parameters, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Parameter<'_>> {
        let mut rest = &*self.0;
        core::iter::from_fn(move || {
            rest = skip_spaces(rest);
            let end = rest.bytes().position(|byte| byte == b' ').unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            rest = after;
            let equals = text.bytes().position(|byte| byte == b'=').unwrap_or(end);
            let keyword = text.get(..equals).filter(|keyword| !keyword.is_empty())?;
            Some(Parameter { keyword, value: text.get(equals + 1..) })
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, as it goes over the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, independent of what it was parsed from.
    pub fn into_owned(self) -> Parameters<'static> {
        Parameters(Cow::Owned(self.0.into_owned()))
    }

    fn without(self, keyword: &str) -> Self {
        if self.get(keyword).is_none() {
            return self;
        }
        let kept = self.iter().filter(|parameter| !parameter.keyword.eq_ignore_ascii_case(keyword));
        let text = kept.fold(String::new(), |text, parameter| {
            Parameters(Cow::Owned(text)).append(parameter.keyword, parameter.value)
        });
        Parameters(Cow::Owned(text))
    }

    fn append(self, keyword: &str, value: Option<&str>) -> String {
        match value {
            Some(value) => self.append_display(keyword, value),
            None => {
                let mut text = self.separated();
                text.push_str(keyword);
                text
            }
        }
    }

    fn append_display(self, keyword: &str, value: impl fmt::Display) -> String {
        let mut text = self.separated();
        // Writing to a String cannot fail.
        let _ = write!(text, "{keyword}={value}");
        text
    }

    fn separated(self) -> String {
        let mut text = self.0.into_owned();
        if !text.is_empty() {
            text.push(' ');
        }
        text
    }
}

/// `size-value = 1*20DIGIT`. What does not fit is larger than any message anyway.
fn size(value: &str) -> Option<u64> {
    is_size(value.as_bytes()).then(|| value.parse().unwrap_or(u64::MAX))
}

fn is_size(value: &[u8]) -> bool {
    (1..=20).contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
}

/// Checks `esmtp-param *( SP esmtp-param )`, and the values of the keywords that are known.
fn check(text: &str) -> Result<(), SyntaxError> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut number = 0;
    // A keyword whose bit is set may have been there before; most often none is, and nothing is compared.
    let mut seen = 0u64;
    loop {
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        let start = at;
        let Some(&first) = bytes.get(start) else { return Ok(()) };
        at += span(&bytes[start..], KEYWORD);
        let keyword = &bytes[start..at];
        let mut value = None;
        if bytes.get(at) == Some(&b'=') {
            let start = at + 1;
            at = start + span(&bytes[start..], VALUE);
            value = Some(&bytes[start..at]);
        }
        let ends = matches!(bytes.get(at), None | Some(b' '));
        if !ends || first == b'-' || keyword.is_empty() || value == Some(b"") || !value_allowed(keyword, value) {
            return Err(SyntaxError::Parameter);
        }
        let bit = 1u64 << ((usize::from(first & 0x1f) + 7 * keyword.len()) % 64);
        if seen & bit != 0 && stands_in(keyword, &text[..start]) {
            return Err(SyntaxError::RepeatedParameter);
        }
        seen |= bit;
        number += 1;
        if number > Parameters::MOST {
            return Err(SyntaxError::TooManyParameters);
        }
    }
}

#[cold]
fn stands_in(keyword: &[u8], before: &str) -> bool {
    let before = Parameters(Cow::Borrowed(before));
    before.iter().any(|parameter| parameter.keyword.as_bytes().eq_ignore_ascii_case(keyword))
}

fn value_allowed(keyword: &[u8], value: Option<&[u8]>) -> bool {
    // As one number in upper case: nothing but a letter becomes a letter by this.
    let Ok(name) = <[u8; 4]>::try_from(keyword) else { return true };
    match &(u32::from_be_bytes(name) & 0xDFDF_DFDF).to_be_bytes() {
        b"SIZE" => value.is_some_and(is_size),
        b"BODY" => value.and_then(Body::parse).is_some(),
        b"AUTH" => value.is_some_and(|value| {
            value == b"<>" || str::from_utf8(value).is_ok_and(|value| xtext::decode(value).is_some())
        }),
        _ => true,
    }
}

impl fmt::Display for Parameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Parameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parameters({})", self.0)
    }
}
