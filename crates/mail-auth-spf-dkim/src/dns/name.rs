use alloc::string::String;
use alloc::sync::Arc;
use core::fmt::{self, Write};
use core::net::IpAddr;
use core::str::FromStr;

/// A domain name: lower case, without the final dot, at most 253 octets in labels of 1 to 63 (RFC 1035 section 2.3.4).
///
/// Case is folded when the name is built, so names compare, hash and sort as the DNS compares them. A clone shares
/// the text. A name holds printable ASCII and nothing else: no CR, LF, NUL or octet above 126 can travel in it.
///
/// [`parse`](Self::parse) takes the names that hosts and domains have. The DNS itself knows no such rule, and an SPF
/// macro may well produce `"a b".example`: [`for_query`](Self::for_query) takes those.
///
/// ```
/// use mail_auth_spf_dkim::dns::Name;
///
/// let name = Name::parse("Selector._domainkey.Example.org.").unwrap();
/// assert_eq!(name.as_str(), "selector._domainkey.example.org");
/// assert!(name.is_within(&Name::parse("example.ORG").unwrap()));
/// assert_eq!(name.parent().unwrap().as_str(), "_domainkey.example.org");
/// assert!(Name::parse("example.net(.example.com").is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

/// Why a text is not a domain name. The fault is of whoever wrote the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidName {
    /// There is no label at all.
    #[error("the name is empty")]
    Empty,
    /// Two dots in a row, or a dot in front.
    #[error("the name has an empty label")]
    EmptyLabel,
    /// A label has more than 63 octets.
    #[error("a label is longer than 63 octets")]
    LongLabel,
    /// The name has more than 253 octets.
    #[error("the name is longer than 253 octets")]
    Long,
    /// An octet that such a name cannot have: anything but letters, digits, hyphen and underscore for
    /// [`Name::parse`], anything but printable ASCII for [`Name::for_query`].
    #[error("the octet {octet:#04x} at {position} does not belong in a name")]
    Octet {
        /// The octet.
        octet: u8,
        /// Where it stands, counted from 0.
        position: usize,
    },
    /// A character that an international name cannot have: see [`Name::from_unicode`].
    #[error("the character {0:?} does not belong in an international name")]
    Character(char),
}

/// What an octet means for a name that has it: nothing if it is one of a host's name, or the dot.
static KINDS: [u8; 256] = {
    let mut kinds = [NOWHERE; 256];
    let mut octet = 0;
    while octet < 128 {
        kinds[octet as usize] = match octet {
            b'A'..=b'Z' => UPPER_CASE,
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => 0,
            b' '..=b'~' => ONLY_IN_QUESTIONS,
            _ => NOWHERE,
        };
        octet += 1;
    }
    kinds
};
const UPPER_CASE: u8 = 1;
const ONLY_IN_QUESTIONS: u8 = 2;
const NOWHERE: u8 = 4;

impl Name {
    /// The longest name, in octets of its text without the final dot.
    pub const LONGEST: usize = 253;
    /// The longest label, in octets.
    pub const LONGEST_LABEL: usize = 63;

    /// The name in `text`, of letters, digits, hyphens and underscores; A-labels stand for international names.
    ///
    /// # Errors
    /// [`InvalidName`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        Self::build(text, 0)
    }

    /// The name in `text`, of any printable ASCII, space included. This is for names that only go into a question,
    /// and for what the DNS answers; `.` is the root.
    ///
    /// # Errors
    /// [`InvalidName`] says what is wrong with the text.
    pub fn for_query(text: &str) -> Result<Self, InvalidName> {
        if text == "." {
            return Ok(Self::root());
        }
        Self::build(text, ONLY_IN_QUESTIONS)
    }

    /// The name in `text`, with the labels that are not ASCII turned into A-labels (RFC 5890). Letters are folded to
    /// lower case; beyond that the text must be in the form that IDNA wants (RFC 5895 tells how to bring it there), for
    /// whoever shows `text` may bring it there, and then it is another name.
    ///
    /// What is refused in a label that is not ASCII: characters that normalization with case folding turns into others
    /// (full and half width, ligatures, the Kelvin sign, mathematical letters, presentation forms, compatibility
    /// ideographs, decomposed Hangul, …); controls, formats, blanks, variation selectors and whatever else is not seen, the
    /// joiners U+200C and U+200D among them; private use; the combining marks U+0300 to U+036F, U+3099 and U+309A; and the
    /// blocks of symbols from U+2000 to U+2BFF, U+2E00 to U+2FFF, U+1D000 to U+1D7FF and U+1EE00 to U+1FFFF. Cherokee is
    /// among the first, since IDNA folds it to upper case. All of these can be given as A-labels.
    ///
    /// What is not checked: whether other combining marks make the label one that normalization changes, other
    /// symbols, characters newer than Unicode 14, the rules for context, direction and hyphens, whether scripts are mixed,
    /// and whether a label that is ASCII already is an A-label.
    ///
    /// ```
    /// use mail_auth_spf_dkim::dns::Name;
    ///
    /// assert_eq!(Name::from_unicode("BÜCHER.example").unwrap().as_str(), "xn--bcher-kva.example");
    /// assert!(Name::from_unicode("\u{212a}iosk.example").is_err(), "the Kelvin sign");
    /// ```
    ///
    /// # Errors
    /// [`InvalidName`] says what is wrong with the text.
    pub fn from_unicode(text: &str) -> Result<Self, InvalidName> {
        if text.len() > 4 * Self::LONGEST {
            return Err(InvalidName::Long);
        }
        let mut ascii = String::with_capacity(text.len() + 8);
        // The full stops of RFC 3490 section 3.1.
        for (number, label) in text.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']).enumerate() {
            if number > 0 {
                ascii.push('.');
            }
            if label.is_ascii() {
                ascii.push_str(label);
            } else {
                ascii.push_str("xn--");
                let longest = Self::LONGEST_LABEL - "xn--".len();
                let label = super::u_label::lower_case(label).map_err(InvalidName::Character)?;
                super::punycode::encode(&label, longest, &mut ascii).ok_or(InvalidName::LongLabel)?;
            }
        }
        Self::for_query(&ascii)
    }

    /// The root of the DNS: the only name without a label. As a mail exchanger it says that a domain takes no mail
    /// (RFC 7505).
    pub fn root() -> Self {
        Self(Arc::from(""))
    }

    /// The name under which the DNS tells the names of an address (RFC 1035 section 3.5, RFC 3596 section 2.5).
    ///
    /// ```
    /// use mail_auth_spf_dkim::dns::Name;
    ///
    /// assert_eq!(Name::reverse("192.0.2.1".parse().unwrap()).as_str(), "1.2.0.192.in-addr.arpa");
    /// ```
    pub fn reverse(address: IpAddr) -> Self {
        let mut text = String::with_capacity(74);
        // Writing to a String cannot fail.
        let _ = match address {
            IpAddr::V4(address) => {
                let [a, b, c, d] = address.octets();
                write!(text, "{d}.{c}.{b}.{a}.in-addr.arpa")
            }
            IpAddr::V6(address) => {
                let mut nibbles = address.octets().into_iter().rev();
                nibbles
                    .try_for_each(|octet| write!(text, "{:x}.{:x}.", octet & 15, octet >> 4))
                    .and_then(|()| text.write_str("ip6.arpa"))
            }
        };
        Self(Arc::from(text))
    }

    fn build(text: &str, allowed: u8) -> Result<Self, InvalidName> {
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(InvalidName::Empty);
        }
        if text.len() > Self::LONGEST {
            return Err(InvalidName::Long);
        }
        // What is wrong is looked for when something is: that hardly ever happens.
        let (mut kinds, mut label_at, mut labels_fit) = (0, 0, true);
        for (position, octet) in text.bytes().enumerate() {
            kinds |= KINDS[usize::from(octet)];
            if octet == b'.' {
                labels_fit &= (1..=Self::LONGEST_LABEL).contains(&(position - label_at));
                label_at = position + 1;
            }
        }
        labels_fit &= (1..=Self::LONGEST_LABEL).contains(&(text.len() - label_at));
        if !labels_fit || kinds & !(allowed | UPPER_CASE) != 0 {
            return Err(Self::fault(text, allowed));
        }
        let mut name = Arc::<str>::from(text);
        if kinds & UPPER_CASE != 0
            && let Some(name) = Arc::get_mut(&mut name)
        {
            name.make_ascii_lowercase();
        }
        Ok(Self(name))
    }

    /// The first fault of a text that has one.
    #[cold]
    fn fault(text: &str, allowed: u8) -> InvalidName {
        let mut label = 0;
        for (position, octet) in text.bytes().enumerate() {
            if octet == b'.' && label == 0 {
                return InvalidName::EmptyLabel;
            }
            if KINDS[usize::from(octet)] & !(allowed | UPPER_CASE) != 0 {
                return InvalidName::Octet { octet, position };
            }
            label = if octet == b'.' { 0 } else { label + 1 };
            if label > Self::LONGEST_LABEL {
                return InvalidName::LongLabel;
            }
        }
        InvalidName::EmptyLabel
    }

    /// The text: lower case, no final dot; empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The labels, leftmost first. The root has none.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.0.split('.').filter(|label| !label.is_empty())
    }

    /// How many labels the name has.
    pub fn label_count(&self) -> usize {
        self.labels().count()
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the name has only letters, digits, hyphens and underscores, as [`parse`](Self::parse) demands.
    pub fn is_host(&self) -> bool {
        !self.is_root() && self.0.bytes().all(|o| o.is_ascii_alphanumeric() || matches!(o, b'-' | b'_' | b'.'))
    }

    /// The name without its leftmost label; `None` when there is at most one.
    pub fn parent(&self) -> Option<Self> {
        let (_, parent) = self.0.split_once('.')?;
        Some(Self(Arc::from(parent)))
    }

    /// The name of the last `count` labels, or the whole name if it has no more.
    pub fn last_labels(&self, count: usize) -> Self {
        match self.0.rmatch_indices('.').nth(count.saturating_sub(1)) {
            _ if count == 0 => Self::root(),
            Some((dot, _)) => Self(Arc::from(&self.0[dot + 1..])),
            None => self.clone(),
        }
    }

    /// Whether this name is `other` or lies below it.
    pub fn is_within(&self, other: &Self) -> bool {
        match self.0.strip_suffix(&*other.0) {
            Some(front) => front.is_empty() || other.is_root() || front.ends_with('.'),
            None => false,
        }
    }

    /// The name `prefix.self`, as in `_dmarc` in front of a domain.
    ///
    /// # Errors
    /// [`InvalidName`] if `prefix` is not made of labels, or the result is too long.
    pub fn prefixed(&self, prefix: &str) -> Result<Self, InvalidName> {
        let mut text = String::with_capacity(prefix.len() + 1 + self.0.len());
        text.push_str(prefix);
        if !self.is_root() {
            text.push('.');
            text.push_str(&self.0);
        }
        Self::for_query(&text)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    /// The same as [`Name::parse`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}
