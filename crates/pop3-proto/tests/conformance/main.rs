//! What the standards ask of both roles: one file for each section.

mod pair;
mod post_office;
mod reader;
mod rfc1939_s10_example;
mod rfc5034_sasl;
