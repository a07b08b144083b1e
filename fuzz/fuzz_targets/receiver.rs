//! The receiver under any sequence of calls: one report, each question once; the same report in any pieces.
#![no_main]

mod authentication;

use std::net::IpAddr;

use authentication::{
    DATE, Forms, Fragment, Machine, Operation, any_calls, identity, in_pieces, report_of, with_changed_body,
};
use libfuzzer_sys::fuzz_target;
use mail_auth_spf_dkim::authenticate::{Receiver, Report, Session, Settings};
use mail_auth_spf_dkim::authres::without;
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dkim::{DkimResult, Signer};
use mail_auth_spf_dkim::spf::Client;
use mail_wire::Instant;

impl Machine for Receiver {
    type Report = Report;

    fn handle_input(&mut self, now: Instant, input: &[u8]) {
        self.handle_input(now, input);
    }

    fn handle_eof(&mut self, now: Instant) {
        self.handle_eof(now);
    }

    fn report(&self) -> Option<Report> {
        self.report().cloned()
    }
}

const PATHS: [&str; 4] = ["", "ann@example.org", "\"a b\"@mail.example.org", "postmaster"];

fuzz_target!(|input: (Vec<Fragment>, Vec<Operation>, Vec<u8>, Forms, u16, u8, IpAddr, String, String)| {
    let (fragments, operations, sizes, forms, at, change, address, helo, path) = input;
    let receiver = |helo: &str, path: &str| {
        let client = Client::new(address, helo);
        let session = Session::new(DATE, client, path, "mx.example.org").expect("a name");
        Receiver::new(Instant::EPOCH, session, default_provider(), &Settings::default())
    };
    let message = authentication::message(&fragments);
    let known_path = PATHS[usize::from(change) % PATHS.len()];
    for (helo, path) in [(helo.as_str(), path.as_str()), ("mail.example.org", known_path)] {
        any_calls(receiver(helo, path), &message, &operations);
        let report = report_of(receiver(helo, path), &message, &[]);
        assert_eq!(report_of(receiver(helo, path), &message, &sizes), report);
        let field = report.header.to_string();
        assert!(field.split("\r\n").skip(1).all(|line| line.is_empty() || line.starts_with([' ', '\t'])), "{field:?}");
        assert!(field.bytes().all(|octet| octet != 0) && !field.replace("\r\n", "").contains(['\r', '\n']));

        // Nothing forged is left when it is cut.
        let left: Vec<u8> = without(&message, &report.cut).flatten().copied().collect();
        let cut = report_of(receiver(helo, path), &left, &[]).cut;
        assert!(cut.is_empty(), "{cut:?} of {:?}", left.escape_ascii().to_string());
    }

    let mut signer = Signer::new(DATE, default_provider(), vec![identity()], &forms.settings());
    in_pieces(&message, &sizes, |piece| signer.handle_input(piece));
    signer.handle_eof();
    let Some(Ok(fields)) = signer.fields() else { return };
    let signed = [fields.as_bytes(), &message].concat();
    let of =
        |message: &[u8]| report_of(receiver("mail.example.org", known_path), message, &sizes).dkim.signatures[0].result;
    assert_eq!(of(&signed), DkimResult::Pass);
    if let Some(changed) = with_changed_body(&signed, at, change, &forms.settings()) {
        assert_eq!(of(&changed), DkimResult::Fail);
    }
});
