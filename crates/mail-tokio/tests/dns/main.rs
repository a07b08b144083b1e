//! Answers for machines that ask: the cache by a clock of the test's own, the driver with lookups of the test's own, and
//! the resolver against a name server on loopback.

mod cache;
mod lookups;
mod name_server;
mod resolver;

use mail_auth_spf_dkim::dns::Name;

fn name(text: &str) -> Name {
    Name::for_query(text).unwrap()
}
