//! As much of DER (ITU-T X.690) as keys need, and no more lenient than it.
//!
//! A reader goes forward over elements; nothing recurses, and no length is believed that the octets do not have.

use alloc::vec::Vec;

use super::KeyError;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// The object identifiers of keys, as their contents.
pub(super) mod oid {
    /// `rsaEncryption`, 1.2.840.113549.1.1.1 (RFC 3279 section 2.3.1).
    pub(crate) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    /// `id-RSASSA-PSS`, 1.2.840.113549.1.1.10.
    pub(crate) const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
    /// `id-ecPublicKey`, 1.2.840.10045.2.1.
    pub(crate) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    /// `id-Ed25519`, 1.3.101.112 (RFC 8410 section 3).
    pub(crate) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    /// `id-Ed448`, 1.3.101.113.
    pub(crate) const ED448: &[u8] = &[0x2b, 0x65, 0x71];
    /// `id-X25519`, 1.3.101.110.
    pub(crate) const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
    /// `id-dsa`, 1.2.840.10040.4.1.
    pub(crate) const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
}

/// What is left to read of some elements.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self { rest: octets }
    }

    /// The tag of the next element, if there is one.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The contents of the next element, which must have this tag.
    pub(super) fn element(&mut self, tag: u8) -> Result<&'a [u8], KeyError> {
        match self.any()? {
            (found, contents) if found == tag => Ok(contents),
            _ => Err(KeyError::Malformed("an element has another tag than a key has there")),
        }
    }

    /// The tag and the contents of the next element.
    pub(super) fn any(&mut self) -> Result<(u8, &'a [u8]), KeyError> {
        const CUT: KeyError = KeyError::Malformed("it is cut off");
        let (&tag, rest) = self.rest.split_first().ok_or(CUT)?;
        let (&first, mut rest) = rest.split_first().ok_or(CUT)?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let count = usize::from(first & 0x7f);
            // Four octets of length are far more than a key needs, and less than overflows.
            if !(1..=4).contains(&count) {
                return Err(KeyError::Malformed("an element has no definite, reasonable length"));
            }
            let (octets, after) = rest.split_at_checked(count).ok_or(CUT)?;
            length = octets
                .iter()
                .try_fold(0_usize, |length, octet| length.checked_mul(256)?.checked_add((*octet).into()))
                .ok_or(KeyError::Malformed("an element has no definite, reasonable length"))?;
            if length < 0x80 || octets.first() == Some(&0) {
                return Err(KeyError::Malformed("a length is written longer than DER allows"));
            }
            rest = after;
        }
        let (contents, rest) = rest.split_at_checked(length).ok_or(CUT)?;
        self.rest = rest;
        Ok((tag, contents))
    }

    /// A reader of the next element's contents.
    pub(super) fn sequence(&mut self) -> Result<Self, KeyError> {
        self.element(SEQUENCE).map(Self::new)
    }

    /// A positive or zero integer's octets, without leading zeros.
    pub(super) fn unsigned(&mut self) -> Result<&'a [u8], KeyError> {
        match self.element(INTEGER)? {
            [0] => Ok(&[]),
            [0, rest @ ..] if rest.first().is_some_and(|octet| *octet >= 0x80) => Ok(rest),
            [] | [0, ..] => Err(KeyError::Malformed("an integer is written longer than DER allows")),
            [0x80..=0xff, ..] => Err(KeyError::Malformed("an integer is negative")),
            octets => Ok(octets),
        }
    }

    /// The octets of a bit string of whole octets.
    pub(super) fn bit_string(&mut self) -> Result<&'a [u8], KeyError> {
        self.element(BIT_STRING).and_then(whole_octets)
    }

    /// Says that there must be no more.
    pub(super) fn end(self) -> Result<(), KeyError> {
        if self.rest.is_empty() { Ok(()) } else { Err(KeyError::Malformed("there is more after it")) }
    }
}

/// What a bit string's contents hold.
pub(super) fn whole_octets(contents: &[u8]) -> Result<&[u8], KeyError> {
    match contents {
        [0, octets @ ..] => Ok(octets),
        _ => Err(KeyError::Malformed("a bit string is not of whole octets")),
    }
}

/// Appends an element whose contents are these pieces.
pub(super) fn write(out: &mut Vec<u8>, tag: u8, pieces: &[&[u8]]) {
    let length: usize = pieces.iter().map(|piece| piece.len()).sum();
    out.push(tag);
    let octets = length.to_be_bytes();
    let significant = octets.iter().position(|octet| *octet != 0).map_or(&octets[..0], |first| &octets[first..]);
    match significant {
        [] => out.push(0),
        [short @ 0..0x80] => out.push(*short),
        long => {
            // At most eight octets.
            out.push(0x80 | long.len() as u8);
            out.extend_from_slice(long);
        }
    }
    pieces.iter().for_each(|piece| out.extend_from_slice(piece));
}

/// Appends an integer, given as octets without leading zeros.
pub(super) fn write_unsigned(out: &mut Vec<u8>, octets: &[u8]) {
    match octets.first() {
        Some(0..0x80) => write(out, INTEGER, &[octets]),
        _ => write(out, INTEGER, &[&[0], octets]),
    }
}
