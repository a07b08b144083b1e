//! Authentication-Results, section by section of RFC 8601.

mod appendix_b_examples;
mod s2_2_format;
mod s3_iprev;
mod s5_removal;
