use alloc::string::String;
use alloc::vec::Vec;

use super::Reason;
use crate::dns::Name;

/// The domains of the addresses in `From`.
///
/// Every address counts, also one that stands in a display name without quotes, since a reader may see that one. What
/// cannot be read for certain is not guessed at: DMARC then gives a permanent error. So it is with an `@` there that has
/// more behind it than a domain, unless that begins with a word without a dot, as in `Ann @ Work`; with a control character
/// anywhere; and with a route in angle brackets that is not of `@` and domains alone.
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

/// What parts the labels of a domain, in any script (RFC 3490 section 3.1).
const FULL_STOPS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

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

    /// The different domains, in order, up to where a field cannot be read, and no more than a few.
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
        if has_control(body) {
            self.malformed = true;
        }
        let mut reader = Reader::default();
        for character in body.chars() {
            if self.malformed || self.domains.len() >= MOST_DOMAINS {
                // Nothing behind it changes who the author is.
                return;
            }
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

    fn add_domain(&mut self, domain: &str) {
        if self.domains.len() >= MOST_DOMAINS {
            return;
        }
        match read_domain(domain) {
            Some(name) if !self.domains.contains(&name) => self.domains.push(name),
            Some(_) => {}
            None => self.malformed = true,
        }
    }

    /// Counts the domain behind an `@` in a display name.
    fn add_shown(&mut self, behind: &str) {
        let shown = what_may_be_a_domain(behind);
        // A word without a dot is no domain to anybody, unless something in it stands for one.
        let is_word = |c: char| c.is_alphanumeric() || (c.is_ascii() && !matches!(c, '.' | '"' | '\\'));
        if shown.chars().all(is_word) {
            return;
        }
        // Some programs put an address that serves as a name between apostrophes.
        let domain = shown.trim_end_matches('\'');
        if !domain.is_empty() && !domain.contains(BLANKS) {
            self.add_domain(domain);
        } else {
            self.malformed = true;
        }
    }
}

/// Blanks and comments may stand around the dots. Two words without a dot between them are not one name: readers
/// differ about which of them counts.
fn read_domain(domain: &str) -> Option<Name> {
    let labels: Vec<&str> = domain.split('.').map(|label| label.trim_matches(BLANKS)).collect();
    let domain = labels.join(".");
    let name = if domain.is_ascii() { Name::parse(&domain) } else { Name::from_unicode(&domain) };
    name.ok().filter(|name| name.is_host() && !domain.contains(char::is_whitespace))
}

/// The beginning of a text up to the first blank that no dot stands beside, without the blanks in front.
fn what_may_be_a_domain(text: &str) -> &str {
    let text = text.trim_start();
    let (mut end, mut behind_blank, mut behind_stop) = (0, false, false);
    for (position, character) in text.char_indices() {
        if character.is_whitespace() {
            behind_blank = true;
            continue;
        }
        let is_stop = FULL_STOPS.contains(&character);
        if behind_blank && !behind_stop && !is_stop {
            break;
        }
        (end, behind_blank, behind_stop) = (position + character.len_utf8(), false, is_stop);
    }
    text.get(..end).unwrap_or_default()
}

/// Whether there is a control character that is no HTAB and in no fold or line end.
fn has_control(body: &str) -> bool {
    let mut rest = body.chars().peekable();
    while let Some(character) = rest.next() {
        let allowed = match character {
            '\t' => true,
            '\r' => rest.peek() == Some(&'\n'),
            '\n' => matches!(rest.peek(), None | Some(' ' | '\t')),
            _ => !character.is_control(),
        };
        if !allowed {
            return true;
        }
    }
    false
}

/// Whether a text is a route (RFC 5322 section 4.4): `@` and a domain, once or more, with commas between them.
fn is_route(text: &str) -> bool {
    let is_domain = |element: &str| element.strip_prefix('@').is_some_and(|domain| read_domain(domain).is_some());
    let mut elements = text.split(',').map(|element| element.trim_matches(BLANKS));
    text.contains('@') && elements.all(|element| element.is_empty() || is_domain(element))
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
        let is_special = matches!(character, '(' | ')' | '<' | '>' | ',' | ';' | ':' | '@' | '"');
        if is_special && !in_quotes && self.comment_depth == 0 && self.text.ends_with('\\') {
            // To some readers the backslash takes its meaning away.
            authors.malformed = true;
        }
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
        match text.split_once(':') {
            Some((route, address)) if is_route(route) => authors.add_address(address),
            Some(_) => authors.malformed = true,
            None => authors.add_address(&text),
        }
        self.place = Place::Phrase;
        self.angle_seen = true;
    }

    /// Text in front of an angle bracket: what looks like an address there is one to a reader, whether comments are shown to
    /// it or not.
    fn end_display_name(&mut self, authors: &mut Authors) {
        let text = core::mem::take(&mut self.text);
        if !text.contains('@') {
            return;
        }
        for word in text.split([COMMENT]).flat_map(str::split_whitespace) {
            if let Some((local_part, domain)) = word.rsplit_once('@')
                && !local_part.is_empty()
                && domain.contains('.')
                && read_domain(domain).is_some()
            {
                authors.add_domain(domain);
            }
        }
        let without_comments = text.replace(COMMENT, "");
        without_comments.split('@').skip(1).for_each(|behind| authors.add_shown(behind));
    }

    /// The end of a mailbox.
    fn end_address(&mut self, authors: &mut Authors) {
        if core::mem::take(&mut self.angle_seen) {
            return self.end_display_name(authors);
        }
        authors.add_address(&core::mem::take(&mut self.text));
    }
}
