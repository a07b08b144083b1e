//! Certificates made on the spot, for servers that have none yet and for tests.

use std::io;

/// A self-signed certificate and its key, in PEM.
pub struct SelfSigned {
    /// The certificate, which clients must be told to trust.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

impl SelfSigned {
    /// Makes a certificate for `names`: host names or IP addresses.
    ///
    /// # Errors
    ///
    /// When a name is none, or there is no randomness.
    pub fn new(names: &[&str]) -> io::Result<Self> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let made = rcgen::generate_simple_self_signed(names).map_err(io::Error::other)?;
        Ok(Self { certificate: made.cert.pem(), key: made.signing_key.serialize_pem() })
    }
}
