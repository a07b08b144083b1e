use alloc::boxed::Box;

/// What is known of the TLS connection that a session runs in. Given to a machine by `handle_tls`, and by the
/// machine to the application; the machines themselves only ask whether there is TLS.
///
/// ```
/// use mail_wire::TlsInfo;
///
/// let mut tls = TlsInfo::default();
/// tls.protocol = Some("TLSv1.3".into());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsInfo {
    /// The protocol's version, as in a `Received` field: `TLSv1.3`.
    pub protocol: Option<Box<str>>,
    /// The cipher suite's registered name: `TLS_AES_128_GCM_SHA256`.
    pub cipher_suite: Option<Box<str>>,
    /// The host name that the client asked for (RFC 6066, section 3).
    pub server_name: Option<Box<str>>,
    /// The peer's own certificate in DER, when it showed one.
    pub peer_certificate: Option<Box<[u8]>>,
    /// The `tls-exporter` channel binding (RFC 9266), for the SASL mechanisms that bind to the connection.
    pub channel_binding: Option<Box<[u8]>>,
}
