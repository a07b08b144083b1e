//! `postoffice serve` with clients nobody here wrote. An exit code of 0 is not proof: what was delivered or fetched is
//! compared, octet for octet.

use std::process::Command;

use interop::{MESSAGE, Office, PASSWORD, Run, USER, body_of, have, run, run_with_input};

const TO: &str = "alice@interop.test";
const FROM: &str = "sender@client.test";

/// What each way of sending must have led to: so many messages, each with the body that was sent.
#[track_caller]
fn delivered(office: &Office, count: usize) {
    let messages = office.delivered();
    assert_eq!(messages.len(), count, "messages delivered");
    for message in messages {
        let body = body_of(&message);
        assert_eq!(body.escape_ascii().to_string(), body_of(MESSAGE.as_bytes()).escape_ascii().to_string());
    }
}

fn swaks(office: &Office, port: u16, more: &[&str]) -> Run {
    let message = office.place.write("message.eml", MESSAGE);
    let mut swaks = Command::new("swaks");
    swaks.args(["--server", "127.0.0.1", "--port", &port.to_string(), "--to", TO, "--from", FROM]);
    swaks.args(["--helo", "client.test", "--no-data-fixup", "--data"]).arg(format!("@{}", message.display()));
    run(swaks.args(more))
}

#[test]
fn swaks_plain_starttls_implicit_tls_auth_and_pipelining() {
    if !have(&["swaks"]) {
        return;
    }
    let office = Office::open();
    let ca = office.place.text("cert.pem");
    let login = |mechanism| ["-tls", "-a", mechanism, "-au", USER, "-ap", PASSWORD];
    // swaks sends the file as it is, with a dot of its own at the end; what it does to dots is its affair.
    swaks(&office, office.smtp, &[]).expect(0);
    swaks(&office, office.smtp, &["--tls", "--tls-ca-path", &ca, "--tls-verify"]).expect(0);
    swaks(&office, office.smtp, &["--pipeline"]).expect(0);
    swaks(&office, office.smtp, &login("PLAIN")).expect(0);
    swaks(&office, office.smtp, &login("LOGIN")).expect(0);
    swaks(&office, office.submissions, &["--tlsc", "-a", "PLAIN", "-au", USER, "-ap", PASSWORD]).expect(0);
    assert_eq!(office.delivered().len(), 6);

    // 28: the login was refused. 24: the recipient was.
    swaks(&office, office.smtp, &["-tls", "-a", "PLAIN", "-au", USER, "-ap", "wrong"]).expect(28);
    swaks(&office, office.smtp, &["--to", "nobody@interop.test"]).expect(24);
    // Submission wants a login before anything else.
    assert_ne!(swaks(&office, office.submissions, &["--tlsc"]).code, Some(0));
    assert_eq!(office.delivered().len(), 6);
}

#[test]
fn curl_smtp_and_smtps() {
    if !have(&["curl"]) {
        return;
    }
    let office = Office::open();
    let message = office.place.write("message.eml", MESSAGE);
    let ca = office.place.text("cert.pem");
    let credentials = format!("{USER}:{PASSWORD}");
    let curl = |more: &[&str], url: String| {
        let mut curl = Command::new("curl");
        curl.args(["-sS", "--mail-from", FROM, "--mail-rcpt", TO, "-T"]).arg(&message).args(more).arg(url);
        run(&mut curl).expect(0);
    };
    curl(&[], format!("smtp://localhost:{}/client.test", office.smtp));
    let tls = ["--ssl-reqd", "--cacert", &ca, "-u", &credentials];
    curl(&tls, format!("smtp://localhost:{}", office.smtp));
    curl(&[&tls[..], &["--login-options", "AUTH=LOGIN"]].concat(), format!("smtp://localhost:{}", office.smtp));
    curl(&["--cacert", &ca, "-u", &credentials], format!("smtps://localhost:{}", office.submissions));
    delivered(&office, 4);
}

#[test]
fn msmtp_plain_starttls_and_implicit_tls() {
    if !have(&["msmtp"]) {
        return;
    }
    let office = Office::open();
    let ca = office.place.text("cert.pem");
    let unix = MESSAGE.replace("\r\n", "\n");
    let msmtp = |port: u16, more: &[&str]| {
        let mut msmtp = Command::new("msmtp");
        msmtp.args(["--host=localhost", &format!("--port={port}"), "--domain=client.test"]);
        msmtp.arg(format!("--from={FROM}")).args(more).arg(TO);
        run_with_input(&mut msmtp, unix.as_bytes()).expect(0);
    };
    let trust = format!("--tls-trust-file={ca}");
    let (user, password) = (format!("--user={USER}"), format!("--passwordeval=echo '{PASSWORD}'"));
    msmtp(office.smtp, &[]);
    msmtp(office.smtp, &["--tls=on", &trust, "--auth=plain", &user, &password]);
    msmtp(office.smtp, &["--tls=on", &trust, "--auth=login", &user, &password]);
    msmtp(office.submissions, &["--tls=on", "--tls-starttls=off", &trust, "--auth=plain", &user, &password]);
    delivered(&office, 4);
}

#[test]
fn python_smtplib() {
    if !have(&["python3"]) {
        return;
    }
    let office = Office::open();
    let message = office.place.write("message.eml", MESSAGE);
    let script = format!(
        "
import smtplib, ssl
message = open({message:?}, 'rb').read()
trust = ssl.create_default_context(cafile={ca:?})
to = [{TO:?}, 'nobody@interop.test']
with smtplib.SMTP('localhost', {smtp}) as client:
    assert list(client.sendmail({FROM:?}, to, message)) == ['nobody@interop.test']
with smtplib.SMTP('localhost', {smtp}) as client:
    client.starttls(context=trust)
    client.login({USER:?}, {PASSWORD:?})
    assert list(client.sendmail({FROM:?}, to, message)) == ['nobody@interop.test']
with smtplib.SMTP_SSL('localhost', {submissions}, context=trust) as client:
    client.login({USER:?}, {PASSWORD:?})
    assert client.verify({TO:?})[0] in (250, 252)
    assert client.sendmail({FROM:?}, [{TO:?}], message) == {{}}
",
        ca = office.place.text("cert.pem"),
        smtp = office.smtp,
        submissions = office.submissions,
    );
    run(Command::new("python3").args(["-c", &script])).expect(0);
    delivered(&office, 3);
}

#[test]
fn curl_pop3_and_pop3s() {
    if !have(&["curl"]) {
        return;
    }
    let office = Office::open();
    office.put("1.first", MESSAGE.as_bytes());
    office.put("2.second", b"Subject: second\r\n\r\nshort\r\n");
    let ca = office.place.text("cert.pem");
    let curl = |more: &[&str], url: String| {
        let mut curl = Command::new("curl");
        run(curl.args(["-sS", "--cacert", &ca, "-u", &format!("{USER}:{PASSWORD}")]).args(more).arg(url)).expect(0).said
    };
    let (pop3, pop3s) = (format!("pop3://localhost:{}", office.pop3), format!("pop3s://localhost:{}", office.pop3s));
    assert_eq!(curl(&["--ssl-reqd"], format!("{pop3}/1")), MESSAGE);
    assert_eq!(curl(&[], format!("{pop3s}/1")), MESSAGE);
    assert_eq!(curl(&[], format!("{pop3s}/")).lines().count(), 2);
    assert!(curl(&["-X", "UIDL"], format!("{pop3s}/")).contains("1.first"));
    assert_eq!(curl(&["-X", "TOP 2 0"], format!("{pop3s}/")).trim_end(), "Subject: second");
    curl(&["-I", "-X", "DELE 2"], format!("{pop3s}/"));
    assert_eq!(office.delivered(), [MESSAGE.as_bytes()]);
}

#[test]
fn mpop_over_stls_and_tls() {
    if !have(&["mpop"]) {
        return;
    }
    let office = Office::open();
    office.put("1.first", MESSAGE.as_bytes());
    let ca = office.place.text("cert.pem");
    for (port, more) in [(office.pop3, "--tls-starttls=on"), (office.pop3s, "--tls-starttls=off")] {
        let fetched = office.place.folder(&format!("fetched-{port}"));
        for folder in ["tmp", "new", "cur"] {
            std::fs::create_dir_all(fetched.join(folder)).unwrap();
        }
        let mut mpop = Command::new("mpop");
        mpop.args(["--host=localhost", &format!("--port={port}"), "--tls=on", more]);
        mpop.arg(format!("--tls-trust-file={ca}")).arg(format!("--user={USER}"));
        mpop.arg(format!("--passwordeval=echo '{PASSWORD}'"));
        mpop.args(["--auth=plain", "--pipelining=on", "--keep=on", "--received-header=off"]);
        mpop.arg(format!("--delivery=maildir,{}", fetched.display()));
        mpop.arg(format!("--uidls-file={}", office.place.text(&format!("uidls-{port}"))));
        run(&mut mpop).expect(0);
        let messages = office.place.messages(&format!("fetched-{port}"));
        assert_eq!(messages.len(), 1);
        let body = String::from_utf8_lossy(body_of(&with_crlf(&messages[0]))).into_owned();
        assert_eq!(body, String::from_utf8_lossy(body_of(MESSAGE.as_bytes())));
    }
}

#[test]
fn fetchmail_over_stls_and_tls() {
    if !have(&["fetchmail"]) {
        return;
    }
    let office = Office::open();
    office.put("1.first", MESSAGE.as_bytes());
    let ca = office.place.text("cert.pem");
    for (name, port, tls) in [("stls", office.pop3, "sslproto 'TLS1.2+'"), ("tls", office.pop3s, "ssl")] {
        let fetched = office.place.text(&format!("{name}.mbox"));
        let recipe = office.place.write(
            &format!("{name}/fetchmailrc"),
            &format!(
                "poll localhost protocol pop3 port {port} user '{USER}' password '{PASSWORD}' {tls} sslcertck \
                 sslcertfile '{ca}' keep fetchall mda \"cat >>{fetched}\"\n"
            ),
        );
        run(Command::new("chmod").arg("600").arg(&recipe)).expect(0);
        let mut fetchmail = Command::new("fetchmail");
        fetchmail.env("FETCHMAILHOME", recipe.parent().unwrap()).args(["--nosyslog", "-f"]).arg(&recipe);
        run(&mut fetchmail).expect(0);
        let message = std::fs::read(&fetched).unwrap();
        let body = String::from_utf8_lossy(body_of(&with_crlf(&message))).into_owned();
        assert_eq!(body.trim_end(), String::from_utf8_lossy(body_of(MESSAGE.as_bytes())).trim_end());
    }
}

#[test]
fn python_poplib() {
    if !have(&["python3"]) {
        return;
    }
    let office = Office::open();
    office.put("1.first", MESSAGE.as_bytes());
    office.put("2.second", b"Subject: second\r\n\r\nshort\r\n");
    let message = office.place.write("message.eml", MESSAGE);
    let script = format!(
        "
import poplib, ssl
message = open({message:?}, 'rb').read()
trust = ssl.create_default_context(cafile={ca:?})
client = poplib.POP3('localhost', {pop3})
client.stls(trust)
client.user({USER:?})
client.pass_({PASSWORD:?})
assert client.stat() == (2, len(message) + 26), client.stat()
assert 'UIDL' in client.capa()
assert b'\\r\\n'.join(client.retr(1)[1]) + b'\\r\\n' == message
assert client.top(1, 0)[1][-1] == b''
client.dele(1)
client.rset()
client.dele(2)
client.quit()
client = poplib.POP3_SSL('localhost', {pop3s}, context=trust)
client.user({USER:?})
client.pass_({PASSWORD:?})
assert len(client.list()[1]) == 1
assert client.uidl(1).endswith(b'1.first')
client.dele(1)
client.close()
",
        ca = office.place.text("cert.pem"),
        pop3 = office.pop3,
        pop3s = office.pop3s,
    );
    run(Command::new("python3").args(["-c", &script])).expect(0);
    // The second session ended without QUIT, so it deleted nothing.
    assert_eq!(office.delivered(), [MESSAGE.as_bytes()]);
}

/// What a client wrote to a file with LF, as it came over the wire.
fn with_crlf(file: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(file.len());
    for &octet in file {
        if octet == b'\n' && wire.last() != Some(&b'\r') {
            wire.push(b'\r');
        }
        wire.push(octet);
    }
    wire
}
