//! Numbers as POP3 writes them: decimal digits, nothing else (RFC 1939, section 4).

/// The number at the beginning of `text`, and what follows it. `None` if there is no digit, or more than fit.
pub(super) fn leading(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut number: u64 = 0;
    let mut rest = text;
    while let Some((digit @ b'0'..=b'9', after)) = rest.split_first() {
        number = number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        rest = after;
    }
    (rest.len() < text.len()).then_some((number, rest))
}

/// The number that `text` is, all of it.
pub(super) fn whole(text: &[u8]) -> Option<u64> {
    leading(text).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
}

/// The number that up to 19 digits at the beginning of `text` write, and how many they are. 19 always fit.
#[inline]
pub(super) fn short(text: &[u8]) -> (u64, usize) {
    if let Some(eight) = text.first_chunk()
        && let Some(found) = within_eight(u64::from_le_bytes(*eight))
    {
        return found;
    }
    let (mut number, mut length) = (0, 0);
    while length < 19
        && let Some(digit @ b'0'..=b'9') = text.get(length)
    {
        number = number * 10 + u64::from(digit - b'0');
        length += 1;
    }
    (number, length)
}

/// The same of a number that ends within eight octets, all of them at once: listings are little else than numbers.
#[inline]
fn within_eight(octets: u64) -> Option<(u64, usize)> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // A digit is now 0 to 9; all else has a bit in its upper half, by itself or when 6 are added.
    let digits = octets ^ (EACH * 0x30);
    let others = (digits | digits.wrapping_add(EACH * 6)) & (EACH * 0xF0);
    let length = others.trailing_zeros() / 8;
    // Zeros take the place before the digits.
    let digits = digits.checked_shl(64 - 8 * length)?;
    // Ones and tens become hundreds' places, those thousands', and so on.
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let low = (pairs & 0x0000_00FF_0000_00FF).wrapping_mul(0x000F_4240_0000_0064);
    let high = (pairs >> 16 & 0x0000_00FF_0000_00FF).wrapping_mul(0x0000_2710_0000_0001);
    (others != 0).then_some((low.wrapping_add(high) >> 32, length as usize))
}

/// The digits of a number, written without the formatting machinery: listings have a great many of them.
pub(super) struct Digits {
    digits: [u8; 20],
    start: usize,
}

impl Digits {
    pub(super) fn of(mut number: u64) -> Self {
        let mut digits = [b'0'; 20];
        let mut start = digits.len();
        for (at, digit) in digits.iter_mut().enumerate().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
            start = at;
            if number == 0 {
                break;
            }
        }
        Self { digits, start }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.digits[self.start..]
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for number in [0, 1, 9, 10, 99, 100, 5_368_709_120, u64::MAX] {
            assert_eq!(Digits::of(number).as_bytes(), number.to_string().as_bytes());
            assert_eq!(whole(number.to_string().as_bytes()), Some(number));
        }
    }

    #[test]
    fn eight_at_a_time_are_as_one_by_one() {
        for number in (0..8).map(|zeros| 10u64.pow(zeros)).flat_map(|n| [n - 1, n, n + 7, n * 9, n * 1_234_567]) {
            for rest in [" ", "\r\n", "/", ":", "\u{ff}\u{ff}", "x", "         "] {
                let text = alloc::format!("{number}{rest}");
                let expected = (number, number.to_string().len());
                assert_eq!(short(text.as_bytes()), expected, "{text:?}");
            }
        }
        assert_eq!(short(b""), (0, 0));
        assert_eq!(short(b"abcdefgh"), (0, 0));
        assert_eq!(short(b"99999999999999999999"), (9_999_999_999_999_999_999, 19));
    }

    #[test]
    fn nothing_but_digits_is_a_number() {
        for text in ["", "+1", "-1", " 1", "1 ", "0x1", "1e3", "18446744073709551616"] {
            assert_eq!(whole(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(leading(b"12 rest"), Some((12, &b" rest"[..])));
        assert_eq!(whole(b"007"), Some(7));
    }
}
