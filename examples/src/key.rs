//! Private keys out of files, ready to sign with.

use std::io;
use std::path::Path;
use std::sync::Arc;

use mail_auth_spf_dkim::crypto::{PrivateKey, Provider as _, SigningKey, default_provider, rustcrypto};
use zeroize::Zeroizing;

/// Reads a key in PEM or DER, or the base64 of an Ed25519 seed, and takes the library that can sign with it: ring wants RSA
/// keys of 2048 bits and more.
///
/// # Errors
///
/// When the file cannot be read, or holds no key for DKIM.
pub fn read(file: &Path) -> io::Result<Arc<dyn SigningKey>> {
    let explain = |problem: &dyn std::fmt::Display| io::Error::other(format!("{}: {problem}", file.display()));
    let octets = Zeroizing::new(std::fs::read(file).map_err(|problem| explain(&problem))?);
    // The version of a key in DER is an octet that no text has.
    let is_text = octets.iter().all(|octet| matches!(octet, b'\t'..=b'\r' | b' '..));
    let key = if is_text { PrivateKey::from_pem(&*octets) } else { PrivateKey::from_der(&octets) };
    let key = key.map_err(|problem| explain(&problem))?;
    let signing = default_provider().signing_key(&key).or_else(|_| rustcrypto::PROVIDER.signing_key(&key));
    signing.map(Arc::from).map_err(|problem| explain(&problem))
}
