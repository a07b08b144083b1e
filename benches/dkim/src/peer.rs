//! mail-auth.

use peer_mail_auth::dkim::Canonicalization as PeerForm;
use peer_mail_auth::headers::Writer;
use peer_mail_auth::testing;

use mail_auth_spf_dkim::dkim::Canonicalization;

fn form(canonicalization: Canonicalization) -> PeerForm {
    match canonicalization {
        Canonicalization::Simple => PeerForm::Simple,
        Canonicalization::Relaxed => PeerForm::Relaxed,
    }
}

/// Where it writes to when only its canonicaliser is of interest: every piece is looked at, as a hash would.
#[derive(Default)]
struct Length(usize);

impl Writer for Length {
    fn write(&mut self, buf: &[u8]) {
        self.0 += std::hint::black_box(buf).len();
    }
}

pub fn canonical_length(canonicalization: Canonicalization, body: &[u8]) -> usize {
    let mut length = Length::default();
    testing::write_canonical_body(form(canonicalization), body, 0, &mut length);
    length.0
}

pub fn digest(canonicalization: Canonicalization, body: &[u8]) -> Vec<u8> {
    testing::whole_body_digest(form(canonicalization), body, 0)
}
