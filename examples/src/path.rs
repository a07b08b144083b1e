//! Paths of SMTP on a command line.

/// A path without angle brackets and blanks around it; logs and `Return-Path` have them.
///
/// # Errors
///
/// When an angle bracket has no other, or stands inside.
pub fn parse(text: &str) -> Result<String, String> {
    let text = text.trim();
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    // A quoted local-part may have them.
    let unquoted = inner.rsplit_once('"').filter(|_| inner.starts_with('"')).map_or(inner, |(_, behind)| behind);
    if unquoted.contains(['<', '>']) {
        return Err("angle brackets stand around an address, or nowhere".into());
    }
    Ok(inner.to_owned())
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
        assert_eq!(parse("<\"<\"@example.com>").unwrap(), "\"<\"@example.com");
        for text in [
            "<",
            ">",
            "<ann@example.com",
            "ann@example.com>",
            "Ann <ann@example.com>",
            "<<ann@example.com>>",
            "\"Ann\" <ann@example.com>",
            "<\"a\"@example.com",
            "\"a\"@example.com>",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
