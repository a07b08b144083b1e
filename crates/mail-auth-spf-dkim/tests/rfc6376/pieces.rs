//! The pieces that a message comes in change nothing.

use mail_auth_spf_dkim::dkim::Policy;

use crate::verifying::{DATE, MESSAGE, replaced, sign, verify_in_pieces, zone};

#[test]
fn every_split_in_two_and_octet_by_octet() {
    let holds = sign(MESSAGE);
    let broken = replaced(&holds, "hungry", "thirsty");
    for message in [holds, broken] {
        let verify = |sizes: &[usize]| verify_in_pieces(&message, &zone(), DATE, &Policy::default(), sizes);
        let whole = verify(&[]);
        for at in 0..message.len() {
            assert_eq!(verify(&[at]), whole, "split at {at}");
        }
        assert_eq!(verify(&vec![1; message.len()]), whole);
    }
}
