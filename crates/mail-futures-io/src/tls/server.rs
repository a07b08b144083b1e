use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use futures_rustls::TlsAcceptor;
use mail_wire::TlsInfo;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::info::{channel_binding, info};
use super::invalid;
use crate::BoxedStream;

/// How a server does TLS: with which certificate. Cheap to clone.
///
/// A configuration of rustls' own becomes one with `from`.
#[derive(Clone)]
pub struct TlsServer {
    config: Arc<ServerConfig>,
}

impl TlsServer {
    /// Shows this certificate, with those that vouch for it behind it, all in PEM, and has its key.
    ///
    /// # Errors
    ///
    /// When they are not what they should be, or do not belong together; the caller's mistake.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> io::Result<Self> {
        let chain = CertificateDer::pem_slice_iter(certificates).collect::<Result<_, _>>().map_err(invalid)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(invalid)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(invalid)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(invalid)?;
        Ok(Arc::new(config).into())
    }

    /// The same from files. They are read at once, which blocks.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or as [`from_pem`](Self::from_pem).
    pub fn from_files(certificates: impl AsRef<Path>, key: impl AsRef<Path>) -> io::Result<Self> {
        Self::from_pem(&std::fs::read(certificates)?, &std::fs::read(key)?)
    }

    /// Does the handshake.
    ///
    /// # Errors
    ///
    /// When the connection fails, or the client does not want to go on.
    pub async fn accept(&self, stream: BoxedStream) -> io::Result<(BoxedStream, TlsInfo)> {
        let stream = TlsAcceptor::from(Arc::clone(&self.config)).accept(stream).await?;
        let (_, connection) = stream.get_ref();
        let mut tls = info(connection);
        tls.channel_binding =
            channel_binding(&tls, |output, label| connection.export_keying_material(output, label, None));
        tls.server_name = connection.server_name().map(Into::into);
        Ok((Box::new(stream), tls))
    }
}

impl From<Arc<ServerConfig>> for TlsServer {
    fn from(config: Arc<ServerConfig>) -> Self {
        Self { config }
    }
}

impl fmt::Debug for TlsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsServer").finish_non_exhaustive()
    }
}
