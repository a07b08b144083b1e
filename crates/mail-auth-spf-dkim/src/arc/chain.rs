//! The structure of a chain (RFC 8617 section 5.2, steps 1 and 3).

use alloc::vec::Vec;

use super::{ChainCause, MESSAGE_SIGNATURE_NAME, MOST_LINKS, RESULTS_NAME, SEAL_NAME};
use crate::authres::split_instance;
use crate::dkim::Canonicalization::Relaxed;
use crate::dkim::canonicalization::canonicalize_field;
use crate::dkim::header::Header;
use crate::dkim::tags::TagList;

/// The three fields of a link, by their numbers in the header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub(super) results: u32,
    pub(super) message_signature: u32,
    pub(super) seal: u32,
}

/// The links in order; empty if there is no chain.
pub(super) fn links(header: &Header) -> Result<Vec<Fields>, ChainCause> {
    let results = in_order(header, RESULTS_NAME, |body| Some(results_instance(body)?.0))?;
    let signatures = in_order(header, MESSAGE_SIGNATURE_NAME, tagged_instance)?;
    let seals = in_order(header, SEAL_NAME, tagged_instance)?;
    let most = results.len().max(signatures.len()).max(seals.len());
    let mut links = Vec::with_capacity(most);
    for (index, instance) in (0..most).zip(1..) {
        match (results.get(index), signatures.get(index), seals.get(index)) {
            (Some(&results), Some(&message_signature), Some(&seal)) => {
                links.push(Fields { results, message_signature, seal });
            }
            _ => return Err(ChainCause::Link(instance)),
        }
    }
    Ok(links)
}

/// The fields of a name in the order of their instances, which must be 1, 2, 3 and so on.
fn in_order(header: &Header, name: &str, instance: impl Fn(&[u8]) -> Option<u32>) -> Result<Vec<u32>, ChainCause> {
    let fields = header.with_name(name);
    if fields.len() > MOST_LINKS as usize {
        return Err(ChainCause::TooManyLinks);
    }
    let mut instances = Vec::with_capacity(fields.len());
    for field in fields {
        instances.push((instance(header.body(field)).ok_or(ChainCause::Instance)?, field));
    }
    instances.sort_unstable();
    for ((instance, _), expected) in instances.iter().zip(1..) {
        if *instance != expected {
            return Err(ChainCause::Link(expected.min(*instance)));
        }
    }
    Ok(instances.into_iter().map(|(_, field)| field).collect())
}

/// The highest instance that any field states; 0 if none does.
pub(super) fn highest_instance(header: &Header) -> u32 {
    let results = header.with_name(RESULTS_NAME).filter_map(|field| Some(results_instance(header.body(field))?.0));
    let tagged = [MESSAGE_SIGNATURE_NAME, SEAL_NAME].into_iter().flat_map(|name| header.with_name(name));
    results.chain(tagged.filter_map(|field| tagged_instance(header.body(field)))).max().unwrap_or(0)
}

/// The seal of the highest instance.
pub(super) fn latest_seal(header: &Header) -> Option<u32> {
    let seals = header.with_name(SEAL_NAME).filter_map(|field| Some((tagged_instance(header.body(field))?, field)));
    seals.max().map(|(_, field)| field)
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 2 && text.bytes().all(|octet| octet.is_ascii_digit());
    text.parse().ok().filter(|number| digits && (1..=MOST_LINKS).contains(number))
}

/// The tag, wherever it stands; where it is the first, comments may stand around it (section 4.2.1).
fn tagged_instance(body: &[u8]) -> Option<u32> {
    let tags = TagList::parse(body).ok()?;
    number(tags.get("i")?).or_else(|| Some(results_instance(body)?.0))
}

/// The instance in front of results, and what is behind its semicolon.
pub(super) fn results_instance(body: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, results) = split_instance(body).ok()?;
    Some((number(core::str::from_utf8(digits).ok()?)?, results))
}

/// Writes what the links before one contribute to its seal (section 5.1.1).
pub(super) fn canonicalize_links(header: &Header, links: &[Fields], out: &mut Vec<u8>) {
    for link in links {
        for field in [link.results, link.message_signature, link.seal] {
            canonicalize_field(Relaxed, header.raw(field), out);
        }
    }
}
