//! Address lists (RFC 5322 sections 3.4 and 4.4, RFC 6854), all obsolete syntax included.
//!
//! Routes are dropped, as section 4.4 asks; comments too, but for one after a bare address, which names whom it reaches
//! (`a@b (Name)`). What is no address yields what can be saved of it and never hides what a comma parts from it.

use alloc::{borrow::Cow, string::String, vec::Vec};

use super::{
    cursor::{Cursor, unquote},
    text::{comment, is_value_control, phrase},
};
use crate::{
    charset::{Unlabelled, printable},
    value::{AddrSpec, Address, Group, Mailbox},
};

/// What stands in an address list, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item<'a> {
    Mailbox(Mailbox<'a>),
    GroupStart(Cow<'a, str>),
    GroupEnd,
}

/// An iterator over the mailboxes of an address list, those in groups included. It allocates nothing unless a name has to be
/// decoded.
#[derive(Debug, Clone)]
pub struct Mailboxes<'a> {
    items: Items<'a>,
}

impl<'a> Mailboxes<'a> {
    pub(crate) const fn new(body: &'a [u8]) -> Self {
        Self { items: Items::new(Cursor::new(body)) }
    }

    pub(crate) const fn reading(body: &'a [u8], unlabelled: Unlabelled) -> Self {
        Self { items: Items::new(Cursor::reading(body, unlabelled)) }
    }
}

impl<'a> Iterator for Mailboxes<'a> {
    type Item = Mailbox<'a>;

    fn next(&mut self) -> Option<Mailbox<'a>> {
        loop {
            match self.items.next()? {
                Item::Mailbox(mailbox) => return Some(mailbox),
                Item::GroupStart(_) | Item::GroupEnd => {}
            }
        }
    }
}

/// The whole list, groups as groups.
pub(crate) fn addresses(body: &[u8], unlabelled: Unlabelled) -> Vec<Address<'_>> {
    let mut list = Vec::new();
    let mut group: Option<(Cow<'_, str>, Vec<Mailbox<'_>>)> = None;
    for item in Items::new(Cursor::reading(body, unlabelled)) {
        match (item, &mut group) {
            (Item::Mailbox(mailbox), Some((_, members))) => members.push(mailbox),
            (Item::Mailbox(mailbox), None) => list.push(Address::Mailbox(mailbox)),
            (Item::GroupStart(name), _) => group = Some((name, Vec::new())),
            (Item::GroupEnd, _) => {
                if let Some((name, members)) = group.take() {
                    list.push(Address::Group(Group::parsed(name, members)));
                }
            }
        }
    }
    if let Some((name, members)) = group {
        list.push(Address::Group(Group::parsed(name, members)));
    }
    list
}

#[derive(Debug, Clone)]
pub(crate) struct Items<'a> {
    cursor: Cursor<'a>,
    in_group: bool,
    /// Up to where there is no angle bracket, as far as that was looked for.
    bare_until: usize,
}

impl<'a> Items<'a> {
    pub(crate) const fn new(cursor: Cursor<'a>) -> Self {
        Self { cursor, in_group: false, bare_until: 0 }
    }

    /// Whether what comes next is a word that no dot joins to the one that ends there.
    fn begins_word(&self, end: usize) -> bool {
        !matches!(self.cursor.peek(), None | Some(b'@' | b'.' | b',' | b';' | b'<' | b':'))
            && !self.cursor.slice(0..end).ends_with(b".")
    }

    /// `<`, a route, an addr-spec, `>`.
    fn angle(&mut self) -> AddrSpec<'a> {
        let cursor = &mut self.cursor;
        // `<<a@b>>` is one address.
        while cursor.eat(b'<') {
            cursor.skip_cfws();
        }
        // obs-route: "@a,@b:" (section 4.4).
        while matches!(cursor.peek(), Some(b'@' | b',')) {
            cursor.bump();
            cursor.skip_cfws();
            domain(cursor);
            cursor.skip_cfws();
        }
        if cursor.eat(b':') {
            cursor.skip_cfws();
        }
        let local = local_part(cursor);
        cursor.skip_cfws();
        let domain = if cursor.eat(b'@') {
            cursor.skip_cfws();
            domain(cursor)
        } else {
            Cow::Borrowed("")
        };
        // Whatever else is inside does not belong to it.
        loop {
            cursor.skip_cfws();
            match cursor.peek() {
                Some(b'>') => {
                    cursor.bump();
                    break;
                }
                None | Some(b',' | b';' | b'<') => break,
                Some(b'"') => {
                    cursor.quoted_string();
                }
                Some(_) => cursor.bump(),
            }
        }
        AddrSpec::parsed(local, domain)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let unlabelled = self.cursor.unlabelled();
        let phrase = |raw| phrase(raw, unlabelled);
        let comment_text = |raw| comment(raw, unlabelled);
        // Empty elements (section 4.4) and ends of groups.
        loop {
            self.cursor.skip_cfws();
            match self.cursor.peek()? {
                b';' => {
                    self.cursor.bump();
                    if core::mem::take(&mut self.in_group) {
                        return Some(Item::GroupEnd);
                    }
                }
                b',' | b'>' | b')' | b']' | b'\\' => self.cursor.bump(),
                b':' => self.cursor.bump(),
                _ => break,
            }
        }
        self.cursor.take_comment();
        let start = self.cursor.at();
        let mut words = 0;
        let mut end = start;
        // Where a local-part can begin: what stands before a colon is none of it, and only dots join words to one.
        let mut local_start = start;
        // Where the words before it are, which are a name.
        let mut name_range = start..start;
        loop {
            if words > 0 && self.cursor.at() > end && self.cursor.at() > local_start && self.begins_word(end) {
                name_range.end = end;
                local_start = self.cursor.at();
            }
            match self.cursor.peek() {
                Some(b'<') => {
                    let name = self.cursor.slice(start..end);
                    let name = (words > 0).then(|| phrase(name)).filter(|name| !name.is_empty());
                    let address = self.angle();
                    return Some(Item::Mailbox(Mailbox::parsed(name, address)));
                }
                Some(b':') if words > 0 && !self.in_group => {
                    self.cursor.bump();
                    self.in_group = true;
                    return Some(Item::GroupStart(phrase(self.cursor.slice(start..end))));
                }
                Some(b'@') => {
                    let local = local_part(&mut Cursor::reading(self.cursor.slice(local_start..end), unlabelled));
                    self.cursor.bump();
                    self.cursor.skip_cfws();
                    let domain = domain(&mut self.cursor);
                    self.cursor.take_comment();
                    self.cursor.skip_cfws();
                    // `a@b <c@d>`: the first is but a name; `a@b c` is a name too if an angle follows.
                    let after = self.cursor.clone();
                    self.cursor.skip_to(self.bare_until);
                    while let Some(byte) = self.cursor.peek().filter(|byte| !matches!(byte, b',' | b';' | b'<' | b'"'))
                    {
                        if byte == b'(' { self.cursor.skip_comment() } else { self.cursor.bump() }
                    }
                    if self.cursor.peek() == Some(b'<') {
                        end = self.cursor.at();
                        words += 1;
                        continue;
                    }
                    self.bare_until = self.cursor.at();
                    if begins_address(after.clone()) {
                        // Somebody has forgotten the comma.
                        self.cursor = after.clone();
                    }
                    let name = match self.cursor.slice(name_range) {
                        [] => { after }.take_comment().map(comment_text),
                        words => Some(phrase(words)),
                    };
                    let name = name.filter(|name| !name.is_empty());
                    return Some(Item::Mailbox(Mailbox::parsed(name, AddrSpec::parsed(local, domain))));
                }
                None | Some(b',' | b';') => {
                    let text = self.cursor.slice(start..end);
                    let mailbox = if words == 1 {
                        let local = local_part(&mut Cursor::reading(text, unlabelled));
                        let name = self.cursor.take_comment().map(comment_text).filter(|name| !name.is_empty());
                        Mailbox::parsed(name, AddrSpec::parsed(local, Cow::Borrowed("")))
                    } else {
                        Mailbox::parsed(Some(phrase(text)).filter(|name| !name.is_empty()), AddrSpec::null())
                    };
                    return Some(Item::Mailbox(mailbox));
                }
                Some(b'"') => {
                    self.cursor.quoted_string();
                    words += 1;
                    end = self.cursor.at();
                }
                Some(byte) => {
                    let is_special = self.cursor.dot_atom().is_empty();
                    if is_special {
                        self.cursor.bump();
                    }
                    words += 1;
                    end = self.cursor.at();
                    if byte == b':' {
                        self.cursor.skip_cfws();
                        local_start = self.cursor.at();
                        name_range = local_start..local_start;
                    } else if is_special {
                        // No local-part has it.
                        (name_range.end, local_start) = (end, end);
                    }
                }
            }
            self.cursor.skip_cfws();
        }
    }
}

/// Whether a local-part and an at sign come next.
fn begins_address(mut cursor: Cursor<'_>) -> bool {
    !local_part(&mut cursor).is_empty() && cursor.peek() == Some(b'@')
}

/// A local-part: words joined by dots, blanks and comments around those dropped (section 4.4). Of words that blanks part it
/// is the last.
fn local_part<'a>(cursor: &mut Cursor<'a>) -> Cow<'a, str> {
    let mut local = Cow::Borrowed("");
    let (mut end, mut joined) = (cursor.at(), true);
    while let Some(byte) = cursor.peek() {
        joined |= byte == b'.' || cursor.at() == end;
        let word = if byte == b'"' {
            let (inside, resolve) = cursor.quoted_string();
            text_of(unquote(inside, resolve), cursor.unlabelled())
        } else {
            let atom = cursor.dot_atom();
            if atom.is_empty() {
                break;
            }
            text_of(Cow::Borrowed(atom), cursor.unlabelled())
        };
        end = cursor.at();
        if joined && !local.is_empty() {
            local.to_mut().push_str(&word);
        } else {
            local = word;
        }
        joined = byte != b'"' && cursor.slice(0..end).ends_with(b".");
        cursor.skip_cfws();
    }
    local
}

/// A domain: a dot-atom, blanks and comments around its dots dropped, or a literal.
fn domain<'a>(cursor: &mut Cursor<'a>) -> Cow<'a, str> {
    if cursor.peek() == Some(b'[') {
        let start = cursor.at();
        cursor.bump();
        let inside = cursor.take_while(|byte| byte > b' ' && byte != 0x7f && !matches!(byte, b'[' | b']' | b'\\'));
        if cursor.eat(b']') {
            return text_of(Cow::Borrowed(cursor.slice(start..cursor.at())), cursor.unlabelled());
        }
        return literal_with_blanks(cursor, inside);
    }
    let mut domain = text_of(Cow::Borrowed(cursor.dot_atom()), cursor.unlabelled());
    loop {
        let before = cursor.clone();
        cursor.skip_cfws();
        // Only a dot joins what comes after blanks.
        let atom = if cursor.peek() == Some(b'.') || (domain.ends_with('.') && cursor.at() > before.at()) {
            cursor.dot_atom()
        } else {
            &[]
        };
        if atom.is_empty() {
            *cursor = before;
            break;
        }
        domain.to_mut().push_str(&text_of(Cow::Borrowed(atom), cursor.unlabelled()));
    }
    domain
}

/// A literal with folding or quoted pairs in it: both go.
fn literal_with_blanks<'a>(cursor: &mut Cursor<'a>, first: &[u8]) -> Cow<'a, str> {
    let mut text = Vec::from(&b"["[..]);
    text.extend_from_slice(first);
    while let Some(byte) = cursor.peek() {
        cursor.bump();
        match byte {
            b']' => break,
            byte if byte > b' ' && byte != 0x7f && !matches!(byte, b'[' | b'\\') => text.push(byte),
            _ => {}
        }
    }
    text.push(b']');
    text_of(Cow::Owned(text), cursor.unlabelled())
}

/// As text; a control character becomes U+FFFD, so that no address turns into another.
fn text_of(bytes: Cow<'_, [u8]>, unlabelled: Unlabelled) -> Cow<'_, str> {
    if let Cow::Borrowed(bytes) = bytes
        && let Some(text) = printable(bytes)
    {
        return Cow::Borrowed(text);
    }
    let text = match bytes {
        Cow::Borrowed(bytes) => unlabelled.decode(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from(unlabelled.decode(&bytes))),
    };
    if text.contains(is_value_control) { Cow::Owned(text.replace(is_value_control, "\u{fffd}")) } else { text }
}
