use std::process::Command;

use super::{MAIL_OWNER, Peer, root};
use crate::{PASSWORD, USER, free_port, have, run};

pub(super) fn start() -> Option<Peer> {
    if !root() || !have(&["dovecot"]) {
        return None;
    }
    let mut peer = Peer::new("dovecot");
    (peer.pop3, peer.pop3s, peer.lmtp) = (free_port(), free_port(), free_port());
    let place = &peer.place;
    let passwords = place.write("passwords", &format!("{USER}:{{PLAIN}}{PASSWORD}::::::\n"));
    run(Command::new("chown").arg("root:dovecot").arg(&passwords)).expect(0);
    run(Command::new("chmod").arg("640").arg(&passwords)).expect(0);
    let root = place.text("");
    let root = root.trim_end_matches('/');
    let configuration = place.write(
        "dovecot.conf",
        &format!(
            "base_dir = {root}/run
state_dir = {root}/state
instance_name = interop
protocols = pop3 lmtp
listen = 127.0.0.1
hostname = mail.interop.test
log_path = {root}/log
first_valid_uid = 100
first_valid_gid = 100
mail_location = maildir:{root}/mail/%n
mail_uid = {MAIL_OWNER}
mail_gid = {MAIL_OWNER}
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
auth_mechanisms = plain login
auth_username_format = %Ln
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {root}/passwords
}}
userdb {{
  driver = static
  args = uid={MAIL_OWNER} gid={MAIL_OWNER} home={root}/mail/%n
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
",
            pop3 = peer.pop3,
            pop3s = peer.pop3s,
            lmtp = peer.lmtp,
        ),
    );
    let port = peer.pop3;
    let mut dovecot = Command::new("dovecot");
    dovecot.arg("-F").arg("-c").arg(configuration);
    Some(peer.spawn(&mut dovecot, "start.log", port))
}
