use mail_wire::TlsInfo;
use rustls::{CommonState, ProtocolVersion};

/// What is known of a connection, as far as both roles know it.
pub(super) fn info(connection: &CommonState) -> TlsInfo {
    let mut info = TlsInfo::default();
    info.protocol = connection.protocol_version().map(|version| match version {
        ProtocolVersion::TLSv1_2 => "TLSv1.2".into(),
        ProtocolVersion::TLSv1_3 => "TLSv1.3".into(),
        other => format!("{other:?}").into(),
    });
    info.cipher_suite = connection.negotiated_cipher_suite().map(|suite| {
        let name = format!("{:?}", suite.suite());
        // rustls tells TLS 1.3's suites apart by a name that nobody registered.
        name.replacen("TLS13_", "TLS_", 1).into()
    });
    info.peer_certificate =
        connection.peer_certificates().and_then(<[_]>::first).map(|certificate| certificate.as_ref().into());
    info
}

/// The `tls-exporter` binding (RFC 9266), which TLS 1.2 does not have for certain.
pub(super) fn channel_binding(
    info: &TlsInfo,
    export: impl FnOnce([u8; 32], &[u8]) -> Result<[u8; 32], rustls::Error>,
) -> Option<Box<[u8]>> {
    if info.protocol.as_deref() != Some("TLSv1.3") {
        return None;
    }
    export([0; 32], b"EXPORTER-Channel-Binding").ok().map(|binding| binding.into())
}
