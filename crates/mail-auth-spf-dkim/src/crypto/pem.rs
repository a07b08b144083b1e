//! Textual encodings of private keys (RFC 7468), read and written.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;
use zeroize::Zeroizing;

use super::KeyError;

/// As some write it: with the padding, or without.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The first private key of a text, decoded. Other things that stand before it (parameters, certificates, remarks) are
/// passed over.
pub(super) fn private_key(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut rest = text;
    let mut trouble = KeyError::NotPem("no line says `-----BEGIN PRIVATE KEY-----`");
    while let Some(Block { label, body, after }) = next_block(rest)? {
        match label {
            b"PRIVATE KEY" | b"RSA PRIVATE KEY" | b"EC PRIVATE KEY" => {
                // The old way to encrypt one has fields in front of the base64 (RFC 1421 section 4.6).
                return if memchr::memchr(b':', body).is_some() { Err(KeyError::Encrypted) } else { decode(body) };
            }
            b"ENCRYPTED PRIVATE KEY" => return Err(KeyError::Encrypted),
            b"DSA PRIVATE KEY" => return Err(KeyError::Unsupported("a DSA key")),
            b"OPENSSH PRIVATE KEY" => trouble = KeyError::NotPem("it has a key in the form of OpenSSH only"),
            b"PUBLIC KEY" | b"RSA PUBLIC KEY" => trouble = KeyError::NotPem("it has a public key only"),
            b"CERTIFICATE" => trouble = KeyError::NotPem("it has a certificate only"),
            _ => {}
        }
        rest = after;
    }
    Err(trouble)
}

struct Block<'a> {
    label: &'a [u8],
    body: &'a [u8],
    after: &'a [u8],
}

/// The next block, and what follows it.
fn next_block(text: &[u8]) -> Result<Option<Block<'_>>, KeyError> {
    const NO_END: KeyError = KeyError::NotPem("a block has no end");
    let Some(begin) = memmem::find(text, b"-----BEGIN ") else { return Ok(None) };
    let text = text.get(begin + 11..).unwrap_or_default();
    let end_of_label = memmem::find(text, b"-----").ok_or(NO_END)?;
    let (label, text) = text.split_at(end_of_label);
    let text = text.get(5..).unwrap_or_default();
    let end = memmem::find(text, b"-----END ").ok_or(NO_END)?;
    let (body, text) = text.split_at(end);
    let text = text.get(9..).unwrap_or_default();
    let after = text.strip_prefix(label).and_then(|text| text.strip_prefix(b"-----")).ok_or(NO_END)?;
    Ok(Some(Block { label, body, after }))
}

/// Undoes base64 with white space in it.
pub(super) fn decode(body: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut text = Zeroizing::new(Vec::with_capacity(body.len()));
    text.extend(body.iter().filter(|octet| !octet.is_ascii_whitespace()));
    // Not `decode`, which would leave a copy behind where it grows.
    let mut octets = Zeroizing::new(alloc::vec![0; text.len() / 4 * 3 + 3]);
    let length = LENIENT.decode_slice(&*text, &mut octets).map_err(|_| KeyError::NotPem("its base64 is broken"))?;
    octets.truncate(length);
    Ok(octets)
}

/// A block of this label, in lines of 64 characters.
pub(super) fn encode(label: &str, octets: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(octets.len() * 3 / 2 + 2 * label.len() + 64));
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    let mut line = Zeroizing::new([0; 64]);
    for piece in octets.chunks(48) {
        let length = STANDARD.encode_slice(piece, &mut *line).unwrap_or_default();
        text.extend(line.iter().take(length).map(|octet| char::from(*octet)));
        text.push('\n');
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}
