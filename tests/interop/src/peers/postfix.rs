use std::process::Command;

use super::{MAIL_OWNER, Peer, root};
use crate::{PASSWORD, USER, free_port, have, run, run_with_input};

pub(super) fn start() -> Option<Peer> {
    if !root() || !have(&["postfix", "saslpasswd2"]) {
        return None;
    }
    let mut peer = Peer::new("postfix");
    (peer.smtp, peer.smtps) = (free_port(), free_port());
    let place = &peer.place;
    place.folder("spool");
    place.folder("data");
    run(Command::new("chown").arg("postfix").arg(place.path("data"))).expect(0);

    place.write(
        "conf/sasl/smtpd.conf",
        &format!(
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {}\nmech_list: PLAIN LOGIN\n",
            place.text("conf/sasldb2")
        ),
    );
    let passwords = place.text("conf/sasldb2");
    let mut saslpasswd = Command::new("saslpasswd2");
    saslpasswd.args(["-p", "-c", "-f", &passwords, "-u", "interop.test", USER]);
    run_with_input(&mut saslpasswd, PASSWORD.as_bytes()).expect(0);
    run(Command::new("chown").args(["root:postfix", &passwords])).expect(0);
    run(Command::new("chmod").args(["640", &passwords])).expect(0);

    let root = place.text("");
    let root = root.trim_end_matches('/');
    place.write(
        "conf/main.cf",
        &format!(
            "compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {root}/maillog
maillog_file_prefixes = /var/tmp
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.interop.test
mydestination =
mynetworks = 127.9.9.9/32
alias_maps =
alias_database =
local_recipient_maps =
default_transport = discard:
virtual_mailbox_domains = interop.test
virtual_mailbox_maps = inline:{{{{{USER}@interop.test = {USER}/}}}}
virtual_mailbox_base = {root}/mail
virtual_uid_maps = static:{MAIL_OWNER}
virtual_gid_maps = static:{MAIL_OWNER}
virtual_minimum_uid = 100
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = interop.test
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = {root}/conf/sasl
smtpd_tls_auth_only = yes
smtpd_tls_security_level = may
smtpd_tls_chain_files = {root}/key.pem, {root}/cert.pem
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
"
        ),
    );
    let mut services = format!(
        "127.0.0.1:{} inet n - n - - smtpd\n127.0.0.1:{} inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n",
        peer.smtp, peer.smtps
    );
    for (name, kind, program) in [
        ("pickup", "unix n - n 60 1", "pickup"),
        ("cleanup", "unix n - n - 0", "cleanup"),
        ("qmgr", "unix n - n 300 1", "qmgr"),
        ("tlsmgr", "unix - - n 1000? 1", "tlsmgr"),
        ("rewrite", "unix - - n - -", "trivial-rewrite"),
        ("bounce", "unix - - n - 0", "bounce"),
        ("defer", "unix - - n - 0", "bounce"),
        ("trace", "unix - - n - 0", "bounce"),
        ("verify", "unix - - n - 1", "verify"),
        ("flush", "unix n - n 1000? 0", "flush"),
        ("proxymap", "unix - - n - -", "proxymap"),
        ("error", "unix - - n - -", "error"),
        ("retry", "unix - - n - -", "error"),
        ("discard", "unix - - n - -", "discard"),
        ("virtual", "unix - n n - -", "virtual"),
        ("anvil", "unix - - n - 1", "anvil"),
        ("postlog", "unix-dgram n - n - 1", "postlogd"),
    ] {
        services += &format!("{name} {kind} {program}\n");
    }
    place.write("conf/master.cf", &services);

    run(Command::new("postfix").args(["-c", &place.text("conf"), "start"])).expect(0);
    peer.pid_file = Some(peer.place.path("spool/pid/master.pid"));
    let port = peer.smtp;
    Some(peer.ready(port))
}
