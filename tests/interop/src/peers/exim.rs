use std::process::Command;

use super::{Peer, root, unpacked};
use crate::{PASSWORD, USER, free_port, have, run};

pub(super) fn start() -> Option<Peer> {
    let program = unpacked("exim4-daemon-light/usr/sbin/exim4");
    if !root() || !have(&[&program]) {
        return None;
    }
    let mut peer = Peer::new("exim");
    (peer.smtp, peer.smtps) = (free_port(), free_port());
    let place = &peer.place;
    // Exim gives up its privileges for a configuration that is not the system's, so it delivers as itself.
    for path in [place.folder("spool"), place.folder("log"), place.path("key.pem"), place.path("mail")] {
        run(Command::new("chown").args(["-R", "Debian-exim:Debian-exim"]).arg(path)).expect(0);
    }
    let root = place.text("");
    let root = root.trim_end_matches('/');
    let configuration = place.write(
        "exim.conf",
        &format!(
            "primary_hostname = mail.interop.test
exim_path = {program}
spool_directory = {root}/spool
log_file_path = {root}/log/%slog
pid_file_path = {root}/exim.pid
daemon_smtp_ports = {smtp} : {smtps}
tls_on_connect_ports = {smtps}
local_interfaces = 127.0.0.1
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = *
tls_certificate = {root}/cert.pem
tls_privatekey = {root}/key.pem
auth_advertise_hosts = *
keep_environment =
never_users =
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
begin acl
acl_rcpt:
  accept domains = interop.test
         endpass
         message = no such user
         verify = recipient
  accept authenticated = *
  deny message = relay not permitted
acl_data:
  accept
begin routers
elsewhere:
  driver = redirect
  domains = ! interop.test
  data = :blackhole:
here:
  driver = accept
  domains = interop.test
  local_parts = {USER}
  transport = maildir
begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {root}/mail/{USER}
  user = Debian-exim
  group = Debian-exim
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{USER}}}}}{{eq{{$auth2}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth1
",
            smtp = peer.smtp,
            smtps = peer.smtps,
        ),
    );
    let port = peer.smtp;
    let mut exim = Command::new(&program);
    exim.arg("-C").arg(configuration).args(["-bdf", "-q10m"]);
    Some(peer.spawn(&mut exim, "start.log", port))
}
