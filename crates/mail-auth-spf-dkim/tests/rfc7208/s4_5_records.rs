//! RFC 7208 sections 4.5, 4.6 and 12: finding and reading records, and writing them.

use mail_auth_spf_dkim::dns::Records;
use mail_auth_spf_dkim::spf::{
    DomainSpec, Mechanism, NoPolicy, PrefixLengths, Qualifier, Record, SyntaxError, SyntaxFault,
};
use proptest::prelude::*;

#[test]
fn the_version_is_a_word_of_its_own() {
    for text in ["v=spf1", "V=SPF1 -all", "v=spf1 ", "v=spf1  mx   -all "] {
        assert!(Record::parse(text.as_bytes()).is_ok(), "{text:?}");
    }
    for text in ["v=spf10", "v=spf1-all", " v=spf1", "v=spf1\t-all", "v=spf", ""] {
        assert_eq!(Record::parse(text.as_bytes()).unwrap_err().fault, SyntaxFault::Version, "{text:?}");
    }
}

#[test]
fn exactly_one_record_is_to_be_found() {
    let texts = |list: &[&str]| Records::Txt(list.iter().map(|text| text.as_bytes().to_vec()).collect());
    assert_eq!(Record::select(&texts(&["spf2.0/pra", "\u{e4}"])), Err(NoPolicy::None));
    assert_eq!(Record::select(&texts(&["v=spf1 -all", "v=spf1 mx"])), Err(NoPolicy::Several));
    assert!(Record::select(&texts(&["x", "v=spf1 -all", "v=spf10"])).is_ok());
}

#[test]
fn errors_tell_where_they_are() {
    for (text, position, fault) in [
        ("v=spf1 a mx ipv4:1.2.3.4", 12, SyntaxFault::UnknownMechanism),
        ("v=spf1 -foo", 8, SyntaxFault::UnknownMechanism),
        ("v=spf1 ip4:1.2.3", 10, SyntaxFault::Address),
        ("v=spf1 ip4:1.2.3.04", 10, SyntaxFault::Address),
        ("v=spf1 ip4:1.2.3.4/33", 10, SyntaxFault::PrefixLength),
        ("v=spf1 ip4:1.2.3.4/", 10, SyntaxFault::PrefixLength),
        ("v=spf1 ip4:1.2.3.4/08", 10, SyntaxFault::PrefixLength),
        ("v=spf1 ip4", 10, SyntaxFault::Address),
        ("v=spf1 ip6:::1/129", 10, SyntaxFault::PrefixLength),
        ("v=spf1 ip6:1.2.3.4", 10, SyntaxFault::Address),
        ("v=spf1 a/33", 8, SyntaxFault::PrefixLength),
        ("v=spf1 a//129", 8, SyntaxFault::PrefixLength),
        ("v=spf1 a:", 9, SyntaxFault::MissingDomain),
        ("v=spf1 a:example.com:8080", 9, SyntaxFault::TopLabel),
        ("v=spf1 a:museum", 9, SyntaxFault::TopLabel),
        ("v=spf1 a:111.222.33.44", 9, SyntaxFault::TopLabel),
        ("v=spf1 include", 14, SyntaxFault::MissingDomain),
        ("v=spf1 include/24", 14, SyntaxFault::Argument),
        ("v=spf1 all:x.org", 10, SyntaxFault::Argument),
        ("v=spf1 redirect=a.org redirect=b.org", 22, SyntaxFault::DuplicateModifier),
        ("v=spf1 -redirect=a.org", 7, SyntaxFault::ModifierName),
        ("v=spf1 =x", 7, SyntaxFault::ModifierName),
        ("v=spf1 exp=", 11, SyntaxFault::MissingDomain),
        ("v=spf1 moo=%x", 11, SyntaxFault::Macro),
        ("v=spf1 a:\u{e4}.org", 9, SyntaxFault::Character),
        ("v=spf1 mx\t-all", 9, SyntaxFault::Character),
        ("v=spf1 \0mx -all", 7, SyntaxFault::Character),
        ("v=spf1 ip\x14:1.2.3.4", 9, SyntaxFault::Character),
        ("v=spf1 xinclude:a.org", 7, SyntaxFault::UnknownMechanism),
        ("v=spf1 no-redirect=a.org exp=b", 29, SyntaxFault::TopLabel),
    ] {
        let error = Record::parse(text.as_bytes()).unwrap_err();
        assert_eq!((error.position, error.fault), (position, fault), "{text:?}: {error}");
    }
}

#[test]
fn defaults_and_odd_forms_are_read_as_meant() {
    let record = Record::parse(b"v=spf1 A/24//64 a:foo.com/24 mx//0 PTR:X.org ?all moo=%{d} EXP=e.org").unwrap();
    let domain = Some("foo.com".parse::<DomainSpec>().unwrap());
    let mechanisms: Vec<_> = record.directives().iter().map(|directive| directive.mechanism.clone()).collect();
    assert_eq!(mechanisms[0], Mechanism::A { domain: None, prefix: PrefixLengths { ip4: 24, ip6: 64 } });
    assert_eq!(mechanisms[1], Mechanism::A { domain, prefix: PrefixLengths { ip4: 24, ip6: 128 } });
    assert_eq!(mechanisms[2], Mechanism::Mx { domain: None, prefix: PrefixLengths { ip4: 32, ip6: 0 } });
    assert_eq!(record.directives()[4].qualifier, Qualifier::Neutral);
    assert_eq!(record.unknown_modifiers()[0].name.as_ref(), "moo");
    assert_eq!(record.explanation().unwrap().to_string(), "e.org");
}

fn domain() -> impl Strategy<Value = DomainSpec> {
    prop_oneof!["[a-z0-9_]{1,8}(\\.[a-z]{2,5}){1,3}", "%\\{[slodiphv][1-9]?r?[-+,./_=]{0,2}\\}(\\.[a-z]{2,4})?"]
        .prop_map(|text| text.parse().unwrap())
}

fn mechanism() -> impl Strategy<Value = Mechanism> {
    let prefix = (0..=32_u8, 0..=128_u8).prop_map(|(ip4, ip6)| PrefixLengths { ip4, ip6 });
    prop_oneof![
        Just(Mechanism::All),
        domain().prop_map(Mechanism::Include),
        domain().prop_map(Mechanism::Exists),
        proptest::option::of(domain()).prop_map(Mechanism::Ptr),
        (proptest::option::of(domain()), prefix.clone()).prop_map(|(domain, prefix)| Mechanism::A { domain, prefix }),
        (proptest::option::of(domain()), prefix).prop_map(|(domain, prefix)| Mechanism::Mx { domain, prefix }),
        (any::<u32>(), 0..=32_u8)
            .prop_map(|(bits, prefix_length)| Mechanism::Ip4 { address: bits.into(), prefix_length }),
        (any::<u128>(), 0..=128_u8)
            .prop_map(|(bits, prefix_length)| Mechanism::Ip6 { address: bits.into(), prefix_length }),
    ]
}

fn qualifier() -> impl Strategy<Value = Qualifier> {
    prop_oneof![Just(Qualifier::Pass), Just(Qualifier::Fail), Just(Qualifier::SoftFail), Just(Qualifier::Neutral)]
}

proptest! {
    #[test]
    fn what_is_written_reads_the_same(
        directives in proptest::collection::vec((qualifier(), mechanism()), 0..12),
        redirect in proptest::option::of(domain()),
    ) {
        let mut builder = Record::builder();
        for (qualifier, mechanism) in directives {
            builder = builder.directive(qualifier, mechanism);
        }
        if let Some(redirect) = redirect {
            builder = builder.redirect(redirect);
        }
        let record = builder.build();
        prop_assert_eq!(Record::parse(record.to_string().as_bytes()), Ok(record));
    }

    #[test]
    fn an_octet_that_is_not_printable_is_the_fault_that_is_told(
        directives in proptest::collection::vec((qualifier(), mechanism()), 1..6), redirect in domain(),
        at in any::<proptest::sample::Index>(), octet in prop_oneof![0..=31_u8, 127..=255_u8],
    ) {
        let builder = directives.into_iter().fold(Record::builder(), |builder, (qualifier, mechanism)| {
            builder.directive(qualifier, mechanism)
        });
        let mut text = builder.redirect(redirect).build().to_string().into_bytes();
        let position = "v=spf1 ".len() + at.index(text.len() - "v=spf1 ".len());
        text[position] = octet;
        prop_assert_eq!(Record::parse(&text), Err(SyntaxError { position, fault: SyntaxFault::Character }));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "v=spf1 [a-z0-9:/=%{}.+?~ -]{0,60}", noise in any::<Vec<u8>>()) {
        if let Ok(record) = Record::parse(text.as_bytes()) {
            prop_assert_eq!(Record::parse(record.to_string().as_bytes()), Ok(record));
        }
        let mut record = b"v=spf1 ".to_vec();
        record.extend(noise);
        let _ = Record::parse(&record);
    }
}
