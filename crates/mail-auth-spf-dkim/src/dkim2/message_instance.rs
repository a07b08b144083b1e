use alloc::vec::Vec;

use super::outcome::FieldError;
use super::recipe::Recipe;
use super::signature::{base64, number, required};
use crate::crypto::HashAlgorithm;
use crate::dkim::tags::TagList;

/// The most hashes of one field: a limit of ours.
const MOST_HASHES: usize = 8;

/// A `Message-Instance` (section 9): what the message was like when a hop had changed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageInstance {
    /// `m=`: its number, from 1.
    pub number: u32,
    /// `h=`: groups, of which one must hold; a group holds if all of it does.
    pub groups: Vec<Vec<InstanceHash>>,
    /// `r=`: how to get back to the one before.
    pub(super) recipe: Option<Recipe>,
}

/// The hashes of a message by one algorithm (section 9.3).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstanceHash {
    /// The algorithm; `None` if it is not known here.
    pub algorithm: Option<HashAlgorithm>,
    /// The hash of the header.
    pub header: Vec<u8>,
    /// The hash of the body.
    pub body: Vec<u8>,
}

impl MessageInstance {
    /// Reads the body of a field.
    ///
    /// # Errors
    /// [`FieldError`], which is the fault of the hop that has written it.
    pub fn parse(body: &[u8]) -> Result<Self, FieldError> {
        let tags = TagList::parse_long(body)?;
        tags.check_text(&["h", "m", "r"])?;
        let instance = number(&tags, "m")?;
        let group = |text: &str| text.split(',').map(hash).collect::<Result<Vec<_>, _>>();
        let groups = required(&tags, "h")?.split('|').map(group).collect::<Result<Vec<_>, _>>()?;
        let hashes: Vec<&InstanceHash> = groups.iter().flatten().collect();
        let again = |(index, hash): (usize, &&InstanceHash)| {
            hash.algorithm.is_some() && hashes.iter().take(index).any(|other| other.algorithm == hash.algorithm)
        };
        if hashes.len() > MOST_HASHES || hashes.iter().enumerate().any(again) {
            return Err(FieldError::Value("h"));
        }
        let recipe = match tags.base64("r") {
            None if instance > 1 => return Err(FieldError::Missing("r")),
            None => None,
            Some(None) => return Err(FieldError::Value("r")),
            Some(Some(json)) => Some(Recipe::parse(&json).map_err(|_| FieldError::Recipe)?),
        };
        Ok(Self { number: instance, groups, recipe })
    }
}

fn hash(text: &str) -> Result<InstanceHash, FieldError> {
    let mut parts = text.splitn(3, ':');
    let (Some(algorithm), Some(header), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(FieldError::Value("h"));
    };
    let known = [HashAlgorithm::Sha256, HashAlgorithm::Sha512];
    let algorithm = known.into_iter().find(|known| known.as_str() == algorithm);
    let (header, body) = (base64(header, "h")?, base64(body, "h")?);
    let fits = |digest: &[u8]| algorithm.is_none_or(|algorithm| algorithm.digest_len() == digest.len());
    if fits(&header) && fits(&body) {
        Ok(InstanceHash { algorithm, header, body })
    } else {
        Err(FieldError::Value("h"))
    }
}
