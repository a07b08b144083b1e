//! The results as RFC 8601 section 2.7 words them.

use alloc::format;

use crate::authres::{AuthenticationResults, InvalidKeyword, MethodResult};
use crate::{dmarc, iprev, spf};

pub(super) fn spf(outcome: &spf::Outcome, property: &str, fallback: &str) -> Result<MethodResult, InvalidKeyword> {
    let value = outcome.domain.as_ref().map_or(fallback, |domain| domain.as_str());
    let comment = format!("{}", outcome.cause);
    MethodResult::new("spf", outcome.result.as_str())?.with_comment(&comment).with_property("smtp", property, value)
}

pub(super) fn iprev(outcome: &iprev::Outcome, client: &spf::Client) -> Result<MethodResult, InvalidKeyword> {
    let address = format!("{}", client.address());
    let result = MethodResult::new("iprev", outcome.result.as_str())?;
    let result = match &outcome.name {
        Some(name) => result.with_comment(name.as_str()),
        None => result,
    };
    result.with_property("policy", "iprev", &address)
}

pub(super) fn dmarc(outcome: &dmarc::Outcome) -> Result<MethodResult, InvalidKeyword> {
    let result = MethodResult::new("dmarc", outcome.result.as_str())?;
    let result = match outcome.policy {
        Some(policy) => result.with_comment(&format!("p={policy} dis={}", outcome.disposition)),
        None => result.with_comment(&format!("{}", outcome.reason)),
    };
    match &outcome.author {
        Some(author) => result.with_property("header", "from", author.as_str()),
        None => Ok(result),
    }
}

/// Adds a result. The words are the registry's own, so that they are keywords.
pub(super) fn push(results: &mut AuthenticationResults, result: Result<MethodResult, InvalidKeyword>) {
    if let Ok(result) = result {
        results.push(result);
    }
}
