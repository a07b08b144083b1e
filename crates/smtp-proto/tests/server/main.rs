//! The server machine, by the RFCs' sections.

mod bounds;
mod policy;
mod rfc1870_size;
mod rfc2033_lmtp;
mod rfc2034_enhanced_codes;
mod rfc2920_pipelining;
mod rfc3207_starttls;
mod rfc4954_auth;
mod rfc5321_s2_3_8_lines;
mod rfc5321_s3_1_initiation;
mod rfc5321_s3_3_transactions;
mod rfc5321_s3_5_verify;
mod rfc5321_s3_8_closing;
mod rfc5321_s4_1_4_order;
mod rfc5321_s4_5_2_transparency;
mod rfc5321_s4_5_3_1_limits;
mod rfc5321_s4_5_3_2_timeouts;
mod rfc6152_8bitmime;
