//! `https` URIs, as much of them as a record's reader must know.

/// Whether this is an `https` URI with a host.
pub(crate) fn has_host(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("https") && !host.is_empty() && !host.starts_with(':')
}
