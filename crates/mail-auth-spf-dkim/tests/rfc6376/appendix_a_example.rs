//! Appendix A: a message, as it is signed there and with the key of appendix C.

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::PrivateKey;
use mail_auth_spf_dkim::dkim::{Cause, DkimResult, KeyRecord, Policy};
use mail_auth_spf_dkim::dns::{RecordType, Records, Zone};

use crate::verifying::{name, replaced, verify_in_pieces};

/// The message of figure 2. Its continuation lines begin with six spaces; the blanks in front of them are the page's.
fn message() -> Vec<u8> {
    let lines = "DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\n\
        ~c=simple/simple; q=dns/txt; i=joe@football.example.com;\n\
        ~h=Received : From : To : Subject : Date : Message-ID;\n\
        ~bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\n\
        ~b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\n\
        ~4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\n\
        ~KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\n\
        ~4bmp/YzhwvcubU4=;\n\
        Received: from client1.football.example.com  [192.0.2.1]\n\
        ~by submitserver.example.com with SUBMISSION;\n\
        ~Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\n\
        From: Joe SixPack <joe@football.example.com>\n\
        To: Suzie Q <suzie@shopping.example.net>\n\
        Subject: Is dinner ready?\n\
        Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\n\
        Message-ID: <20030712040037.46341.5F8J@football.example.com>\n\
        \n\
        Hi.\n\
        \n\
        We lost the game. Are you hungry yet?\n\
        \n\
        Joe.\n";
    lines.replace('~', "      ").replace('\n', "\r\n").into_bytes()
}

fn zone() -> Zone {
    let record = "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt\
        IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi\
        tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB";
    Zone::new().with(name("brisbane._domainkey.example.com"), Records::text(record))
}

const DATE: UnixTime = UnixTime::new(1_057_982_514);

#[test]
fn figure_2_holds_at_every_split() {
    let message = message();
    for at in 0..=message.len() {
        let report = verify_in_pieces(&message, &zone(), DATE, &Policy::default(), &[at]);
        let [outcome] = report.signatures.as_slice() else { panic!() };
        assert_eq!((outcome.result, outcome.cause, outcome.key_bits), (DkimResult::Pass, None, Some(1024)), "{at}");
        let signature = outcome.signature.as_ref().unwrap();
        assert_eq!(signature.key_name().unwrap().as_str(), "brisbane._domainkey.example.com");
        assert!(signature.signed_fields().eq(["Received", "From", "To", "Subject", "Date", "Message-ID"]));
    }
}

#[test]
fn figure_2_with_a_blank_more_or_less_does_not_hold() {
    for (old, new, cause) in [
        ("      by submitserver", "     by submitserver", Cause::Signature),
        ("client1.football.example.com  [", "client1.football.example.com [", Cause::Signature),
        ("lost the game.", "lost  the game.", Cause::BodyHash),
    ] {
        let message = replaced(&message(), old, new);
        let report = verify_in_pieces(&message, &zone(), DATE, &Policy::default(), &[]);
        assert_eq!(report.signatures[0].cause, Some(cause), "{new}");
    }
}

#[test]
fn the_keys_of_appendix_c_belong_together() {
    let private = "-----BEGIN RSA PRIVATE KEY-----\n\
        MIICXwIBAAKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFC\n\
        jxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gb\n\
        to/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB\n\
        AoGBALmn+XwWk7akvkUlqb+dOxyLB9i5VBVfje89Teolwc9YJT36BGN/l4e0l6QX\n\
        /1//6DWUTB3KI6wFcm7TWJcxbS0tcKZX7FsJvUz1SbQnkS54DJck1EZO/BLa5ckJ\n\
        gAYIaqlA9C0ZwM6i58lLlPadX/rtHb7pWzeNcZHjKrjM461ZAkEA+itss2nRlmyO\n\
        n1/5yDyCluST4dQfO8kAB3toSEVc7DeFeDhnC1mZdjASZNvdHS4gbLIA1hUGEF9m\n\
        3hKsGUMMPwJBAPW5v/U+AWTADFCS22t72NUurgzeAbzb1HWMqO4y4+9Hpjk5wvL/\n\
        eVYizyuce3/fGke7aRYw/ADKygMJdW8H/OcCQQDz5OQb4j2QDpPZc0Nc4QlbvMsj\n\
        7p7otWRO5xRa6SzXqqV3+F0VpqvDmshEBkoCydaYwc2o6WQ5EBmExeV8124XAkEA\n\
        qZzGsIxVP+sEVRWZmW6KNFSdVUpk3qzK0Tz/WjQMe5z0UunY9Ax9/4PVhp/j61bf\n\
        eAYXunajbBSOLlx4D+TunwJBANkPI5S9iylsbLs6NkaMHV6k5ioHBBmgCak95JGX\n\
        GMot/L2x0IYyMLAz6oLWh2hm7zwtb0CgOrPo1ke44hFYnfc=\n\
        -----END RSA PRIVATE KEY-----\n";
    let public = PrivateKey::from_pem(private).unwrap().public_key().unwrap();
    let Ok(Records::Txt(texts)) = zone().lookup(&name("brisbane._domainkey.example.com"), RecordType::Txt).cloned()
    else {
        panic!()
    };
    assert_eq!(KeyRecord::parse(&texts[0]).unwrap().public_key, Some(public));
}
