//! The reverse-path of a command line.

/// A reverse-path without angle brackets and blanks around it; logs and `Return-Path` have them.
///
/// # Errors
///
/// When an angle bracket has no other.
pub fn parse(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
        Some(inner) => Ok(inner.to_owned()),
        None if text.starts_with('<') || text.ends_with('>') => Err("an angle bracket has no other".into()),
        None => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn as_logs_and_messages_have_it() {
        for text in ["ann@example.com", "<ann@example.com>", " <ann@example.com>\n"] {
            assert_eq!(parse(text).unwrap(), "ann@example.com", "{text:?}");
        }
        for text in ["", "<>", " "] {
            assert_eq!(parse(text).unwrap(), "", "{text:?}");
        }
        for text in ["<", ">", "<ann@example.com", "ann@example.com>", "Ann <ann@example.com>"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
