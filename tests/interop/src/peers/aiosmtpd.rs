use std::process::Command;

use super::{Peer, root};
use crate::{PASSWORD, USER, free_port, have, run};

/// Debian's own interpreter, which has Debian's packages.
const PYTHON: &str = "/usr/bin/python3";

pub(super) fn start() -> Option<Peer> {
    if !root() || !have(&[PYTHON]) {
        return None;
    }
    if run(Command::new(PYTHON).args(["-c", "import aiosmtpd"])).code != Some(0) {
        assert!(std::env::var_os("INTEROP_REQUIRED").is_none(), "aiosmtpd is not installed");
        eprintln!("skipped: aiosmtpd is not installed (tests/interop/install-peers.sh installs it)");
        return None;
    }
    let mut peer = Peer::new("aiosmtpd");
    (peer.smtp, peer.smtps, peer.lmtp) = (free_port(), free_port(), free_port());
    let script = peer.place.write("server.py", include_str!("aiosmtpd.py"));
    let ports = [peer.smtp, peer.smtps, peer.lmtp].map(|port| port.to_string());
    let port = peer.lmtp;
    let mut server = Command::new(PYTHON);
    server.arg(script).arg(peer.place.text("").trim_end_matches('/')).args(&ports).args([USER, PASSWORD]);
    Some(peer.spawn(&mut server, "log", port))
}
