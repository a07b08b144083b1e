//! DKIM under any sequence of calls: one report, whatever comes late, twice or never, and the same report in any
//! pieces. What is signed passes, and with another body never does.
#![no_main]

mod authentication;

use authentication::{DATE, Forms, Fragment, Machine, Operation, any_calls, identity, in_pieces, report_of};
use libfuzzer_sys::fuzz_target;
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dkim::{DkimResult, Policy, Report, Signer, Verifier};
use mail_wire::Instant;

impl Machine for Verifier {
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

fn verifier() -> Verifier {
    Verifier::new(DATE, default_provider(), &Policy::default())
}

fn sign(message: &[u8], sizes: &[u8], forms: Forms) -> Option<Vec<u8>> {
    let mut signer = Signer::new(DATE, default_provider(), vec![identity()], &forms.settings());
    in_pieces(message, sizes, |piece| signer.handle_input(piece));
    signer.handle_eof();
    let fields = signer.fields().expect("the key is here").ok()?;
    Some([fields.as_bytes(), message].concat())
}

fuzz_target!(|input: (Vec<Fragment>, Vec<Operation>, Vec<u8>, Forms, u16, u8)| {
    let (fragments, operations, sizes, forms, at, change) = input;
    let message = authentication::message(&fragments);
    any_calls(verifier(), &message, &operations);
    assert_eq!(report_of(verifier(), &message, &sizes), report_of(verifier(), &message, &[]));

    let whole = sign(&message, &[], forms);
    assert_eq!(sign(&message, &sizes, forms), whole);
    let Some(signed) = whole else { return };
    let first = |message: &[u8]| report_of(verifier(), message, &sizes).signatures[0].clone();
    assert_eq!(first(&signed).result, DkimResult::Pass, "{:?}", first(&signed).cause);
    any_calls(verifier(), &signed, &operations);
    if let Some(changed) = authentication::with_changed_body(&signed, at, change, &forms.settings()) {
        assert_eq!(first(&changed).result, DkimResult::Fail);
    }
});
