use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use futures_rustls::TlsConnector;
use mail_wire::TlsInfo;
use rustls::client::WantsClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ConfigBuilder, DigitallySignedStruct, RootCertStore, SignatureScheme, WantsVerifier};

use super::info::{channel_binding, info};
use super::invalid;
use crate::BoxedStream;

/// How a client does TLS, above all: whom it trusts. Cheap to clone.
///
/// A configuration of rustls' own becomes one with `from`.
#[derive(Clone)]
pub struct TlsClient {
    config: Arc<ClientConfig>,
}

impl TlsClient {
    /// Trusts the certificate authorities that browsers trust.
    ///
    /// # Errors
    ///
    /// When rustls is built without what TLS needs.
    pub fn webpki() -> io::Result<Self> {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Self::trusting(roots)
    }

    /// Trusts the certificates in this PEM, and no others: an authority of one's own, or the server's certificate
    /// itself if it signs itself.
    ///
    /// # Errors
    ///
    /// When there is no certificate in it that can be trusted; the caller's mistake.
    pub fn trusting_pem(pem: &[u8]) -> io::Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            roots.add(certificate.map_err(invalid)?).map_err(invalid)?;
        }
        if roots.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no certificate in the PEM"));
        }
        Self::trusting(roots)
    }

    /// The same from a file. It is read at once, which blocks.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or as [`trusting_pem`](Self::trusting_pem).
    pub fn trusting_file(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::trusting_pem(&std::fs::read(path)?)
    }

    /// Trusts anybody. Who listens on the way is kept out, who sits in the way is not: for tests, and for mail that
    /// would otherwise travel in the clear (RFC 7435).
    ///
    /// # Errors
    ///
    /// As [`webpki`](Self::webpki).
    pub fn insecure() -> io::Result<Self> {
        let algorithms = ring::default_provider().signature_verification_algorithms;
        let verifier = Arc::new(Anybody { algorithms });
        Ok(Self::finish(builder()?.dangerous().with_custom_certificate_verifier(verifier)))
    }

    fn trusting(roots: RootCertStore) -> io::Result<Self> {
        Ok(Self::finish(builder()?.with_root_certificates(roots)))
    }

    fn finish(builder: ConfigBuilder<ClientConfig, WantsClientCert>) -> Self {
        Arc::new(builder.with_no_client_auth()).into()
    }

    /// Does the handshake, with a server of this name: a host name or an IP address.
    ///
    /// # Errors
    ///
    /// When the name is none, the connection fails, or the server is not to be trusted.
    pub async fn connect(&self, server: &str, stream: BoxedStream) -> io::Result<(BoxedStream, TlsInfo)> {
        let name = ServerName::try_from(server.to_owned()).map_err(invalid)?;
        let stream = TlsConnector::from(Arc::clone(&self.config)).connect(name, stream).await?;
        let (_, connection) = stream.get_ref();
        let mut tls = info(connection);
        tls.channel_binding =
            channel_binding(&tls, |output, label| connection.export_keying_material(output, label, None));
        tls.server_name = Some(server.into());
        Ok((Box::new(stream), tls))
    }
}

impl From<Arc<ClientConfig>> for TlsClient {
    fn from(config: Arc<ClientConfig>) -> Self {
        Self { config }
    }
}

impl fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsClient").finish_non_exhaustive()
    }
}

fn builder() -> io::Result<ConfigBuilder<ClientConfig, WantsVerifier>> {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(invalid)
}

/// Believes every certificate, but not that somebody has its key who has not.
#[derive(Debug)]
struct Anybody {
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
