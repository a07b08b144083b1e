//! Answers for the machines that ask the DNS: from a zone file, or from the system's name servers.

use std::io;
use std::path::Path;
use std::sync::Arc;

use mail_auth_spf_dkim::dns::{Name, RecordType, Zone};
use mail_tokio::dns::{Found, Resolve, Resolver, ResolverSettings};

/// Where answers come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// From a file: nothing else exists.
    Zone(Arc<Zone>),
    /// From name servers.
    Servers(Resolver),
}

impl Source {
    /// Answers from a JSON zone file, or from the system's name servers if there is no file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is no zone, or the system names no name server.
    pub fn new(zone: Option<&Path>) -> io::Result<Self> {
        let Some(path) = zone else {
            return match Resolver::system(&ResolverSettings::default()) {
                Ok(resolver) => Ok(Self::Servers(resolver)),
                Err(problem) => {
                    Err(io::Error::other(format!("no name server is known: {problem}; name a file with --zone")))
                }
            };
        };
        let explain = |problem: &dyn std::fmt::Display| io::Error::other(format!("{}: {problem}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|problem| explain(&problem))?;
        let zone = Zone::from_json(&text).map_err(|problem| explain(&problem))?;
        Ok(Self::Zone(Arc::new(zone)))
    }
}

impl Resolve for Source {
    async fn resolve(&self, name: Name, record_type: RecordType) -> Found {
        match self {
            Self::Zone(zone) => zone.resolve(name, record_type).await,
            Self::Servers(resolver) => resolver.resolve(name, record_type).await,
        }
    }
}
