use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use super::{MAIL_OWNER, Peer, root, unpacked};
use crate::{PASSWORD, USER, free_port, have, run};

pub(super) fn start() -> Option<Peer> {
    let program = unpacked("opensmtpd/usr/sbin/smtpd");
    if !root() || !have(&[&program, "openssl"]) {
        return None;
    }
    // These places are compiled in.
    for folder in ["/var/lib/opensmtpd/empty", "/var/spool/smtpd"] {
        std::fs::create_dir_all(folder).expect("to be root");
        run(Command::new("chmod").args(["711", folder])).expect(0);
    }
    for (link, target) in [
        ("/usr/libexec/opensmtpd", unpacked("opensmtpd/usr/libexec/opensmtpd")),
        ("/usr/sbin/smtpctl", unpacked("opensmtpd/usr/sbin/smtpctl")),
    ] {
        if !Path::new(link).exists() {
            std::fs::create_dir_all(Path::new(link).parent().expect("a folder")).expect("to be root");
            let _ = std::fs::remove_file(link);
            symlink(target, link).expect("to be root");
        }
    }
    let mut peer = Peer::new("opensmtpd");
    (peer.smtp, peer.smtps) = (free_port(), free_port());
    let place = &peer.place;
    let hash = run(Command::new("openssl").args(["passwd", "-6", PASSWORD])).expect(0).said;
    let passwords = place.write("passwords", &format!("{USER} {}\n", hash.trim()));
    run(Command::new("chown").arg("root:opensmtpd").arg(&passwords)).expect(0);
    run(Command::new("chmod").arg("640").arg(&passwords)).expect(0);
    let root = place.text("");
    let root = root.trim_end_matches('/');
    let configuration = place.write(
        "smtpd.conf",
        &format!(
            "pki mail.interop.test cert \"{root}/cert.pem\"
pki mail.interop.test key \"{root}/key.pem\"
table passwords file:{root}/passwords
table users {{ \"{USER}\" = \"{USER}\" }}
table base {{ \"{USER}\" = \"{MAIL_OWNER}:{MAIL_OWNER}:{root}/mail/{USER}\" }}
listen on 127.0.0.1 port {smtp} tls pki mail.interop.test auth-optional <passwords> hostname mail.interop.test
listen on 127.0.0.1 port {smtps} smtps pki mail.interop.test auth-optional <passwords> hostname mail.interop.test
action \"maildir\" maildir \"{root}/mail/%{{user.username}}\" userbase <base> virtual <users>
match from any for domain \"interop.test\" action \"maildir\"
",
            smtp = peer.smtp,
            smtps = peer.smtps,
        ),
    );
    let port = peer.smtp;
    let mut smtpd = Command::new(&program);
    smtpd.arg("-d").arg("-f").arg(configuration);
    Some(peer.spawn(&mut smtpd, "log", port))
}
