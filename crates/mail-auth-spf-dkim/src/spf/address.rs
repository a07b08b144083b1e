//! Addresses in text: as strict as the standard library's readers, and quicker, since records are full of them.

use core::net::{Ipv4Addr, Ipv6Addr};

/// Four decimal numbers without leading zeros.
pub(super) fn ip4(text: &str) -> Option<Ipv4Addr> {
    let (address, length) = leading_ip4(text.as_bytes())?;
    (length == text.len()).then_some(address)
}

/// The IPv4 address that a text starts with, and its length.
#[inline]
pub(super) fn leading_ip4(text: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let digit = |at: usize| text.get(at).map(|octet| octet.wrapping_sub(b'0')).filter(|digit| *digit < 10);
    let (mut at, mut bits) = (0, 0_u32);
    for which in 0..4 {
        let mut value = u32::from(digit(at)?);
        at += 1;
        if value > 0 {
            while let Some(next) = digit(at) {
                value = value * 10 + u32::from(next);
                at += 1;
                if value > 255 {
                    return None;
                }
            }
        }
        bits = bits << 8 | value;
        if which < 3 {
            text.get(at).filter(|octet| **octet == b'.')?;
            at += 1;
        }
    }
    Some((Ipv4Addr::from_bits(bits), at))
}

/// Eight hexadecimal numbers, with `::` for a run of zeros. The rare forms that end in an IPv4 address are left to the
/// standard library.
pub(super) fn ip6(text: &str) -> Option<Ipv6Addr> {
    match leading_ip6(text.as_bytes()) {
        Some((address, length)) if length == text.len() => Some(address),
        _ if text.contains('.') => text.parse().ok(),
        _ => None,
    }
}

/// The IPv6 address that a text starts with, up to a slash or space, and its length.
#[inline]
pub(super) fn leading_ip6(text: &[u8]) -> Option<(Ipv6Addr, usize)> {
    let (mut groups, mut count, mut gap) = ([0_u16; 8], 0, None);
    let mut at = 0;
    if text.starts_with(b"::") {
        gap = Some(0);
        at = 2;
    }
    // At the start of a group, or at the end behind a gap.
    loop {
        let (start, mut value) = (at, 0_u16);
        while let Some(digit) = text.get(at).and_then(|octet| hexadecimal(*octet)) {
            if at - start == 4 {
                return None;
            }
            value = value << 4 | u16::from(digit);
            at += 1;
        }
        let ends = matches!(text.get(at), None | Some(b'/' | b' '));
        if at == start {
            // Nothing may follow a gap, but something must follow a single colon.
            if ends && gap == Some(count) {
                break;
            }
            return None;
        }
        *groups.get_mut(count)? = value;
        count += 1;
        if ends {
            break;
        }
        text.get(at).filter(|octet| **octet == b':')?;
        at += 1;
        if text.get(at) == Some(&b':') && gap.is_none() {
            gap = Some(count);
            at += 1;
        }
    }
    match gap {
        None if count == 8 => {}
        // The gap stands for at least one group.
        Some(gap) if count < 8 => {
            let behind = 8 - (count - gap);
            groups.copy_within(gap..count, behind);
            groups.get_mut(gap..behind)?.fill(0);
        }
        _ => return None,
    }
    Some((groups.into(), at))
}

#[inline]
const fn hexadecimal(octet: u8) -> Option<u8> {
    match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'a'..=b'f' => Some(octet - b'a' + 10),
        b'A'..=b'F' => Some(octet - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use core::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::{ip4, ip6};

    proptest! {
        #[test]
        fn every_text_is_read_as_the_standard_library_reads_it(
            one in "[0-9.]{0,16}", other in "[0-9a-fA-F:]{0,24}", odd in "(::|:|[0-9a-f]{1,5}:?|1\\.2){0,9}",
            four in any::<u32>(), six in any::<u128>(),
        ) {
            let four = Ipv4Addr::from(four).to_string();
            for text in [one, four] {
                prop_assert_eq!(ip4(&text), text.parse().ok());
            }
            let six = Ipv6Addr::from(six).to_string();
            for text in [other, odd, six] {
                prop_assert_eq!(ip6(&text), text.parse().ok(), "{}", text);
            }
        }
    }
}
