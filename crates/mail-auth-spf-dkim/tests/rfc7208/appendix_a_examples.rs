//! The examples of RFC 7208 appendix A.

use crate::zones::{check, name, zone};
use mail_auth_spf_dkim::dns::{Records, Zone};

fn example_zone() -> Zone {
    zone(
        "example.com MX 10 mail-a.example.com
         example.com MX 20 mail-b.example.com
         example.com A 192.0.2.10
         example.com A 192.0.2.11
         amy.example.com A 192.0.2.65
         bob.example.com A 192.0.2.66
         mail-a.example.com A 192.0.2.129
         mail-b.example.com A 192.0.2.130
         example.org MX 10 mail-c.example.org
         mail-c.example.org A 192.0.2.140
         10.2.0.192.in-addr.arpa PTR example.com
         11.2.0.192.in-addr.arpa PTR example.com
         65.2.0.192.in-addr.arpa PTR amy.example.com
         66.2.0.192.in-addr.arpa PTR bob.example.com
         129.2.0.192.in-addr.arpa PTR mail-a.example.com
         130.2.0.192.in-addr.arpa PTR mail-b.example.com
         140.2.0.192.in-addr.arpa PTR mail-c.example.org
         4.0.0.10.in-addr.arpa PTR bob.example.com",
    )
}

/// The last octets of 192.0.2.x that a policy of example.com passes.
fn passing(policy: &str) -> Vec<u8> {
    let zone = example_zone().with(name("example.com"), Records::text(policy));
    (0..=255).filter(|last| check(&zone, &format!("192.0.2.{last}"), "ann@example.com") == "pass").collect()
}

#[test]
fn a_1_simple_examples() {
    assert_eq!(passing("v=spf1 +all").len(), 256);
    assert_eq!(passing("v=spf1 a -all"), [10, 11]);
    assert!(passing("v=spf1 a:example.org -all").is_empty());
    assert_eq!(passing("v=spf1 mx -all"), [129, 130]);
    assert_eq!(passing("v=spf1 mx:example.org -all"), [140]);
    assert_eq!(passing("v=spf1 mx mx:example.org -all"), [129, 130, 140]);
    assert_eq!(passing("v=spf1 mx/30 mx:example.org/30 -all"), [128, 129, 130, 131, 140, 141, 142, 143]);
    assert_eq!(passing("v=spf1 ip4:192.0.2.128/28 -all"), (128..=143).collect::<Vec<_>>());
}

#[test]
fn a_1_ptr_needs_a_name_that_leads_back() {
    assert_eq!(passing("v=spf1 ptr -all"), [10, 11, 65, 66, 129, 130]);
    let zone = example_zone().with(name("example.com"), Records::text("v=spf1 ptr -all"));
    assert_eq!(check(&zone, "10.0.0.4", "ann@example.com"), "fail");
}

#[test]
fn a_2_multiple_domains() {
    let zone = example_zone()
        .with(name("example.org"), Records::text("v=spf1 include:example.com include:example.net -all"))
        .with(name("example.com"), Records::text("v=spf1 mx -all"))
        .with(name("example.net"), Records::text("v=spf1 ip4:198.51.100.0/24 -all"))
        .with(name("la.example.org"), Records::text("v=spf1 redirect=example.org"));
    for (address, result) in [("192.0.2.129", "pass"), ("198.51.100.7", "pass"), ("203.0.113.1", "fail")] {
        assert_eq!(check(&zone, address, "ann@example.org"), result);
        assert_eq!(check(&zone, address, "ann@la.example.org"), result);
    }
}

#[test]
fn a_3_a_list_of_users_in_the_dns() {
    let zone = zone(
        "example.com TXT v=spf1 mx include:mobile-users._spf.%{d} include:remote-users._spf.%{d} -all
         mobile-users._spf.example.com TXT v=spf1 exists:%{l1r+}.%{d}
         remote-users._spf.example.com TXT v=spf1 exists:%{ir}.%{l1r+}.%{d}
         mary.mobile-users._spf.example.com A 127.0.0.2
         15.15.168.192.joel.remote-users._spf.example.com A 127.0.0.2",
    );
    assert_eq!(check(&zone, "203.0.113.1", "mary+lists@example.com"), "pass");
    assert_eq!(check(&zone, "192.168.15.15", "joel@example.com"), "pass");
}

#[test]
fn a_4_multiple_requirements() {
    let zone = example_zone()
        .with(name("example.com"), Records::text("v=spf1 -include:ip4._spf.%{d} -include:ptr._spf.%{d} +all"))
        .with(name("ip4._spf.example.com"), Records::text("v=spf1 -ip4:192.0.2.0/24 +all"))
        .with(name("ptr._spf.example.com"), Records::text("v=spf1 -ptr:example.com +all"));
    assert_eq!(check(&zone, "192.0.2.65", "ann@example.com"), "pass");
    assert_eq!(check(&zone, "192.0.2.140", "ann@example.com"), "fail");
    assert_eq!(check(&zone, "203.0.113.1", "ann@example.com"), "fail");
}
