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
    let (mut number, mut length) = (0, 0);
    for octet in text.iter().take(19) {
        let digit = octet.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number * 10 + u64::from(digit);
        length += 1;
    }
    (number, length)
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
    fn nothing_but_digits_is_a_number() {
        for text in ["", "+1", "-1", " 1", "1 ", "0x1", "1e3", "18446744073709551616"] {
            assert_eq!(whole(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(leading(b"12 rest"), Some((12, &b" rest"[..])));
        assert_eq!(whole(b"007"), Some(7));
    }
}
