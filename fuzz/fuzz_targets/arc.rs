//! ARC under any sequence of calls, as DKIM. What is sealed holds, once and again; with another body the chain never does.
#![no_main]

mod authentication;

use authentication::{DATE, Forms, Fragment, Machine, Operation, any_calls, identity, in_pieces, report_of};
use libfuzzer_sys::fuzz_target;
use mail_auth_spf_dkim::arc::{ChainStatus, Report, Sealer, Verifier};
use mail_auth_spf_dkim::authres::AuthenticationResults;
use mail_auth_spf_dkim::crypto::default_provider;
use mail_auth_spf_dkim::dkim::Policy;
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
    Verifier::new(default_provider(), &Policy::default())
}

fn seal(message: &[u8], sizes: &[u8], status: ChainStatus, forms: Forms) -> Option<Vec<u8>> {
    let results = AuthenticationResults::new("mx.example.org").expect("a name");
    let mut sealer = Sealer::new(DATE, default_provider(), identity(), results, status, &forms.settings());
    in_pieces(message, sizes, |piece| sealer.handle_input(piece));
    sealer.handle_eof();
    let fields = sealer.fields().expect("the key is here").ok()?;
    Some([fields.as_bytes(), message].concat())
}

fuzz_target!(|input: (Vec<Fragment>, Vec<Operation>, Vec<u8>, Forms, u16, u8)| {
    let (fragments, operations, sizes, forms, at, change) = input;
    let message = authentication::message(&fragments);
    any_calls(verifier(), &message, &operations);
    let found = report_of(verifier(), &message, &[]);
    assert_eq!(report_of(verifier(), &message, &sizes), found);

    let Some(sealed) = seal(&message, &sizes, found.status, forms) else { return };
    let status = |message: &[u8]| report_of(verifier(), message, &sizes).status;
    if found.status == ChainStatus::Fail {
        assert_eq!(status(&sealed), ChainStatus::Fail);
        return;
    }
    assert_eq!(status(&sealed), ChainStatus::Pass);
    let again = seal(&sealed, &[], ChainStatus::Pass, forms).expect("a chain of two");
    assert_eq!(status(&again), ChainStatus::Pass);
    any_calls(verifier(), &again, &operations);
    if let Some(changed) = authentication::with_changed_body(&again, at, change, &forms.settings()) {
        assert_eq!(status(&changed), ChainStatus::Fail);
    }
    let mut damaged = again;
    let at = usize::from(at) % damaged.len();
    damaged[at] ^= change;
    any_calls(verifier(), &damaged, &operations);
});
