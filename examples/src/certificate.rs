//! Certificates made on the spot, for servers that have none yet and for tests.

use std::io;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// A self-signed certificate and its key.
pub struct SelfSigned {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    /// The certificate in PEM, for clients that should trust it.
    pub certificate_pem: String,
    /// The key in PEM.
    pub key_pem: String,
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
        let key_pem = made.signing_key.serialize_pem();
        Ok(Self {
            certificate: made.cert.der().clone(),
            key: PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(io::Error::other)?,
            certificate_pem: made.cert.pem(),
            key_pem,
        })
    }

    /// What a server with this certificate needs.
    ///
    /// # Errors
    ///
    /// When the TLS library refuses the key.
    pub fn server(&self) -> io::Result<Arc<ServerConfig>> {
        server(vec![self.certificate.clone()], self.key.clone_key())
    }

    /// What a client needs that trusts this certificate and no other.
    ///
    /// # Errors
    ///
    /// When the TLS library refuses the certificate.
    pub fn client(&self) -> io::Result<Arc<ClientConfig>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).map_err(io::Error::other)?;
        Ok(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
    }
}

/// A server's TLS configuration from files in PEM.
///
/// # Errors
///
/// When a file cannot be read, or holds no certificate or key.
pub fn server_from_files(certificate: &str, key: &str) -> io::Result<Arc<ServerConfig>> {
    let explain = |file: &str, problem: &dyn std::fmt::Display| io::Error::other(format!("{file}: {problem}"));
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|problem| explain(certificate, &problem))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|problem| explain(key, &problem))?;
    server(chain, key)
}

fn server(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> io::Result<Arc<ServerConfig>> {
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).map_err(io::Error::other)?;
    Ok(Arc::new(config))
}
