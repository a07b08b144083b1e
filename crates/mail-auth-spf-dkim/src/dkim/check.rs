//! Whether a signature holds (RFC 6376 section 6.1).

use super::body_hash::{BodyHashIndex, BodyHashes};
use super::keys::Keys;
use super::{Cause, Key, Policy, Signature};
use crate::crypto::{HashAlgorithm, KeyType, SignatureAlgorithm};
use crate::dns::DnsError;

/// What a key says besides.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct KeyFacts {
    pub(crate) bits: Option<usize>,
    pub(crate) testing: bool,
}

/// Tries the keys that were published under a number, until one fits. If none does, the one that came nearest counts,
/// wherever the DNS lists it; of those that cannot be read, the first.
pub(crate) fn try_keys(
    keys: &Keys,
    number: usize,
    mut attempt: impl FnMut(&Key) -> Result<(), Cause>,
) -> (Result<(), Cause>, KeyFacts) {
    let keys = match keys.get(number) {
        Ok(keys) => keys,
        Err(cause) => return (Err(cause), KeyFacts::default()),
    };
    let mut nearest = (Cause::NoKey(DnsError::NoData), KeyFacts::default());
    for key in keys {
        let failed = match key {
            Err(error) => (Cause::Key(*error), KeyFacts::default()),
            Ok(key) => {
                let facts = KeyFacts { bits: key.bits(), testing: key.record().testing };
                match attempt(key) {
                    Ok(()) => return (Ok(()), facts),
                    Err(cause) => (cause, facts),
                }
            }
        };
        let rank = |(cause, facts): &(Cause, KeyFacts)| (nearness(cause), facts.bits, facts.testing);
        if rank(&failed) > rank(&nearest) {
            nearest = failed;
        }
    }
    (Err(nearest.0), nearest.1)
}

/// How near to a pass a signature came.
const fn nearness(cause: &Cause) -> u8 {
    match cause {
        Cause::NoKey(_) => 0,
        Cause::Key(_) => 1,
        Cause::Revoked | Cause::KeyNotForAlgorithm => 2,
        Cause::BodyHash | Cause::BodyTooShort => 4,
        Cause::Signature => 5,
        // The key may not be used, though it is one for the algorithm.
        _ => 3,
    }
}

/// Whether the key may be used for the signature, and its size is accepted.
pub(crate) fn check_key(key: &Key, algorithm: SignatureAlgorithm, policy: &Policy) -> Result<(), Cause> {
    if key.verifying_key().is_none() {
        return Err(Cause::Revoked);
    }
    if !key.allows(algorithm) {
        return Err(Cause::KeyNotForAlgorithm);
    }
    if algorithm.hash() == HashAlgorithm::Sha1 && !policy.accept_sha1 {
        return Err(Cause::Sha1);
    }
    let sizes = policy.least_rsa_bits..=policy.most_rsa_bits;
    match key.bits() {
        Some(bits) if algorithm.key_type() == KeyType::Rsa && !sizes.contains(&bits) => Err(Cause::KeySize(bits)),
        _ => Ok(()),
    }
}

/// Whether the body is the one that was signed.
pub(crate) fn check_body(signature: &Signature, body: &BodyHashes, index: Option<BodyHashIndex>) -> Result<(), Cause> {
    let index = index.ok_or(Cause::BodyHash)?;
    if signature.body_length.is_some_and(|length| length > body.octets(index)) {
        return Err(Cause::BodyTooShort);
    }
    if body.digest(index).map(AsRef::as_ref) == Some(&*signature.body_hash) { Ok(()) } else { Err(Cause::BodyHash) }
}

/// Whether the signature fits the message, as its field makes one of the header, and the key.
pub(crate) fn check_signature(
    key: &Key,
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), Cause> {
    let key = key.verifying_key().ok_or(Cause::Revoked)?;
    key.verify(algorithm, message, signature).map_err(|_| Cause::Signature)
}
