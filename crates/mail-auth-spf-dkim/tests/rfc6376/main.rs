//! RFC 6376 (DKIM), with RFC 8301 and RFC 8463, section by section.

mod appendix_a_example;
mod pieces;
mod published_messages;
mod rfc8463_appendix_a;
mod s3_2_tag_lists;
mod s3_4_canonicalization;
mod s3_5_signatures;
mod s3_6_keys;
mod s5_4_signed_fields;
mod s5_signing;
mod s6_1_verifying;
mod s8_attacks;
mod verifying;
