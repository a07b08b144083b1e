//! Answers for machines that ask the DNS: SPF, DKIM, DMARC and their kin, from [`mail_auth_spf_dkim`].
//!
//! [`Lookups`] serves one machine: it resolves what the machine asks together at the same time, brings the answers back as
//! they come, and keeps the machine's deadlines. The answers come from anything that can [`Resolve`] a name: a
//! [`Zone`] in memory, a resolver of your own, or `Resolver` with the feature `hickory`. A
//! [`Cache`] keeps answers for as long as they are valid.
//!
//! # Example: the DNS works while a message arrives
//!
//! ```
//! use mail_auth_spf_dkim::authenticate::Receiver;
//! use mail_tokio::dns::{Lookups, Resolve};
//! use mail_wire::Clock;
//! use tokio::io::{AsyncRead, AsyncReadExt};
//!
//! async fn receive(
//!     clock: Clock,
//!     receiver: &mut Receiver,
//!     resolver: impl Resolve,
//!     message: &mut (impl AsyncRead + Unpin),
//! ) -> std::io::Result<()> {
//!     let mut lookups = Lookups::new(resolver, clock);
//!     let mut buffer = [0; 4096];
//!     loop {
//!         match lookups.until(receiver, message.read(&mut buffer)).await? {
//!             0 => break,
//!             n => receiver.handle_input(clock.now(), &buffer[..n]),
//!         }
//!     }
//!     receiver.handle_eof(clock.now());
//!     lookups.finish(receiver).await;
//!     Ok(())
//! }
//! ```

mod cache;
mod lookups;
#[cfg(feature = "hickory")]
mod resolver;

use std::future::{Future, ready};
use std::sync::Arc;

use mail_auth_spf_dkim::dns::{DnsError, Name, RecordType, Records, Zone};

pub use cache::{Cache, CacheLimits};
pub use lookups::Lookups;
#[cfg(feature = "hickory")]
pub use resolver::{Resolver, ResolverSettings};

/// What was found for a name and a type, shared by all who want to know.
pub type Found = Result<Arc<Records>, DnsError>;

/// Whatever can answer a question. A clone asks the same source.
///
/// Names are relative to the root; no search domain is to be appended to them. CNAMEs are followed, and the strings of a
/// TXT record joined.
pub trait Resolve: Clone + Send + Sync + 'static {
    /// The records of this type at `name`, or why there are none.
    fn resolve(&self, name: Name, record_type: RecordType) -> impl Future<Output = Found> + Send;
}

impl Resolve for Arc<Zone> {
    fn resolve(&self, name: Name, record_type: RecordType) -> impl Future<Output = Found> + Send {
        ready(Zone::lookup(self, &name, record_type).cloned().map(Arc::new))
    }
}
