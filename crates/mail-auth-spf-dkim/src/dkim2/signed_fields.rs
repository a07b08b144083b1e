//! What a hop signs: the fields of DKIM2 up to its own (section 12.8).

use alloc::vec::Vec;

use super::chain::Chain;
use crate::dkim::header::Header;

/// Writes what the hop signs: the instances that it covers, the hops before it, and its own field without the
/// signatures.
pub(super) fn write(header: &Header, chain: &Chain, hop: u32, instance: u32, out: &mut Vec<u8>) {
    let instances = chain.instances.iter().filter(|(_, other)| other.number <= instance);
    instances.for_each(|(field, _)| whole(header.raw(*field), out));
    for (field, other) in chain.hops.iter().filter(|(_, other)| other.hop <= hop) {
        if other.hop == hop {
            without_signatures(header.raw(*field), out);
        } else {
            whole(header.raw(*field), out);
        }
    }
}

/// Writes a field: its name in lower case, its body without any white space.
fn whole(raw: &[u8], out: &mut Vec<u8>) {
    let colon = memchr::memchr(b':', raw).unwrap_or(raw.len());
    let (name, body) = raw.split_at(colon);
    let white_space = |octet: &u8| matches!(octet, b' ' | b'\t' | b'\r' | b'\n');
    out.extend(name.iter().filter(|octet| !white_space(octet)).map(u8::to_ascii_lowercase));
    out.extend(body.iter().copied().filter(|octet| !white_space(octet)));
    out.extend_from_slice(b"\r\n");
}

/// Writes a field in which the values of all signatures of `s=` are empty.
fn without_signatures(raw: &[u8], out: &mut Vec<u8>) {
    let mut canonical = Vec::with_capacity(raw.len());
    whole(raw, &mut canonical);
    let colon = memchr::memchr(b':', &canonical).map_or(0, |colon| colon + 1);
    let (name, body) = canonical.split_at(colon);
    out.extend_from_slice(name);
    for tag in body.split_inclusive(|&octet| octet == b';') {
        if !tag.starts_with(b"s=") {
            out.extend_from_slice(tag);
            continue;
        }
        let mut colons = 0;
        for &octet in tag {
            let separator = matches!(octet, b',' | b'|' | b';' | b'\r' | b'\n');
            colons = if separator { 0 } else { colons };
            if separator || colons < 2 {
                out.push(octet);
            }
            colons += u32::from(octet == b':');
        }
    }
}
