use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::InvalidXml;
use crate::dmarc::Policy;

/// A DMARC aggregate report (RFC 9990): what a receiver has seen of a domain's mail in a span of time.
///
/// Texts that the format leaves open are empty if they are absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AggregateReport {
    /// `version`: of the format.
    pub version: String,
    /// `org_name`: who reports.
    pub organization: String,
    /// `email`: how to reach them.
    pub email: String,
    /// `extra_contact_info`: how else.
    pub contact: String,
    /// `report_id`.
    pub report_id: String,
    /// `date_range/begin`: seconds since 1970-01-01 UTC.
    pub begin: u64,
    /// `date_range/end`: seconds since 1970-01-01 UTC.
    pub end: u64,
    /// `error`: what went wrong while the policy was looked up.
    pub errors: Vec<String>,
    /// `generator`: the software that made the report.
    pub generator: String,
    /// `policy_published`.
    pub policy: PublishedPolicy,
    /// `record`: messages that are alike, in one row.
    pub rows: Vec<Row>,
}

/// The policy that was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PublishedPolicy {
    /// The domain whose record applied.
    pub domain: String,
    /// `discovery_method`: `treewalk` or `psl`.
    pub discovery_method: String,
    /// `adkim`: `r` or `s`.
    pub dkim_alignment: String,
    /// `aspf`: `r` or `s`.
    pub spf_alignment: String,
    /// `p`.
    pub policy: Option<Policy>,
    /// `sp`.
    pub subdomain_policy: Option<Policy>,
    /// `np`.
    pub nonexistent_policy: Option<Policy>,
    /// `testing`.
    pub testing: bool,
    /// `fo`.
    pub failure_options: String,
}

/// Messages that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Row {
    /// `source_ip`: the host that sent them.
    pub source: Option<IpAddr>,
    /// `count`: how many.
    pub count: u64,
    /// `disposition`: what was done: `none`, `quarantine`, `reject` or `pass`.
    pub disposition: String,
    /// `policy_evaluated/dkim`: whether an aligned signature passed.
    pub dkim_aligned: bool,
    /// `policy_evaluated/spf`: whether SPF gave an aligned pass.
    pub spf_aligned: bool,
    /// `reason`: why something else was done than the policy asks for.
    pub overrides: Vec<Override>,
    /// `header_from`: the author's domain.
    pub header_from: String,
    /// `envelope_from`: the domain of the reverse-path.
    pub envelope_from: String,
    /// `envelope_to`: the domain of the recipient.
    pub envelope_to: String,
    /// `auth_results/dkim`: the signatures.
    pub dkim: Vec<DkimEvidence>,
    /// `auth_results/spf`.
    pub spf: Vec<SpfEvidence>,
}

/// Why something else was done than the policy asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Override {
    /// `type`: `local_policy`, `mailing_list`, `other`, `policy_test_mode`, `trusted_forwarder`.
    pub kind: String,
    /// `comment`.
    pub comment: String,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DkimEvidence {
    /// `d=`.
    pub domain: String,
    /// `s=`.
    pub selector: String,
    /// The result in RFC 8601's words.
    pub result: String,
    /// `human_result`: the result for a person.
    pub human_result: String,
}

/// What SPF has found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SpfEvidence {
    /// The domain that was checked.
    pub domain: String,
    /// `scope`: `mfrom`, or `helo` in old reports.
    pub scope: String,
    /// The result in RFC 8601's words.
    pub result: String,
    /// `human_result`: the result for a person.
    pub human_result: String,
}

/// Why a text is no aggregate report. The fault is of whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAggregateReport {
    /// It is no XML, or not the whole of it.
    #[error(transparent)]
    Xml(#[from] InvalidXml),
    /// There is no `feedback` element.
    #[error("there is no feedback element")]
    NoFeedback,
    /// There are more rows than [`AggregateReport::MOST_ROWS`].
    #[error("there are too many records")]
    TooManyRows,
    /// There are more elements of this name than [`AggregateReport::MOST_EVIDENCE`] or
    /// [`AggregateReport::MOST_ERRORS`] allows.
    #[error("there are too many {0} elements")]
    TooMany(&'static str),
    /// Elements lie in each other more deeply than [`AggregateReport::DEEPEST`].
    #[error("the elements are nested too deeply")]
    TooDeep,
}

impl AggregateReport {
    /// How many rows are read; a report with more is refused.
    pub const MOST_ROWS: usize = 250_000;
    /// How many signatures, results of SPF and overrides are read, in all rows together; a report with more is refused.
    pub const MOST_EVIDENCE: usize = 1_000_000;
    /// How many errors are read; a report with more is refused.
    pub const MOST_ERRORS: usize = 1_000;
    /// How deeply elements may lie in each other; a report itself needs six levels, its extensions may need more.
    pub const DEEPEST: usize = 64;
}
