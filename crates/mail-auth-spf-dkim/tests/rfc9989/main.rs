//! DMARC, section by section of RFC 9989.

mod appendix_b_examples;
mod s4_10_tree_walk;
mod s4_7_records;
mod s5_3_receivers;
mod zones;
