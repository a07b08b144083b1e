//! The results as RFC 8601 section 2.7 words them.

use alloc::format;

#[cfg(feature = "arc")]
use crate::arc::ChainStatus;
use crate::authres::{AuthenticationResults, InvalidKeyword, MethodResult};
use crate::quoting::fits;
use crate::{dkim, dmarc, iprev, spf};

pub(super) fn spf(outcome: &spf::Outcome, property: &str, fallback: &str) -> Result<MethodResult, InvalidKeyword> {
    let value = outcome.domain.as_ref().map_or(fallback, |domain| domain.as_str());
    let comment = format!("{}", outcome.cause);
    let result = MethodResult::new("spf", outcome.result.as_str())?.with_comment(&comment);
    // What is cut may be the name of another.
    if fits(value) { result.with_property("smtp", property, value) } else { Ok(result) }
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

fn dkim(report: &dkim::Report, outcome: &dkim::Outcome) -> Result<MethodResult, InvalidKeyword> {
    let mut result = MethodResult::new("dkim", outcome.result.as_str())?;
    if let Some(bits) = outcome.key_bits {
        let testing = if outcome.testing { ", testing" } else { "" };
        result = result.with_comment(&format!("{bits}-bit key{testing}"));
    }
    if let Some(cause) = &outcome.cause {
        result = result.with_reason(&format!("{cause}"));
    }
    if let Some(domain) = &outcome.domain {
        result = result.with_property("header", "d", domain.as_str())?;
    }
    if let Some(identity) = outcome.signature.as_ref().and_then(|signature| signature.identity.as_deref()) {
        // Of one that is too long the domain alone: what is cut may be the identity of another.
        let domain = || identity.get(identity.rfind('@')?..);
        if let Some(identity) = Some(identity).filter(|identity| fits(identity)).or_else(domain)
            && fits(identity)
        {
            result = result.with_property("header", "i", identity)?;
        }
    }
    if let Some(selector) = &outcome.selector {
        result = result.with_property("header", "s", selector.as_str())?;
    }
    if let Some(algorithm) = outcome.algorithm() {
        result = result.with_property("header", "a", algorithm.as_str())?;
    }
    match report.signature_prefix(outcome) {
        Some(prefix) => result.with_property("header", "b", &prefix),
        None => Ok(result),
    }
}

/// Adds a result for each signature, or that there is none.
pub(super) fn push_signatures(results: &mut AuthenticationResults, report: &dkim::Report) {
    if report.signatures.is_empty() {
        push(results, MethodResult::new("dkim", "none"));
    }
    report.signatures.iter().for_each(|outcome| push(results, dkim(report, outcome)));
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

/// The chain of ARC, and who has brought it (RFC 8617 section 6).
#[cfg(feature = "arc")]
pub(super) fn arc(report: &crate::arc::Report, client: &spf::Client) -> Result<MethodResult, InvalidKeyword> {
    let mut result = MethodResult::new("arc", report.status.as_str())?;
    if let Some(cause) = &report.cause {
        result = result.with_reason(&format!("{cause}"));
    }
    if report.status != ChainStatus::None && !client.address().is_unspecified() {
        result = result.with_property("smtp", "remote-ip", &format!("{}", client.address()))?;
    }
    match report.oldest_pass {
        Some(oldest) => result.with_property("header", "oldest-pass", &format!("{oldest}")),
        None => Ok(result),
    }
}

/// Adds a result. The words are the registry's own, so that they are keywords.
pub(super) fn push(results: &mut AuthenticationResults, result: Result<MethodResult, InvalidKeyword>) {
    if let Ok(result) = result {
        results.push(result);
    }
}
