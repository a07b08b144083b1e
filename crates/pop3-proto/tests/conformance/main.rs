//! What the standards ask of both roles: one file for each section.

mod pair;
mod post_office;
mod reader;
mod rfc1939_s10_example;
mod rfc1939_s3_basic_operation;
mod rfc1939_s3_replies;
mod rfc1939_s4_authorization;
mod rfc1939_s5_transaction;
mod rfc1939_s6_update;
mod rfc1939_s7_top_and_uidl;
mod rfc2449_capabilities;
mod rfc2595_s4_stls;
mod rfc5034_sasl;
