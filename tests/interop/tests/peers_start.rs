//! The peers themselves: each starts, accepts connections and stops, so that a failure elsewhere is not theirs.

use interop::peers::Peer;

#[test]
fn every_peer_starts() {
    for start in [Peer::postfix, Peer::exim, Peer::opensmtpd, Peer::aiosmtpd, Peer::dovecot] {
        drop(start());
    }
}
