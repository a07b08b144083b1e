//! The client machine, one file for each section of the standards.

mod calls;
mod rfc2033_lmtp;
mod rfc2920_pipelining;
mod rfc3207_starttls;
mod rfc4954_auth;
mod rfc5321_s3_1_greeting;
mod rfc5321_s3_2_hello;
mod rfc5321_s3_3_transactions;
mod rfc5321_s3_8_lost_sessions;
mod rfc5321_s4_2_replies;
mod rfc5321_s4_5_2_transparency;
mod rfc5321_s4_5_3_2_timeouts;
mod sender;
