//! The server machine, by the RFCs' sections.

mod policy;
mod rfc3207_starttls;
mod rfc5321_s3_3_transactions;
