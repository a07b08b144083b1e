use alloc::boxed::Box;
use core::ops::Range;

use super::ChainStatus;
use crate::crypto::SignatureAlgorithm;
use crate::dkim::SignatureError;
use crate::dkim::signature::{domain, octets, time};
use crate::dkim::tags::TagList;
use crate::dns::Name;

/// The field in which a link's host signs the chain (RFC 8617 section 4.1.3).
#[derive(Debug)]
pub(super) struct Seal {
    pub(super) algorithm: SignatureAlgorithm,
    pub(super) domain: Name,
    pub(super) selector: Name,
    pub(super) status: ChainStatus,
    pub(super) signature: Box<[u8]>,
    /// Where the value of `b=` stands in the field's body.
    pub(super) signature_range: Range<usize>,
}

impl Seal {
    pub(super) fn parse(body: &[u8]) -> Result<Self, SignatureError> {
        let tags = TagList::parse(body)?;
        tags.check_text(&["a", "b", "cv", "d", "s", "t"])?;
        let algorithm = tags.get("a").ok_or(SignatureError::Missing("a"))?;
        if tags.has("h") {
            return Err(SignatureError::Value("h"));
        }
        time(&tags, "t")?;
        let status = tags.get("cv").ok_or(SignatureError::Missing("cv"))?;
        Ok(Self {
            algorithm: SignatureAlgorithm::parse(algorithm).ok_or(SignatureError::Algorithm)?,
            domain: domain(&tags, "d")?,
            selector: domain(&tags, "s")?,
            status: ChainStatus::parse(status).ok_or(SignatureError::Value("cv"))?,
            signature: octets(&tags, "b")?,
            signature_range: tags.whole_value("b").ok_or(SignatureError::Missing("b"))?,
        })
    }
}
