//! RFC 8617 (ARC), section by section.
#![cfg(feature = "arc")]

#[cfg(feature = "rustcrypto")]
mod published_seals;
mod published_suite;
mod s5_1_sealing;
mod s5_2_validating;
mod sealing;
