//! The explanation of a fail (RFC 7208 section 6.2). Whatever goes wrong here, the fail stands, unexplained.

use alloc::string::String;

use super::{Evaluation, Purpose};
use crate::dns::{Answer, Name, RecordType, Records};
use crate::spf::{Cause, MacroString};

/// A fail whose explanation is looked for.
#[derive(Debug)]
pub(super) struct Explaining {
    pub(super) cause: Cause,
    /// The text, when it was found.
    text: Option<MacroString>,
}

impl Evaluation {
    /// Ends the evaluation with `cause`, after its explanation has been looked for.
    pub(super) fn explain(&mut self, cause: Cause) {
        self.explaining = Some(Explaining { cause, text: None });
        self.go_on_explaining();
    }

    pub(super) fn go_on_explaining(&mut self) {
        let Some(Explaining { cause: Cause::Directive { domain, record, .. }, text }) = &self.explaining else {
            return self.end_explaining(None);
        };
        let names_known = self.client_names.is_some();
        if let Some(text) = text {
            if !names_known && text.uses_validated_name() {
                return self.ask_client_names();
            }
            let explanation = self.values(domain).explanation(text, self.limits.explanation_octets);
            return self.end_explaining(explanation);
        }
        let Some(spec) = record.explanation() else { return self.end_explaining(None) };
        if !names_known && spec.uses_validated_name() {
            return self.ask_client_names();
        }
        match self.values(domain).name(spec) {
            Ok(name) => self.ask_explanation(name),
            Err(_) => self.end_explaining(None),
        }
    }

    fn ask_explanation(&mut self, name: Name) {
        self.ask_one(name, RecordType::Txt, Purpose::Explanation);
    }

    pub(super) fn take_explanation(&mut self, answer: Answer<'_>) {
        let longest = self.limits.explanation_octets;
        let found = answer.ok().and_then(|records| the_text(records, longest));
        match (&mut self.explaining, found) {
            (Some(explaining), Some(found)) => {
                explaining.text = Some(found);
                self.go_on_explaining();
            }
            _ => self.end_explaining(None),
        }
    }

    fn end_explaining(&mut self, explanation: Option<String>) {
        if let Some(explaining) = self.explaining.take() {
            self.end(explaining.cause, explanation);
        }
    }
}

/// The explanation, if there is exactly one and it is well-formed.
fn the_text(records: &Records, longest: usize) -> Option<MacroString> {
    let mut texts = records.texts();
    let text = texts.next().filter(|text| text.len() <= longest)?;
    if texts.next().is_some() {
        return None;
    }
    MacroString::parse_explanation(core::str::from_utf8(text).ok()?).ok()
}
