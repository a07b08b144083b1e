//! RFC 8463 appendix A: a message with two signatures, and the keys that made them.

use mail_auth_spf_dkim::UnixTime;
use mail_auth_spf_dkim::crypto::SignatureAlgorithm;
use mail_auth_spf_dkim::dkim::{DkimResult, Policy};
use mail_auth_spf_dkim::dns::{Records, Zone};

use crate::verifying::{name, verify_in_pieces};

pub(crate) const MESSAGE: &str = "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n \
d=football.example.com; i=@football.example.com;\r\n \
q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n \
subject : date : message-id : from : subject : date;\r\n \
bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n \
b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus\r\n \
Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==\r\n\
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n \
d=football.example.com; i=@football.example.com;\r\n \
q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n \
date : message-id : from : subject : date;\r\n \
bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n \
b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n \
DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n \
dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n\
From: Joe SixPack <joe@football.example.com>\r\n\
To: Suzie Q <suzie@shopping.example.net>\r\n\
Subject: Is dinner ready?\r\n\
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n\
Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\
\r\n\
Hi.\r\n\
\r\n\
We lost the game.  Are you hungry yet?\r\n\
\r\n\
Joe.\r\n\
\r\n";

pub(crate) fn zone() -> Zone {
    let ed25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let rsa = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR\
        iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC\
        DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3\
        Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
    Zone::new()
        .with(name("brisbane._domainkey.football.example.com"), Records::text(ed25519))
        .with(name("test._domainkey.football.example.com"), Records::text(rsa))
}

#[test]
fn both_signatures_hold_at_every_split() {
    let date = UnixTime::new(1_528_637_909);
    for at in 0..=MESSAGE.len() {
        let report = verify_in_pieces(MESSAGE.as_bytes(), &zone(), date, &Policy::default(), &[at]);
        let results: Vec<_> = report.signatures.iter().map(|outcome| (outcome.result, outcome.algorithm())).collect();
        assert_eq!(
            results,
            [
                (DkimResult::Pass, Some(SignatureAlgorithm::Ed25519Sha256)),
                (DkimResult::Pass, Some(SignatureAlgorithm::RsaSha256)),
            ],
            "split at {at}",
        );
    }
}

#[test]
fn a_changed_word_breaks_both() {
    let date = UnixTime::new(1_528_637_909);
    for (old, new, cause) in [
        ("hungry", "thirsty", "the body was changed"),
        ("dinner", "supper", "the signature does not fit the header and the key"),
    ] {
        let message = MESSAGE.replace(old, new);
        let report = verify_in_pieces(message.as_bytes(), &zone(), date, &Policy::default(), &[]);
        for outcome in &report.signatures {
            assert_eq!(outcome.result, DkimResult::Fail);
            assert_eq!(outcome.cause.unwrap().to_string(), cause);
        }
    }
}
