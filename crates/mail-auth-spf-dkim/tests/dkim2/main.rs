//! DKIM2 as draft-ietf-dkim-dkim2-spec-08 has it.
#![cfg(all(feature = "unstable-dkim2", feature = "ring"))]

mod chains;
mod fields;
mod host;
mod published_suite;
mod recipes;
