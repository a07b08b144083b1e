//! What is made of names and passwords before they are sent or compared.
//!
//! RFC 4616, section 2, would have them prepared by SASLprep (RFC 4013), which maps and normalises Unicode and
//! forbids some of it. Only what is forbidden for the protocol's own safety is forbidden here; SASLprep's tables
//! would be applied in these two functions, on both sides.

use crate::{InvalidCredentials, Password};

/// A name that may stand in a message and in a log.
pub(crate) fn identity(text: &str) -> Result<&str, InvalidCredentials> {
    if text.is_empty() {
        return Err(InvalidCredentials::EmptyIdentity);
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidCredentials::ControlCharacter);
    }
    Ok(text)
}

/// A password: whatever it holds, but something, and no NUL.
pub(crate) fn password(text: &str) -> Result<Password, InvalidCredentials> {
    if text.is_empty() {
        return Err(InvalidCredentials::EmptyPassword);
    }
    if text.contains('\0') {
        return Err(InvalidCredentials::NulInPassword);
    }
    Ok(Password::checked(text))
}
