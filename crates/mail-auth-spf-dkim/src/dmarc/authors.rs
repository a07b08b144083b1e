use alloc::string::String;
use alloc::vec::Vec;

use super::Reason;
use crate::dns::Name;

/// The domains of the addresses in `From`.
///
/// Every address counts, also one that stands in a display name without quotes, since a reader may see that one. What
/// cannot be read for certain is not guessed at: DMARC then gives a permanent error.
///
/// ```
/// use mail_auth_spf_dkim::dmarc::{Authors, Reason};
///
/// let domain = Authors::of_fields(["\"a@evil.example\" (x) <ann@Example.com>"]).domain();
/// assert_eq!(domain.unwrap().as_str(), "example.com");
///
/// let two = ["a@good.example, b@evil.example"];
/// assert_eq!(Authors::of_fields(two).domain(), Err(Reason::SeveralDomains));
/// let two = ["a@good.example", "a@good.example"];
/// assert_eq!(Authors::of_fields(two).domain(), Err(Reason::SeveralFromFields));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authors {
    fields: usize,
    domains: Vec<Name>,
    /// Whether a field cannot be read.
    malformed: bool,
    /// Whether there may be fields that nobody has read.
    incomplete: bool,
}

/// How many different domains are kept; one too many is all that matters.
const MOST_DOMAINS: usize = 16;

/// What stands for a comment in the text of an address.
const COMMENT: char = '(';

/// What may stand around the parts of an address: white space, folds and comments.
const BLANKS: [char; 5] = [' ', '\t', '\r', '\n', COMMENT];

impl Authors {
    /// The authors in the bodies of all From fields of a message, raw or unfolded.
    pub fn of_fields<Body: AsRef<[u8]>>(fields: impl IntoIterator<Item = Body>) -> Self {
        let mut authors = Self::default();
        for field in fields {
            authors.add_field(field.as_ref());
        }
        authors
    }

    /// Counts another From field.
    pub fn add_field(&mut self, body: &[u8]) {
        self.fields += 1;
        match core::str::from_utf8(body) {
            Ok(body) => self.read(body),
            Err(_) => self.malformed = true,
        }
    }

    /// The different domains, in order.
    pub fn domains(&self) -> &[Name] {
        &self.domains
    }

    /// How many From fields there are.
    pub const fn field_count(&self) -> usize {
        self.fields
    }

    /// The one author domain.
    ///
    /// # Errors
    /// Why there is not exactly one.
    pub fn domain(&self) -> Result<Name, Reason> {
        match (self.fields, self.domains.as_slice()) {
            (2.., _) => Err(Reason::SeveralFromFields),
            _ if self.incomplete => Err(Reason::MalformedHeader),
            (0, _) => Err(Reason::NoAuthor),
            (1, _) if self.malformed => Err(Reason::MalformedFrom),
            (1, [domain]) => Ok(domain.clone()),
            (1, []) => Err(Reason::NoAuthor),
            (1, _) => Err(Reason::SeveralDomains),
        }
    }

    /// Notes that a reader may find another From field than those that were counted: the header is too long, or it is
    /// malformed.
    pub const fn mark_incomplete(&mut self) {
        self.incomplete = true;
    }

    fn read(&mut self, body: &str) {
        let mut reader = Reader::default();
        for character in body.chars() {
            reader.step(character, self);
        }
        reader.end_address(self);
        self.malformed |= reader.place != Place::Phrase || reader.comment_depth > 0;
    }

    /// Counts the domain of an address. No address at all is nobody.
    fn add_address(&mut self, address: &str) {
        match address.split_once('@') {
            Some((_, domain)) if !domain.contains('@') => self.add_domain(domain),
            None if address.trim_matches(BLANKS).is_empty() => {}
            _ => self.malformed = true,
        }
    }

    /// Blanks and comments may stand around the dots. Two words without a dot between them are not one name: readers
    /// differ about which of them counts.
    fn add_domain(&mut self, domain: &str) {
        let labels: Vec<&str> = domain.split('.').map(|label| label.trim_matches(BLANKS)).collect();
        let domain = labels.join(".");
        let name = if domain.is_ascii() { Name::parse(&domain) } else { Name::from_unicode(&domain) };
        match name {
            Ok(name) if name.is_host() && !domain.contains(char::is_whitespace) => {
                if !self.domains.contains(&name) && self.domains.len() < MOST_DOMAINS {
                    self.domains.push(name);
                }
            }
            _ => self.malformed = true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    #[default]
    Phrase,
    Quoted,
    Angle,
    QuotedInAngle,
}

/// Goes through an address list (RFC 5322 section 3.4), character by character.
#[derive(Default)]
struct Reader {
    place: Place,
    comment_depth: u32,
    escaped: bool,
    /// The text of the address so far; a quoted string is a `"`, and a comment is a [`COMMENT`].
    text: String,
    /// An address in angle brackets was read, so that other text is a display name.
    angle_seen: bool,
}

impl Reader {
    fn step(&mut self, character: char, authors: &mut Authors) {
        if core::mem::take(&mut self.escaped) {
            return;
        }
        let in_quotes = matches!(self.place, Place::Quoted | Place::QuotedInAngle);
        if character == '\\' && (in_quotes || self.comment_depth > 0) {
            self.escaped = true;
        } else if in_quotes {
            if character == '"' {
                self.place = if self.place == Place::Quoted { Place::Phrase } else { Place::Angle };
            }
        } else if self.comment_depth > 0 || character == '(' {
            match character {
                '(' => {
                    self.comment_depth = self.comment_depth.saturating_add(1);
                    self.text.push(COMMENT);
                }
                ')' => self.comment_depth -= 1,
                _ => {}
            }
        } else if character == '"' {
            self.text.push('"');
            self.place = if self.place == Place::Phrase { Place::Quoted } else { Place::QuotedInAngle };
        } else if self.place == Place::Angle {
            match character {
                '>' => self.end_angle(authors),
                '<' => authors.malformed = true,
                _ => self.text.push(character),
            }
        } else {
            match character {
                '<' => {
                    authors.malformed |= self.angle_seen;
                    self.end_display_name(authors);
                    self.place = Place::Angle;
                }
                '>' => authors.malformed = true,
                ',' | ';' => self.end_address(authors),
                // The name of a group.
                ':' => self.end_display_name(authors),
                _ => self.text.push(character),
            }
        }
    }

    /// What stood between angle brackets: an address, perhaps with a route in front.
    fn end_angle(&mut self, authors: &mut Authors) {
        let text = core::mem::take(&mut self.text);
        authors.add_address(match text.split_once(':') {
            Some((route, address)) if route.trim_start_matches(BLANKS).starts_with('@') => address,
            _ => &text,
        });
        self.place = Place::Phrase;
        self.angle_seen = true;
    }

    /// Text in front of an angle bracket: what looks like an address there is one to a reader, whether comments are shown to
    /// it or not.
    fn end_display_name(&mut self, authors: &mut Authors) {
        let text = core::mem::take(&mut self.text);
        let without_comments = text.replace(COMMENT, "");
        for word in text.split([COMMENT]).flat_map(str::split_whitespace).chain(without_comments.split_whitespace()) {
            if let Some((local_part, domain)) = word.rsplit_once('@')
                && !local_part.is_empty()
                && domain.contains('.')
                && Name::parse(domain).is_ok()
            {
                authors.add_domain(domain);
            }
        }
    }

    /// The end of a mailbox.
    fn end_address(&mut self, authors: &mut Authors) {
        if core::mem::take(&mut self.angle_seen) {
            return self.end_display_name(authors);
        }
        authors.add_address(&core::mem::take(&mut self.text));
    }
}
