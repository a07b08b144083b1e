//! The header fields that are hashed, and how they were at earlier hops (sections 4, 5.1 and 6.2).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use rfc5322_message::fields::Fields;

use super::recipe::{Recipe, Step};
use crate::crypto::{Digest, HashAlgorithm, Provider};
use crate::dkim::{Canonicalization, canonicalize_field};
use crate::dmarc::Authors;

/// Fields that hosts add on the way, which are not hashed (section 4). Names that begin with `X-` or `Received-` are not
/// either.
const UNHASHED: [&[u8]; 16] = [
    b"apparently-to",
    b"arc-authentication-results",
    b"arc-message-signature",
    b"arc-seal",
    b"authentication-results",
    b"delivered-to",
    b"dkim-signature",
    b"dkim2-signature",
    b"dl-expansion-history",
    b"message-instance",
    b"original-recipient",
    b"received",
    b"return-path",
    b"sio-label-history",
    b"x400-received",
    b"x400-trace",
];

/// The canonical fields by name, of each name the last first: the order in which they are hashed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HashedHeader {
    fields: BTreeMap<Vec<u8>, Vec<Vec<u8>>>,
}

/// A recipe copies a field that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DoesNotFit;

fn is_hashed(name: &[u8]) -> bool {
    !(UNHASHED.contains(&name) || name.starts_with(b"x-") || name.starts_with(b"received-"))
}

impl HashedHeader {
    /// The fields of a header, of whole fields.
    pub(super) fn new(octets: &[u8]) -> Self {
        let mut header = Self::default();
        for field in Fields::new(octets) {
            let mut canonical = Vec::new();
            canonicalize_field(
                Canonicalization::Relaxed,
                octets.get(field.range()).unwrap_or_default(),
                &mut canonical,
            );
            let name = canonical.split(|&octet| octet == b':').next().unwrap_or_default();
            if is_hashed(name) {
                header.fields.entry(name.to_vec()).or_default().push(canonical);
            }
        }
        header.fields.values_mut().for_each(|fields| fields.reverse());
        header
    }

    /// Makes it what it was before a change.
    pub(super) fn undo(&mut self, recipe: &Recipe) -> Result<(), DoesNotFit> {
        for (name, steps) in recipe.header.iter().filter(|(name, _)| is_hashed(name.as_bytes())) {
            let after = self.fields.remove(name.as_bytes()).unwrap_or_default();
            let mut before = Vec::new();
            for step in steps {
                match step {
                    Step::Copy { first, last } => {
                        let place = |number: u64| usize::try_from(number).map_err(|_| DoesNotFit);
                        let range = place(first.saturating_sub(1))?..place(*last)?;
                        before.extend_from_slice(after.get(range).ok_or(DoesNotFit)?);
                    }
                    Step::Literal(values) => before.extend(values.iter().map(|value| {
                        let mut canonical = Vec::new();
                        let raw = [name.as_bytes(), b":", value].concat();
                        canonicalize_field(Canonicalization::Relaxed, &raw, &mut canonical);
                        canonical
                    })),
                }
            }
            if !before.is_empty() {
                self.fields.insert(name.as_bytes().to_vec(), before);
            }
        }
        Ok(())
    }

    pub(super) fn digest(&self, provider: &dyn Provider, algorithm: HashAlgorithm) -> Digest {
        let mut hasher = provider.hasher(algorithm);
        self.fields.values().flatten().for_each(|field| hasher.update(field));
        hasher.finish()
    }

    /// The From fields.
    pub(super) fn from(&self) -> &[Vec<u8>] {
        self.fields.get(b"from".as_slice()).map_or(&[], Vec::as_slice)
    }

    /// Whose the message is, as its From field says.
    pub(super) fn authors(&self) -> Authors {
        Authors::of_fields(self.from().iter().map(|field| field.get(b"from:".len()..).unwrap_or_default()))
    }
}
