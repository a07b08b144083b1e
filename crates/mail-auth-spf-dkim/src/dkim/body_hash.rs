use alloc::boxed::Box;
use alloc::vec::Vec;

use super::canonicalization::{BodyCanonicalizer, BodyDefects, Canonicalization};
use crate::crypto::{Digest, HashAlgorithm, Hasher, Provider};

/// The hashes of a body while it arrives. Signatures that want the same hash share it, and those that want the same
/// canonical form share the work of making it.
#[derive(Default)]
pub(crate) struct BodyHashes {
    forms: Vec<Form>,
}

/// A canonical form of the body, and who hashes it.
struct Form {
    canonicalization: Canonicalization,
    canonicalizer: BodyCanonicalizer,
    octets: u64,
    hashes: Vec<Hash>,
}

struct Hash {
    algorithm: HashAlgorithm,
    /// How many octets are hashed; `None` is all.
    length: Option<u64>,
    hasher: Box<dyn Hasher>,
    digest: Option<Digest>,
}

/// Which hash it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BodyHashIndex {
    form: usize,
    hash: usize,
}

impl BodyHashes {
    /// A hash that is wanted. Ask for all before the first piece of the body.
    pub(crate) fn want(
        &mut self,
        provider: &dyn Provider,
        canonicalization: Canonicalization,
        algorithm: HashAlgorithm,
        length: Option<u64>,
    ) -> BodyHashIndex {
        let form = self.forms.iter().position(|form| form.canonicalization == canonicalization).unwrap_or_else(|| {
            let canonicalizer = BodyCanonicalizer::new(canonicalization);
            self.forms.push(Form { canonicalization, canonicalizer, octets: 0, hashes: Vec::with_capacity(1) });
            self.forms.len() - 1
        });
        let Some(hashes) = self.forms.get_mut(form).map(|form| &mut form.hashes) else {
            return BodyHashIndex { form, hash: 0 };
        };
        let same = |hash: &Hash| hash.algorithm == algorithm && hash.length == length;
        let hash = hashes.iter().position(same).unwrap_or_else(|| {
            hashes.push(Hash { algorithm, length, hasher: provider.hasher(algorithm), digest: None });
            hashes.len() - 1
        });
        BodyHashIndex { form, hash }
    }

    /// The next piece of the body.
    pub(crate) fn update(&mut self, piece: &[u8]) {
        for Form { canonicalizer, octets, hashes, .. } in &mut self.forms {
            canonicalizer.update(piece, &mut |canonical| hash_on(octets, hashes, canonical));
        }
    }

    /// The body is complete.
    pub(crate) fn finish(&mut self) {
        for Form { canonicalizer, octets, hashes, .. } in &mut self.forms {
            canonicalizer.finish(&mut |canonical| hash_on(octets, hashes, canonical));
            for hash in hashes {
                hash.digest = Some(hash.hasher.finish());
            }
        }
    }

    /// The hash, when the body is complete.
    pub(crate) fn digest(&self, index: BodyHashIndex) -> Option<&Digest> {
        self.forms.get(index.form)?.hashes.get(index.hash)?.digest.as_ref()
    }

    /// How many octets the canonical form of a hash has so far.
    pub(crate) fn octets(&self, index: BodyHashIndex) -> u64 {
        self.forms.get(index.form).map_or(0, |form| form.octets)
    }

    /// Line ends that are none, as far as the body was looked at.
    pub(crate) fn defects(&self) -> BodyDefects {
        self.forms.first().map(|form| form.canonicalizer.defects()).unwrap_or_default()
    }
}

fn hash_on(octets: &mut u64, hashes: &mut [Hash], canonical: &[u8]) {
    for hash in hashes {
        let part = match hash.length {
            None => canonical,
            Some(length) => {
                let room = usize::try_from(length.saturating_sub(*octets)).unwrap_or(usize::MAX);
                canonical.get(..room.min(canonical.len())).unwrap_or_default()
            }
        };
        if !part.is_empty() {
            hash.hasher.update(part);
        }
    }
    *octets += canonical.len() as u64;
}

impl core::fmt::Debug for BodyHashes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let forms = self.forms.iter().map(|form| (form.canonicalization, form.octets, form.hashes.len()));
        f.debug_list().entries(forms).finish()
    }
}
