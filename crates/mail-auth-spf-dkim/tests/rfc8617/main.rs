//! RFC 8617 (ARC), section by section.
#![cfg(feature = "arc")]

mod published_suite;
