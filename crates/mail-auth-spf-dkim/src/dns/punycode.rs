//! Punycode (RFC 3492), the direction in which names are looked up.

use alloc::string::String;

const BASE: u32 = 36;
const THRESHOLD_MIN: u32 = 1;
const THRESHOLD_MAX: u32 = 26;

/// Appends the encoding of `label`; `None` as soon as it has more than `longest` octets. Each different character costs a
/// pass over the label, so that this bounds the time as well.
pub(super) fn encode(label: &str, longest: usize, out: &mut String) -> Option<()> {
    // No character takes less than an octet.
    if label.chars().nth(longest).is_some() {
        return None;
    }
    let longest = out.len() + longest;
    let basic = label.chars().filter(char::is_ascii).inspect(|c| out.push(*c)).count();
    if basic > 0 {
        out.push('-');
    }
    let total = u32::try_from(label.chars().count()).ok()?;
    let basic = u32::try_from(basic).ok()?;
    let (mut next, mut delta, mut bias, mut handled) = (128_u32, 0_u32, 72_u32, basic);
    while handled < total {
        let smallest = label.chars().map(u32::from).filter(|c| *c >= next).min()?;
        delta = delta.checked_add((smallest - next).checked_mul(handled + 1)?)?;
        next = smallest;
        for character in label.chars().map(u32::from) {
            if character < next {
                delta = delta.checked_add(1)?;
            } else if character == next {
                push_number(delta, bias, out);
                if out.len() > longest {
                    return None;
                }
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        next += 1;
    }
    Some(())
}

/// A variable-length integer, RFC 3492 section 3.3.
fn push_number(number: u32, bias: u32, out: &mut String) {
    let mut rest = number;
    let mut position = BASE;
    loop {
        let threshold = position.saturating_sub(bias).clamp(THRESHOLD_MIN, THRESHOLD_MAX);
        if rest < threshold {
            break out.push(digit(rest));
        }
        out.push(digit(threshold + (rest - threshold) % (BASE - threshold)));
        rest = (rest - threshold) / (BASE - threshold);
        position += BASE;
    }
}

fn digit(value: u32) -> char {
    char::from_digit(value + 10, 36).filter(char::is_ascii_alphabetic).unwrap_or_else(|| {
        // Values from 26 are the decimal digits.
        char::from_digit(value.saturating_sub(26), 10).unwrap_or('0')
    })
}

/// Bias adaptation, RFC 3492 section 3.4.
fn adapt(delta: u32, handled: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / handled;
    let mut bias = 0;
    while delta > ((BASE - THRESHOLD_MIN) * THRESHOLD_MAX) / 2 {
        delta /= BASE - THRESHOLD_MIN;
        bias += BASE;
    }
    bias + (BASE * delta) / (delta + 38)
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;

    use super::*;

    #[test]
    fn a_label_is_given_up_as_soon_as_it_is_too_long() {
        let mut out = String::new();
        // All different: each would cost a pass over all the others.
        let label: String = ('\u{4e00}'..).take(100_000).collect();
        assert_eq!((encode(&label, 59, &mut out), out.as_str()), (None, ""));
        let label: String = ('\u{4e00}'..).step_by(97).take(59).collect();
        assert_eq!(encode(&label, 59, &mut out), None);
        assert!(out.len() < 59 + 8, "{out}");
    }

    #[test]
    fn what_fits_to_the_octet_is_encoded() {
        let mut out = "xn--".to_owned();
        assert_eq!(encode("b\u{fc}cher", 9, &mut out), Some(()));
        assert_eq!(out, "xn--bcher-kva");
        assert_eq!(encode("b\u{fc}cher", 8, &mut out), None);
    }
}
