//! Public keys, as key records hold them (RFC 6376 section 3.6.1, RFC 8463 section 4).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use super::der::{self, Reader, oid};
use super::{KeyError, KeyType};

/// A published key that has the right structure.
///
/// RSA keys of any size up to [`MOST_RSA_BITS`](Self::MOST_RSA_BITS) can be read, so that a report can say how small one
/// is; a [`Provider`](super::Provider) refuses those under [`LEAST_RSA_BITS`](Self::LEAST_RSA_BITS).
///
/// ```
/// use mail_auth_spf_dkim::crypto::{KeyType, PublicKey};
///
/// let key = PublicKey::ed25519(&[0x58; 32])?;
/// assert_eq!((key.key_type(), key.bits()), (KeyType::Ed25519, 256));
/// assert_eq!(key.octets(), [0x58; 32]);
/// assert!(PublicKey::rsa(b"\x30\x82\xff\xff").is_err());
/// # Ok::<(), mail_auth_spf_dkim::crypto::KeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    /// What a `p=` tag holds.
    octets: Arc<[u8]>,
    form: Form,
}

/// Where the parts of the key are in its octets.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    Rsa { pkcs1: Range<usize>, modulus: Range<usize>, exponent: Range<usize>, bits: usize },
    Ed25519([u8; 32]),
}

impl PublicKey {
    /// The shortest RSA modulus that signatures are verified with (RFC 8301 section 3.2), in bits.
    pub const LEAST_RSA_BITS: usize = 1024;
    /// The longest RSA modulus that is read, in bits. RFC 8301 section 3.2 asks for 4096 at least; the limit keeps a check
    /// cheap, whatever a domain publishes.
    pub const MOST_RSA_BITS: usize = 8192;

    /// Reads an RSA key: a SubjectPublicKeyInfo, which everybody publishes, or a bare RSAPublicKey, which RFC 6376
    /// section 3.6.1 speaks of. Both are DER, strictly.
    ///
    /// # Errors
    /// [`KeyError`], by the fault of who published the key: the octets are no such key; the modulus or the exponent cannot
    /// be one (RFC 8017 section 3.1; an exponent is odd, at least 3 and less than 2³³); the modulus is too long.
    pub fn rsa(der: &[u8]) -> Result<Self, KeyError> {
        let mut input = Reader::new(der);
        let mut outer = input.sequence()?;
        input.end()?;
        if outer.peek() == Some(der::INTEGER) {
            return Self::from_rsa_numbers(rsa_numbers(outer)?);
        }
        algorithm(&mut outer, KeyType::Rsa)?;
        let mut wrapped = Reader::new(outer.bit_string()?);
        outer.end()?;
        let inner = wrapped.sequence()?;
        wrapped.end()?;
        Self::from_rsa_numbers(rsa_numbers(inner)?)
    }

    /// Reads an Ed25519 key: its 32 octets (RFC 8463 section 4), or a SubjectPublicKeyInfo that holds them (RFC 8410),
    /// which some publish by mistake.
    ///
    /// Whether the octets are a point of the curve is found when a signature is verified.
    ///
    /// # Errors
    /// [`KeyError`], by the fault of who published the key: other octets; [`Unsound`](KeyError::Unsound) ones, which are
    /// out of the field (RFC 8032 section 5.1.3), or a point of small order, for which anybody can make signatures.
    pub fn ed25519(octets: &[u8]) -> Result<Self, KeyError> {
        if let Ok(raw) = <[u8; 32]>::try_from(octets) {
            check_ed25519(&raw)?;
            return Ok(Self::from_ed25519(raw));
        }
        if octets.first() != Some(&der::SEQUENCE) {
            return Err(KeyError::Malformed("an Ed25519 key has 32 octets"));
        }
        let mut input = Reader::new(octets);
        let mut outer = input.sequence()?;
        input.end()?;
        algorithm(&mut outer, KeyType::Ed25519)?;
        let raw = outer.bit_string()?;
        outer.end()?;
        let raw = raw.try_into().map_err(|_| KeyError::Malformed("an Ed25519 key has 32 octets"))?;
        check_ed25519(&raw)?;
        Ok(Self::from_ed25519(raw))
    }

    /// Reads a key of this type, as it stands in a `p=` tag after its base64 is undone.
    ///
    /// # Errors
    /// Those of [`rsa`](Self::rsa) and [`ed25519`](Self::ed25519).
    pub fn new(key_type: KeyType, octets: &[u8]) -> Result<Self, KeyError> {
        match key_type {
            KeyType::Rsa => Self::rsa(octets),
            KeyType::Ed25519 => Self::ed25519(octets),
        }
    }

    /// A key of octets that are known to be good.
    pub(super) fn from_ed25519(raw: [u8; 32]) -> Self {
        Self { octets: Arc::new(raw), form: Form::Ed25519(raw) }
    }

    /// Makes a key of a modulus and an exponent, each without leading zeros.
    pub(super) fn from_rsa_numbers((modulus, exponent): (&[u8], &[u8])) -> Result<Self, KeyError> {
        let bits = check_rsa(modulus, exponent)?;
        let mut numbers = Vec::with_capacity(modulus.len() + 16);
        der::write_unsigned(&mut numbers, modulus);
        let after_modulus = numbers.len();
        der::write_unsigned(&mut numbers, exponent);
        let length = numbers.len();
        let mut pkcs1 = Vec::with_capacity(length + 8);
        der::write(&mut pkcs1, der::SEQUENCE, &[&numbers]);
        let mut identifier = Vec::with_capacity(16);
        der::write(&mut identifier, der::OBJECT_IDENTIFIER, &[oid::RSA]);
        der::write(&mut identifier, der::NULL, &[]);
        let mut body = Vec::with_capacity(length + 32);
        der::write(&mut body, der::SEQUENCE, &[&identifier]);
        der::write(&mut body, der::BIT_STRING, &[&[0], &pkcs1]);
        let mut octets = Vec::with_capacity(body.len() + 8);
        der::write(&mut octets, der::SEQUENCE, &[&body]);

        // Each number is the end of what it is in.
        let end = octets.len();
        let modulus_end = end - (length - after_modulus);
        let form = Form::Rsa {
            pkcs1: end - pkcs1.len()..end,
            modulus: modulus_end - modulus.len()..modulus_end,
            exponent: end - exponent.len()..end,
            bits,
        };
        Ok(Self { octets: octets.into(), form })
    }

    /// Its type.
    pub fn key_type(&self) -> KeyType {
        match self.form {
            Form::Rsa { .. } => KeyType::Rsa,
            Form::Ed25519(_) => KeyType::Ed25519,
        }
    }

    /// The length of an RSA modulus, or 256 for Ed25519.
    pub fn bits(&self) -> usize {
        match self.form {
            Form::Rsa { bits, .. } => bits,
            Form::Ed25519(_) => 256,
        }
    }

    /// What a `p=` tag holds, before base64: the SubjectPublicKeyInfo of an RSA key, the 32 octets of an Ed25519 key.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// An RSA key as an RSAPublicKey (RFC 8017 appendix A.1.1), in DER.
    pub fn pkcs1(&self) -> Option<&[u8]> {
        match &self.form {
            Form::Rsa { pkcs1, .. } => self.octets.get(pkcs1.clone()),
            Form::Ed25519(_) => None,
        }
    }

    /// The modulus and the public exponent of an RSA key: the most significant octets first, without leading zeros.
    pub fn rsa_numbers(&self) -> Option<(&[u8], &[u8])> {
        match &self.form {
            Form::Rsa { modulus, exponent, .. } => {
                Some((self.octets.get(modulus.clone())?, self.octets.get(exponent.clone())?))
            }
            Form::Ed25519(_) => None,
        }
    }

    /// The 32 octets of an Ed25519 key.
    pub fn ed25519_octets(&self) -> Option<&[u8; 32]> {
        match &self.form {
            Form::Ed25519(raw) => Some(raw),
            Form::Rsa { .. } => None,
        }
    }

    /// An RSA key that signatures may be verified with.
    ///
    /// # Errors
    /// [`KeyError::TooSmall`] under [`LEAST_RSA_BITS`](Self::LEAST_RSA_BITS). An Ed25519 key is never too small.
    pub fn check_size(&self) -> Result<(), KeyError> {
        match self.form {
            Form::Rsa { bits, .. } if bits < Self::LEAST_RSA_BITS => {
                Err(KeyError::TooSmall { bits, least: Self::LEAST_RSA_BITS })
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("key_type", &self.key_type())
            .field("bits", &self.bits())
            .finish_non_exhaustive()
    }
}

/// Reads an AlgorithmIdentifier, which must be that of this type of key.
pub(super) fn algorithm(outer: &mut Reader<'_>, key_type: KeyType) -> Result<(), KeyError> {
    if any_algorithm(outer)? == key_type {
        Ok(())
    } else {
        Err(KeyError::Malformed("it is a key of another type than is said"))
    }
}

/// Reads an AlgorithmIdentifier of either type of key.
pub(super) fn any_algorithm(outer: &mut Reader<'_>) -> Result<KeyType, KeyError> {
    let mut identifier = outer.sequence()?;
    let key_type = match identifier.element(der::OBJECT_IDENTIFIER)? {
        oid::RSA => KeyType::Rsa,
        oid::ED25519 => KeyType::Ed25519,
        oid::RSA_PSS => return Err(KeyError::Unsupported("an RSA-PSS key")),
        oid::EC => return Err(KeyError::Unsupported("an ECDSA key")),
        oid::ED448 => return Err(KeyError::Unsupported("an Ed448 key")),
        oid::X25519 => return Err(KeyError::Unsupported("an X25519 key")),
        oid::DSA => return Err(KeyError::Unsupported("a DSA key")),
        _ => return Err(KeyError::Unsupported("a key of an unknown algorithm")),
    };
    // RFC 3279 section 2.3.1 wants a NULL for RSA, which some leave out; RFC 8410 section 3 wants nothing.
    if key_type == KeyType::Rsa && identifier.peek().is_some() && !identifier.element(der::NULL)?.is_empty() {
        return Err(KeyError::Malformed("a NULL has contents"));
    }
    identifier.end()?;
    Ok(key_type)
}

/// The modulus and the exponent of an RSAPublicKey's contents.
fn rsa_numbers(mut contents: Reader<'_>) -> Result<(&[u8], &[u8]), KeyError> {
    let numbers = (contents.unsigned()?, contents.unsigned()?);
    contents.end()?;
    Ok(numbers)
}

/// Whether these can be a modulus and an exponent. Returns the length of the modulus in bits.
fn check_rsa(modulus: &[u8], exponent: &[u8]) -> Result<usize, KeyError> {
    let bits = bits(modulus);
    if bits > PublicKey::MOST_RSA_BITS {
        return Err(KeyError::TooLarge { bits, most: PublicKey::MOST_RSA_BITS });
    }
    if is_even(modulus) {
        return Err(KeyError::Unsound("its modulus is even"));
    }
    if is_even(exponent) || exponent == [1] {
        return Err(KeyError::Unsound("its exponent is even or less than 3"));
    }
    // So that no record can make a check slow.
    if self::bits(exponent) > 33 {
        return Err(KeyError::Unsound("its exponent is longer than 33 bits"));
    }
    if self::bits(exponent) >= bits {
        return Err(KeyError::Unsound("its exponent is not less than its modulus"));
    }
    Ok(bits)
}

/// Whether these can be a key: not all libraries look, and none should have to.
fn check_ed25519(raw: &[u8; 32]) -> Result<(), KeyError> {
    /// The coordinates of the points of order 1, 2, 4 and 8, of which the last has two.
    const SMALL_ORDER: [[u8; 32]; 5] = [
        coordinate(0x01, 0x00, 0x00),
        coordinate(0xec, 0xff, 0x7f),
        [0; 32],
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
            0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
            0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    // The highest bit is the sign of the other coordinate.
    let mut coordinate = *raw;
    coordinate[31] &= 0x7f;
    if coordinate[0] >= 0xed && coordinate[1..31] == [0xff; 30] && coordinate[31] == 0x7f {
        return Err(KeyError::Unsound("its coordinate is out of the field"));
    }
    if SMALL_ORDER.contains(&coordinate) {
        return Err(KeyError::Unsound("it is a point of small order, for which anybody can sign"));
    }
    Ok(())
}

/// A coordinate of which only the ends are of interest.
const fn coordinate(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut coordinate = [middle; 32];
    coordinate[0] = first;
    coordinate[31] = last;
    coordinate
}

fn is_even(number: &[u8]) -> bool {
    number.last().is_none_or(|octet| octet % 2 == 0)
}

/// The length of a number in bits, which has no leading zero octets.
pub(super) fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}
