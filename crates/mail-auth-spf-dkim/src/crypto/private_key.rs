//! Private keys, in the forms they are kept in.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::der::{self, Reader, oid};
use super::{KeyError, KeyType, PublicKey, pem, public_key};

/// The context tags of a OneAsymmetricKey: the attributes and the public key (RFC 5958 section 2).
const ATTRIBUTES: u8 = 0xa0;
const PUBLIC_KEY: u8 = 0x81;
/// The context tags of an ECPrivateKey: the curve and the public key (RFC 5915 section 3).
const CURVE: u8 = 0xa0;
const EC_PUBLIC_KEY: u8 = 0xa1;

/// A private key that has the right structure. Whether its numbers fit together, a
/// [`Provider`](super::Provider::signing_key) finds out.
///
/// The octets are overwritten when it is dropped, and `Debug` does not show them. (What a provider makes of a key is the
/// provider's to protect.)
///
/// ```
/// use mail_auth_spf_dkim::crypto::{KeyType, PrivateKey};
///
/// let key = PrivateKey::from_pem(
///     "-----BEGIN PRIVATE KEY-----\n\
///      MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
///      -----END PRIVATE KEY-----\n",
/// )?;
/// assert_eq!(key.key_type(), KeyType::Ed25519);
/// assert_eq!(PrivateKey::from_pem("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")?, key);
/// assert_eq!(PrivateKey::from_pem(&*key.to_pkcs8_pem())?, key);
/// # Ok::<(), mail_auth_spf_dkim::crypto::KeyError>(())
/// ```
#[derive(PartialEq, Eq)]
pub struct PrivateKey {
    form: Form,
}

#[derive(PartialEq, Eq)]
enum Form {
    /// An RSAPrivateKey in DER (RFC 8017 appendix A.1.2), and its public part.
    Rsa { pkcs1: Zeroizing<Vec<u8>>, public: PublicKey },
    /// The seed, and the public key that stood beside it.
    Ed25519 { seed: Zeroizing<[u8; 32]>, beside: Option<PublicKey> },
}

impl PrivateKey {
    /// Reads the first private key of a text: PEM (RFC 7468) of PKCS#8 (`PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`) or SEC 1
    /// (`EC PRIVATE KEY`), or nothing but the base64 of an Ed25519 seed, which has no form of its own in PEM.
    ///
    /// # Errors
    /// [`KeyError`], by the fault of who configured the key: there is none; it is encrypted; it is for another algorithm;
    /// it is damaged.
    pub fn from_pem(text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let text = text.as_ref();
        // The base64 of 32 octets, with room for line ends.
        if text.len() <= 64
            && let Ok(octets) = pem::decode(text)
            && let Ok(seed) = octets.as_slice().try_into()
        {
            return Ok(Self::from_ed25519_seed(seed));
        }
        Self::from_der(&pem::private_key(text)?)
    }

    /// Reads a private key in DER: PKCS#8, versions 1 (RFC 5208) and 2 (RFC 5958, RFC 8410), PKCS#1 (RFC 8017), or the
    /// ECPrivateKey of SEC 1 (RFC 5915).
    ///
    /// # Errors
    /// [`KeyError`], by the fault of who configured the key. An ECPrivateKey of another curve than Ed25519's is
    /// [`Unsupported`](KeyError::Unsupported): DKIM has no ECDSA.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let mut input = Reader::new(der);
        let mut outer = input.sequence()?;
        input.end()?;
        if outer.peek() == Some(der::SEQUENCE) {
            return Err(KeyError::Malformed("it begins as a public key, a certificate or an encrypted key does"));
        }
        let version = outer.unsigned()?;
        match (outer.peek(), version) {
            (Some(der::INTEGER), _) => Self::from_pkcs1(der),
            (Some(der::OCTET_STRING), [1]) => Self::from_sec1(outer),
            (Some(der::SEQUENCE), [] | [1]) => Self::from_pkcs8(outer, version == [1]),
            _ => Err(KeyError::Malformed("it is no private key of PKCS#1, PKCS#8 or SEC 1")),
        }
    }

    /// The rest of a OneAsymmetricKey after its version.
    fn from_pkcs8(mut outer: Reader<'_>, second_version: bool) -> Result<Self, KeyError> {
        let key_type = public_key::any_algorithm(&mut outer)?;
        let key = outer.element(der::OCTET_STRING)?;
        if outer.peek() == Some(ATTRIBUTES) {
            outer.any()?;
        }
        let mut beside = None;
        if second_version && outer.peek() == Some(PUBLIC_KEY) {
            beside = Some(der::whole_octets(outer.element(PUBLIC_KEY)?)?);
        }
        outer.end()?;
        match key_type {
            KeyType::Rsa => {
                let key = Self::from_pkcs1(key)?;
                match (&key.form, beside) {
                    (Form::Rsa { public, .. }, Some(beside)) if public.pkcs1() != Some(beside) => {
                        Err(KeyError::Inconsistent)
                    }
                    _ => Ok(key),
                }
            }
            KeyType::Ed25519 => {
                let mut inner = Reader::new(key);
                let seed = inner.element(der::OCTET_STRING)?;
                inner.end()?;
                Self::from_ed25519(seed, beside)
            }
        }
    }

    /// The rest of an ECPrivateKey after its version: a seed, if the curve is Ed25519's.
    fn from_sec1(mut outer: Reader<'_>) -> Result<Self, KeyError> {
        const OTHER_CURVE: KeyError = KeyError::Unsupported("an ECDSA key");
        let seed = outer.element(der::OCTET_STRING)?;
        if outer.peek() != Some(CURVE) {
            return Err(OTHER_CURVE);
        }
        let mut curve = Reader::new(outer.element(CURVE)?);
        if curve.any()? != (der::OBJECT_IDENTIFIER, oid::ED25519) {
            return Err(OTHER_CURVE);
        }
        curve.end()?;
        let mut beside = None;
        if outer.peek() == Some(EC_PUBLIC_KEY) {
            let mut public = Reader::new(outer.element(EC_PUBLIC_KEY)?);
            beside = Some(public.bit_string()?);
            public.end()?;
        }
        outer.end()?;
        Self::from_ed25519(seed, beside)
    }

    /// An Ed25519 key of its seed, and the public key that stood beside it.
    fn from_ed25519(seed: &[u8], beside: Option<&[u8]>) -> Result<Self, KeyError> {
        let seed = seed.try_into().map_err(|_| KeyError::Malformed("an Ed25519 key has 32 octets"))?;
        let mut key = Self::from_ed25519_seed(seed);
        if let Form::Ed25519 { beside: place, .. } = &mut key.form {
            *place = beside.map(PublicKey::ed25519).transpose()?;
        }
        Ok(key)
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        let [modulus, exponent, ..] = rsa_numbers(der)?;
        let public = PublicKey::from_rsa_numbers((modulus, exponent))?;
        Ok(Self { form: Form::Rsa { pkcs1: Zeroizing::new(der.to_vec()), public } })
    }

    /// An Ed25519 key of its seed, which RFC 8032 section 5.1.5 calls the private key.
    pub fn from_ed25519_seed(seed: &[u8; 32]) -> Self {
        Self { form: Form::Ed25519 { seed: Zeroizing::new(*seed), beside: None } }
    }

    /// Its type.
    pub fn key_type(&self) -> KeyType {
        match self.form {
            Form::Rsa { .. } => KeyType::Rsa,
            Form::Ed25519 { .. } => KeyType::Ed25519,
        }
    }

    /// The length of an RSA modulus, or 256 for Ed25519.
    pub fn bits(&self) -> usize {
        match &self.form {
            Form::Rsa { public, .. } => public.bits(),
            Form::Ed25519 { .. } => 256,
        }
    }

    /// The key as it stands in it: that of an RSA key, or the one that was written beside an Ed25519 seed.
    ///
    /// [`SigningKey::public_key`](super::SigningKey::public_key) has it always, for it can compute it.
    pub fn public_key(&self) -> Option<PublicKey> {
        match &self.form {
            Form::Rsa { public, .. } => Some(public.clone()),
            Form::Ed25519 { beside, .. } => beside.clone(),
        }
    }

    /// An RSA key as an RSAPrivateKey (RFC 8017 appendix A.1.2), in DER: for a provider of one's own.
    pub fn pkcs1(&self) -> Option<&[u8]> {
        match &self.form {
            Form::Rsa { pkcs1, .. } => Some(pkcs1),
            Form::Ed25519 { .. } => None,
        }
    }

    /// The seed of an Ed25519 key: for a provider of one's own.
    pub fn ed25519_seed(&self) -> Option<&[u8; 32]> {
        match &self.form {
            Form::Ed25519 { seed, .. } => Some(seed),
            Form::Rsa { .. } => None,
        }
    }

    /// The key as PKCS#8 version 1, in DER, which every program reads.
    pub fn to_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        // Room for all, so that no copy is left behind where a vector grows.
        let room = self.pkcs1().map_or(0, <[u8]>::len) + 64;
        let mut identifier = Vec::new();
        let mut key = Zeroizing::new(Vec::with_capacity(room));
        match &self.form {
            Form::Rsa { pkcs1, .. } => {
                der::write(&mut identifier, der::OBJECT_IDENTIFIER, &[oid::RSA]);
                der::write(&mut identifier, der::NULL, &[]);
                key.extend_from_slice(pkcs1);
            }
            Form::Ed25519 { seed, .. } => {
                der::write(&mut identifier, der::OBJECT_IDENTIFIER, &[oid::ED25519]);
                der::write(&mut key, der::OCTET_STRING, &[seed.as_slice()]);
            }
        }
        let mut body = Zeroizing::new(Vec::with_capacity(room));
        der::write_unsigned(&mut body, &[]);
        der::write(&mut body, der::SEQUENCE, &[&identifier]);
        der::write(&mut body, der::OCTET_STRING, &[&key]);
        let mut whole = Zeroizing::new(Vec::with_capacity(room));
        der::write(&mut whole, der::SEQUENCE, &[&body]);
        whole
    }

    /// The key as PKCS#8 in PEM: what [`from_pem`](Self::from_pem) reads, and every other program.
    pub fn to_pkcs8_pem(&self) -> Zeroizing<String> {
        pem::encode("PRIVATE KEY", &self.to_pkcs8_der())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("key_type", &self.key_type())
            .field("bits", &self.bits())
            .finish_non_exhaustive()
    }
}

/// The numbers of an RSAPrivateKey, each without leading zeros: modulus, public exponent, private exponent, two primes,
/// two exponents and a coefficient.
pub(super) fn rsa_numbers(der: &[u8]) -> Result<[&[u8]; 8], KeyError> {
    let mut input = Reader::new(der);
    let mut contents = input.sequence()?;
    input.end()?;
    if !contents.unsigned()?.is_empty() {
        return Err(KeyError::Unsupported("an RSA key of more than two primes"));
    }
    let mut numbers: [&[u8]; 8] = [&[]; 8];
    for number in &mut numbers {
        *number = contents.unsigned()?;
        if public_key::bits(number) > PublicKey::MOST_RSA_BITS {
            return Err(KeyError::TooLarge { bits: public_key::bits(number), most: PublicKey::MOST_RSA_BITS });
        }
    }
    contents.end()?;
    Ok(numbers)
}

/// An RSAPrivateKey of the numbers that [`rsa_numbers`] has.
#[cfg(feature = "rustcrypto")]
pub(super) fn pkcs1(numbers: &[Zeroizing<Vec<u8>>; 8]) -> Zeroizing<Vec<u8>> {
    let room = numbers.iter().map(|number| number.len() + 8).sum::<usize>() + 16;
    let mut contents = Zeroizing::new(Vec::with_capacity(room));
    der::write_unsigned(&mut contents, &[]);
    numbers.iter().for_each(|number| der::write_unsigned(&mut contents, number));
    let mut whole = Zeroizing::new(Vec::with_capacity(room));
    der::write(&mut whole, der::SEQUENCE, &[&contents]);
    whole
}
