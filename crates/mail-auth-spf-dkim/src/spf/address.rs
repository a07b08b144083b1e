//! Numbers and addresses at the front of a text: as strict as the standard library's readers, and quicker, since
//! records are full of them. Each reader gives what it read and the rest of the text.

use core::net::{Ipv4Addr, Ipv6Addr};

/// A decimal number up to 255, without leading zeros. What is behind the third digit is not looked at.
#[inline(always)]
pub(super) fn leading_number(text: &[u8]) -> Option<(u8, &[u8])> {
    let [first, second, third, _, ..] = text else { return at_the_end(text, leading_number) };
    let digit = |octet: &u8| octet.wrapping_sub(b'0');
    let (first, second, third) = (digit(first), digit(second), digit(third));
    if first > 9 {
        return None;
    }
    if second > 9 {
        return Some((first, &text[1..]));
    }
    if first == 0 {
        return None;
    }
    if third > 9 {
        return Some((first * 10 + second, &text[2..]));
    }
    let number = u32::from(first) * 100 + u32::from(second) * 10 + u32::from(third);
    Some((u8::try_from(number).ok()?, &text[3..]))
}

/// The same of a text that is so short that the reader has not enough of it to look at: with spaces behind it.
#[cold]
fn at_the_end<N>(text: &[u8], leading: impl Fn(&[u8]) -> Option<(N, &[u8])>) -> Option<(N, &[u8])> {
    let mut padded = [b' '; 5];
    padded.get_mut(..text.len())?.copy_from_slice(text);
    let (number, rest) = leading(&padded)?;
    Some((number, text.get(padded.len() - rest.len()..)?))
}

/// Four numbers with dots between them.
#[inline(always)]
pub(super) fn leading_ip4(text: &[u8]) -> Option<(Ipv4Addr, &[u8])> {
    let (first, mut rest) = leading_number(text)?;
    let mut bits = u32::from(first);
    for _ in 1..4 {
        let [b'.', digits @ ..] = rest else { return None };
        let (number, behind) = leading_number(digits)?;
        bits = bits << 8 | u32::from(number);
        rest = behind;
    }
    Some((Ipv4Addr::from_bits(bits), rest))
}

/// Eight hexadecimal numbers with colons between them, and `::` for a run of zeros. The rare forms that end in an IPv4
/// address are not read.
#[inline(always)]
pub(super) fn leading_ip6(text: &[u8]) -> Option<(Ipv6Addr, &[u8])> {
    // The numbers read since the gap, those in front of it, and how many there are: of all, and in front.
    let (mut bits, mut front, mut count, mut gap) = (0_u128, 0, 0_u32, None);
    let mut rest = text;
    if let [b':', b':', behind @ ..] = text {
        (rest, gap) = (behind, Some(0));
    }
    loop {
        let Some((number, behind)) = leading_hexadecimal(rest) else {
            // Nothing need follow a gap, but something must follow a single colon.
            if gap == Some(count) { break } else { return None }
        };
        if count == 8 {
            return None;
        }
        (bits, count) = (bits << 16 | u128::from(number), count + 1);
        match behind {
            [b':', b':', behind @ ..] if gap.is_none() => {
                (front, bits) = (bits << (128 - 16 * count), 0);
                (rest, gap) = (behind, Some(count));
            }
            [b':', behind @ ..] => rest = behind,
            _ => {
                rest = behind;
                break;
            }
        }
    }
    // The gap stands for at least one number.
    let whole = if gap.is_some() { count < 8 } else { count == 8 };
    whole.then(|| (Ipv6Addr::from_bits(front | bits), rest))
}

/// Up to four hexadecimal digits.
#[inline(always)]
fn leading_hexadecimal(text: &[u8]) -> Option<(u16, &[u8])> {
    let [first, second, third, fourth, _, ..] = text else { return at_the_end(text, leading_hexadecimal) };
    let digit = |octet: &u8| u16::from(HEXADECIMAL[usize::from(*octet)]);
    let mut number = digit(first);
    if number > 15 {
        return None;
    }
    for (length, octet) in [second, third, fourth].into_iter().enumerate() {
        let digit = digit(octet);
        if digit > 15 {
            return Some((number, &text[length + 1..]));
        }
        number = number << 4 | digit;
    }
    Some((number, &text[4..]))
}

/// The value of a hexadecimal digit; 16 for what is none.
static HEXADECIMAL: [u8; 256] = {
    let mut values = [16; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value];
        values[digit as usize] = value as u8;
        values[digit.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    values
};

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;
    use core::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use crate::spf::{Mechanism, Record};

    /// What a record makes of `term`.
    fn mechanism(term: &str) -> Option<Mechanism> {
        let record = Record::parse(format!("v=spf1 {term}").as_bytes()).ok()?;
        record.directives().first().map(|directive| directive.mechanism.clone())
    }

    proptest! {
        #[test]
        fn every_text_is_read_as_the_standard_library_reads_it(
            one in "[0-9.]{0,16}", quad in "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}", other in "[0-9a-fA-F:]{0,24}",
            odd in "(::|:|[0-9a-f]{1,5}:?|1\\.2){0,9}", four in any::<u32>(), six in any::<u128>(),
        ) {
            let four = Ipv4Addr::from(four).to_string();
            for text in [one, quad, four] {
                let expected = text.parse().ok().map(|address| Mechanism::Ip4 { address, prefix_length: 32 });
                prop_assert_eq!(mechanism(&format!("ip4:{text}")), expected, "{}", text);
            }
            let six = Ipv6Addr::from(six).to_string();
            for text in [other, odd, six] {
                let expected = text.parse().ok().map(|address| Mechanism::Ip6 { address, prefix_length: 128 });
                prop_assert_eq!(mechanism(&format!("ip6:{text}")), expected, "{}", text);
            }
        }

        #[test]
        fn a_prefix_length_is_a_number_of_bits_without_leading_zeros(text in "[0-9]{0,4}|[0-9/:+-]{1,4}") {
            let number = text.parse::<u8>().ok().filter(|number| number.to_string() == text);
            let address = Ipv4Addr::LOCALHOST;
            let expected = number.filter(|n| *n <= 32).map(|prefix_length| Mechanism::Ip4 { address, prefix_length });
            prop_assert_eq!(mechanism(&format!("ip4:127.0.0.1/{text}")), expected);
            let address = Ipv6Addr::LOCALHOST;
            let expected = number.filter(|n| *n <= 128).map(|prefix_length| Mechanism::Ip6 { address, prefix_length });
            prop_assert_eq!(mechanism(&format!("ip6:::1/{text}")), expected);
        }
    }
}
