//! Addresses in text: as strict as the standard library's readers, and quicker, since records are full of them.

use core::net::{Ipv4Addr, Ipv6Addr};

/// Four decimal numbers without leading zeros.
pub(super) fn ip4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let (mut which, mut digits, mut value) = (0, 0, 0_u16);
    for octet in text.bytes() {
        match octet {
            b'0'..=b'9' if digits == 0 || value > 0 => {
                value = value * 10 + u16::from(octet - b'0');
                digits += 1;
                if value > 255 {
                    return None;
                }
            }
            b'.' if digits > 0 => {
                *octets.get_mut(which)? = u8::try_from(value).ok()?;
                which += 1;
                (digits, value) = (0, 0);
            }
            _ => return None,
        }
    }
    *octets.get_mut(which)? = u8::try_from(value).ok()?;
    (which == 3 && digits > 0).then(|| octets.into())
}

/// Eight hexadecimal numbers, with `::` for a run of zeros. The rare forms that end in an IPv4 address are left to the
/// standard library.
pub(super) fn ip6(text: &str) -> Option<Ipv6Addr> {
    let mut groups = [0_u16; 8];
    let (mut count, mut digits, mut value, mut gap) = (0, 0, 0_u16, None);
    let mut octets = text.as_bytes();
    if let [b':', b':', rest @ ..] = octets {
        gap = Some(0);
        octets = rest;
    }
    while let [octet, rest @ ..] = octets {
        octets = rest;
        let digit = match octet {
            b'0'..=b'9' => octet - b'0',
            b'a'..=b'f' => octet - b'a' + 10,
            b'A'..=b'F' => octet - b'A' + 10,
            b':' if digits > 0 => {
                *groups.get_mut(count)? = value;
                count += 1;
                (digits, value) = (0, 0);
                match rest {
                    [b':', rest @ ..] if gap.is_none() => {
                        gap = Some(count);
                        octets = rest;
                    }
                    // A single colon at the end.
                    [] => return None,
                    _ => {}
                }
                continue;
            }
            b'.' => return text.parse().ok(),
            _ => return None,
        };
        if digits == 4 {
            return None;
        }
        value = value << 4 | u16::from(digit);
        digits += 1;
    }
    if digits > 0 {
        *groups.get_mut(count)? = value;
        count += 1;
    }
    match gap {
        None if count == 8 => {}
        // The gap stands for at least one group.
        Some(gap) if count < 8 => {
            groups.copy_within(gap..count, 8 - (count - gap));
            groups.get_mut(gap..8 - (count - gap))?.fill(0);
        }
        _ => return None,
    }
    Some(groups.into())
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
