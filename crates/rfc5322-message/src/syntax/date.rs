//! Dates (RFC 5322 sections 3.3 and 4.3), and the forms that old software wrote instead.

use super::cursor::Cursor;
use crate::value::{DateTime, Zone};

/// What a date is made of, comments and blanks gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Number {
        value: u32,
        digits: u8,
    },
    /// Up to four letters, lower case; more do not tell names apart.
    Word([u8; 4]),
    Mark(u8),
}

/// No date has more tokens.
const MOST: usize = 24;

struct Tokens {
    tokens: [Token; MOST],
    len: usize,
    at: usize,
}

impl Tokens {
    fn of(body: &[u8]) -> Self {
        let mut tokens = [Token::Mark(0); MOST];
        let mut len = 0;
        let mut cursor = Cursor::new(body);
        while len < MOST {
            cursor.skip_cfws();
            let Some(byte) = cursor.peek() else { break };
            let token = if byte.is_ascii_digit() {
                let digits = cursor.take_while(|byte| byte.is_ascii_digit());
                let value = digits
                    .iter()
                    .fold(0u32, |value, digit| value.saturating_mul(10).saturating_add(u32::from(digit - b'0')));
                Token::Number { value, digits: u8::try_from(digits.len()).unwrap_or(u8::MAX) }
            } else if byte.is_ascii_alphabetic() {
                let letters = cursor.take_while(|byte| byte.is_ascii_alphabetic());
                let mut word = [0; 4];
                for (to, from) in word.iter_mut().zip(letters) {
                    *to = from.to_ascii_lowercase();
                }
                Token::Word(word)
            } else {
                cursor.bump();
                Token::Mark(byte)
            };
            if let Some(slot) = tokens.get_mut(len) {
                *slot = token;
                len += 1;
            }
        }
        Self { tokens, len, at: 0 }
    }

    fn peek(&self) -> Option<Token> {
        if self.at < self.len { self.tokens.get(self.at).copied() } else { None }
    }

    fn eat(&mut self, mark: u8) -> bool {
        let eaten = self.peek() == Some(Token::Mark(mark));
        self.at += usize::from(eaten);
        eaten
    }

    fn number(&mut self) -> Option<(u32, u8)> {
        let Some(Token::Number { value, digits }) = self.peek() else { return None };
        self.at += 1;
        Some((value, digits))
    }

    fn small(&mut self) -> Option<u8> {
        u8::try_from(self.number()?.0).ok()
    }

    fn month(&mut self) -> Option<u8> {
        let Some(Token::Word(word)) = self.peek() else { return None };
        let month = month_of(word)?;
        self.at += 1;
        Some(month)
    }
}

fn month_of(word: [u8; 4]) -> Option<u8> {
    Some(match &word[..3] {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

/// The date in a field's body.
pub(crate) fn date(body: &[u8]) -> Option<DateTime> {
    regular(body).or_else(|| any_form(body))
}

/// The form that RFC 5322 asks for and nearly everybody writes: `Fri, 21 Nov 1997 09:55:06 -0600`, in one look. `None` for
/// every other; it may be a date all the same.
fn regular(body: &[u8]) -> Option<DateTime> {
    let mut rest = body.trim_ascii_start();
    if let [_, _, _, b',', after @ ..] = rest {
        let name = word(rest)?;
        if month_of(name).is_some() {
            return None;
        }
        rest = after.trim_ascii_start();
    }
    let (day, rest) = match rest {
        [one, b' ', rest @ ..] => (digits(&[*one])?, rest),
        [ten, one, b' ', rest @ ..] => (digits(&[*ten, *one])?, rest),
        _ => return None,
    };
    let month = month_of(word(rest)?)?;
    let [_, _, _, b' ', year @ ..] = rest else { return None };
    let (year, rest) = year.split_at_checked(4)?;
    let [b' ', hours, hour, b':', minutes, minute, rest @ ..] = rest else { return None };
    let (second, rest) = match rest {
        [b':', seconds, second, rest @ ..] => (digits(&[*seconds, *second])?, rest),
        _ => (0, rest),
    };
    let [b' ', sign @ (b'+' | b'-'), zone @ ..] = rest else { return None };
    let (zone, after) = zone.split_at_checked(4)?;
    if after.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let (zone_hours, zone_minutes) = (digits(&zone[..2])?, digits(&zone[2..])?);
    let zone = match (sign, zone_hours * 60 + zone_minutes) {
        _ if zone_minutes > 59 => return None,
        (b'-', 0) => Zone::Unknown,
        (b'-', minutes) => Zone::Offset(-i16::try_from(minutes).ok()?),
        (_, minutes) => Zone::Offset(i16::try_from(minutes).ok()?),
    };
    let small = |number: u32| u8::try_from(number).ok();
    let time = (small(digits(&[*hours, *hour])?)?, small(digits(&[*minutes, *minute])?)?, small(second)?);
    DateTime::parsed((u16::try_from(digits(year)?).ok()?, month, small(day)?), time, zone).ok()
}

/// A number, if these are digits.
fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0')))
}

/// The three letters at the beginning, in lower case, if they are letters and no more follow.
fn word(text: &[u8]) -> Option<[u8; 4]> {
    let [a, b, c, after, ..] = text else { return None };
    let letters = a.is_ascii_alphabetic() & b.is_ascii_alphabetic() & c.is_ascii_alphabetic();
    let word = [a.to_ascii_lowercase(), b.to_ascii_lowercase(), c.to_ascii_lowercase(), 0];
    (letters && !after.is_ascii_alphabetic()).then_some(word)
}

/// A date in any form.
fn any_form(body: &[u8]) -> Option<DateTime> {
    let mut tokens = Tokens::of(body);
    // The day of the week, which says nothing that the date does not.
    if let Some(Token::Word(word)) = tokens.peek()
        && month_of(word).is_none()
    {
        tokens.at += 1;
        tokens.eat(b'.');
    }
    tokens.eat(b',');

    let (day, month, mut year);
    if let Some(first) = tokens.month() {
        // C's asctime: Thu Jan  1 12:00:00 1998
        month = first;
        day = tokens.small()?;
        tokens.eat(b',');
        year = None;
        if let Some(Token::Number { digits: 4, .. }) = tokens.peek() {
            year = tokens.number();
        }
    } else {
        day = tokens.small()?;
        while tokens.eat(b'-') || tokens.eat(b'.') {}
        month = tokens.month()?;
        while tokens.eat(b'-') || tokens.eat(b'.') || tokens.eat(b',') {}
        year = Some(tokens.number()?);
    }
    tokens.eat(b',');

    let mut hour = tokens.small()?;
    if !tokens.eat(b':') && !tokens.eat(b'.') {
        return None;
    }
    let minute = tokens.small()?;
    let second = if tokens.eat(b':') || tokens.eat(b'.') { tokens.small()? } else { 0 };
    // Fractions of a second, which some programs write.
    if tokens.eat(b'.') {
        tokens.number();
    }
    hour = half_day(&mut tokens, hour);

    if year.is_none()
        && let Some(Token::Number { digits: 4, .. }) = tokens.peek()
    {
        year = tokens.number();
    }
    let zone = zone(&mut tokens);
    if year.is_none() {
        year = tokens.number();
    }
    let year = match year? {
        (value, 2) if value < 50 => value + 2000,
        // Two and three digits count from 1900 (section 4.3); four are the year itself, be they 0102.
        (value, ..4) => value + 1900,
        (value, _) => value,
    };
    DateTime::parsed((u16::try_from(year).ok()?, month, day), (hour, minute, second), zone).ok()
}

/// The hour as one of 24, if AM or PM follows. Behind an hour beyond 12 that says nothing new.
fn half_day(tokens: &mut Tokens, hour: u8) -> u8 {
    let later = match tokens.peek() {
        Some(Token::Word([b'a', b'm', 0, 0])) => 0,
        Some(Token::Word([b'p', b'm', 0, 0])) => 12,
        _ => return hour,
    };
    tokens.at += 1;
    if (1..=12).contains(&hour) { hour % 12 + later } else { hour }
}

/// The zone. Names that RFC 5322 section 4.3 does not list mean `-0000`, as it says.
fn zone(tokens: &mut Tokens) -> Zone {
    match tokens.peek() {
        Some(Token::Mark(b'+' | b'-')) => zone_number(tokens).unwrap_or(Zone::Missing),
        Some(Token::Word(name)) => {
            tokens.at += 1;
            let hours = match &name {
                b"ut\0\0" | b"gmt\0" | b"utc\0" => {
                    // `GMT+0200` is common and means what its number says.
                    return match tokens.peek() {
                        Some(Token::Mark(b'+' | b'-')) => zone_number(tokens).unwrap_or(Zone::Offset(0)),
                        _ => Zone::Offset(0),
                    };
                }
                b"edt\0" => -4,
                b"est\0" | b"cdt\0" => -5,
                b"cst\0" | b"mdt\0" => -6,
                b"mst\0" | b"pdt\0" => -7,
                b"pst\0" => -8,
                _ => return Zone::Unknown,
            };
            Zone::Offset(hours * 60)
        }
        // A sign that was forgotten: 0530.
        Some(Token::Number { value, digits: 4 }) if value / 100 < 24 && value % 100 < 60 => {
            tokens.at += 1;
            i16::try_from(value / 100 * 60 + value % 100).map_or(Zone::Missing, Zone::Offset)
        }
        _ => Zone::Missing,
    }
}

/// `+hhmm`, `-hhmm`, `+hh:mm`.
fn zone_number(tokens: &mut Tokens) -> Option<Zone> {
    // `+-0500` is real, and means the second.
    let positive = tokens.eat(b'+');
    let negative = tokens.eat(b'-');
    if !negative && !positive {
        return None;
    }
    let (value, digits) = tokens.number()?;
    let (hours, minutes) = if digits <= 2 {
        (value, if tokens.eat(b':') { tokens.number()?.0 } else { 0 })
    } else {
        (value / 100, value % 100)
    };
    // The last two digits are minutes of an hour (section 3.3).
    if hours > 99 || minutes > 59 {
        return None;
    }
    let total = i16::try_from(hours * 60 + minutes).ok()?;
    Some(match (negative, total) {
        (true, 0) => Zone::Unknown,
        (true, total) => Zone::Offset(-total),
        (false, total) => Zone::Offset(total),
    })
}
