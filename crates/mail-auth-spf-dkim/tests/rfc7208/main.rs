//! SPF, section by section of RFC 7208.

mod answers;
mod appendix_a_examples;
#[cfg(feature = "zone")]
mod published_suite;
mod s2_identities;
mod s4_5_records;
mod s4_6_4_limits;
mod s7_macros;
mod zones;
