//! What the grammar's files share: the error, and the classes that RFC 5321 sorts characters into.

/// A piece of SMTP's syntax that is not what RFC 5321, section 4.1.2, allows. The fault of whoever wrote the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxError {
    /// The verb is none that this crate knows.
    #[error("unknown command")]
    UnknownCommand,
    /// The command wants an argument and has none, or lacks `FROM:` or `TO:`.
    #[error("the command lacks its argument")]
    MissingArgument,
    /// The command takes no argument, or fewer.
    #[error("the command takes no such argument")]
    UnexpectedArgument,
    /// A control character, or one outside ASCII.
    #[error("a character that may not stand here")]
    Character,
    /// A path is not `<local-part@domain>`.
    #[error("not a path in angle brackets")]
    Path,
    /// A local part is neither a dot-string nor a quoted string, or is too long.
    #[error("not a local part")]
    LocalPart,
    /// A local part stands alone, without `@` and a domain.
    #[error("no @domain behind the local part")]
    NoDomain,
    /// A domain has an empty or overlong label, or a character that no host name has.
    #[error("not a domain")]
    Domain,
    /// An address literal is neither `[192.0.2.1]` nor `[IPv6:2001:db8::1]`.
    #[error("not an address literal")]
    AddressLiteral,
    /// A parameter's keyword or value is malformed, or its value is none that its keyword allows.
    #[error("not a valid parameter")]
    Parameter,
    /// A parameter is given twice.
    #[error("a parameter is given twice")]
    RepeatedParameter,
    /// The command has more parameters than any extension needs.
    #[error("too many parameters")]
    TooManyParameters,
    /// A SASL mechanism's name is malformed (RFC 4422, section 3.1).
    #[error("not the name of a SASL mechanism")]
    Mechanism,
    /// An initial response is not base64.
    #[error("not base64")]
    Base64,
}

impl<I> nom::error::ParseError<I> for SyntaxError {
    fn from_error_kind(_: I, _: nom::error::ErrorKind) -> Self {
        Self::Path
    }

    fn append(_: I, _: nom::error::ErrorKind, other: Self) -> Self {
        other
    }
}

/// What a parser of this grammar returns: the rest of the text, and the value.
pub(crate) type Parsed<'a, T> = nom::IResult<&'a str, T, SyntaxError>;

/// A parser's failure, in the form that nom wants.
pub(crate) fn fail<T>(error: SyntaxError) -> Result<T, nom::Err<SyntaxError>> {
    Err(nom::Err::Error(error))
}

/// Runs a parser over the whole of a text.
pub(crate) fn whole<'a, T>(
    parser: impl Fn(&'a str) -> Parsed<'a, T>,
    text: &'a str,
    otherwise: SyntaxError,
) -> Result<T, SyntaxError> {
    match parser(text) {
        Ok(("", value)) => Ok(value),
        Ok(_) | Err(nom::Err::Incomplete(_)) => Err(otherwise),
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => Err(error),
    }
}

/// `atext`: what an atom of a local part is made of (RFC 5322, section 3.2.3).
pub(crate) const ATEXT: u8 = 1;
/// Letters, digits and the underscore, which host names have in practice.
pub(crate) const NAME: u8 = 2;
/// What an `esmtp-value` is made of: printable, neither space nor `=`.
pub(crate) const VALUE: u8 = 4;
/// Letters, digits and the hyphen: an `esmtp-keyword`.
pub(crate) const KEYWORD: u8 = 8;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        let mut class = 0;
        if byte.is_ascii_alphanumeric() {
            class |= ATEXT | NAME | KEYWORD;
        }
        if byte == b'-' {
            class |= KEYWORD;
        }
        if byte == b'_' {
            class |= NAME;
        }
        if byte.is_ascii_graphic() && byte != b'=' {
            class |= VALUE;
        }
        let specials = b"!#$%&'*+-/=?^_`{|}~";
        let mut i = 0;
        while i < specials.len() {
            if byte == specials[i] {
                class |= ATEXT;
            }
            i += 1;
        }
        classes[byte as usize] = class;
        byte += 1;
    }
    classes
};

/// How many bytes at the beginning belong to a class.
#[inline]
pub(crate) fn span(bytes: &[u8], class: u8) -> usize {
    bytes.iter().position(|&byte| CLASSES[usize::from(byte)] & class == 0).unwrap_or(bytes.len())
}

/// Skips spaces at the beginning: one as a rule, or none.
#[inline]
pub(crate) fn skip_spaces(mut text: &str) -> &str {
    while let Some(rest) = text.strip_prefix(' ') {
        text = rest;
    }
    text
}
