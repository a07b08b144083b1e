use alloc::sync::Arc;
use alloc::vec::Vec;
use core::mem;
use core::net::IpAddr;

use crate::dns::Name;
use crate::spf::record::{ip4_agree, ip6_agree};
use crate::spf::{Directive, Mechanism, Record};

/// The policies at work: the one whose directives are tested, and those around it, each of which waits in an `include`.
/// Two have their place here, since few policies include one that includes another, and then there is no list to allocate.
#[derive(Debug, Default)]
pub(super) struct Frames {
    innermost: Option<Frame>,
    around_it: Option<Frame>,
    further_out: Vec<Frame>,
}

/// A policy at work.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) domain: Name,
    pub(super) record: Arc<Record>,
    /// The directive that is next, or being tested.
    pub(super) index: usize,
    /// How many terms, from the first on, were charged for what they cost.
    pub(super) charged: usize,
}

impl Frames {
    /// A policy begins, inside of those that are at work.
    pub(super) fn push(&mut self, domain: Name, record: Arc<Record>) {
        let innermost = Frame { domain, record, index: 0, charged: 0 };
        let around_it = self.innermost.replace(innermost);
        if let Some(further_out) = mem::replace(&mut self.around_it, around_it) {
            self.further_out.push(further_out);
        }
    }

    /// The innermost policy ends.
    pub(super) fn pop(&mut self) -> Option<Frame> {
        let around_it = mem::replace(&mut self.around_it, self.further_out.pop());
        mem::replace(&mut self.innermost, around_it)
    }

    pub(super) const fn innermost(&self) -> Option<&Frame> {
        self.innermost.as_ref()
    }

    pub(super) const fn innermost_mut(&mut self) -> Option<&mut Frame> {
        self.innermost.as_mut()
    }

    /// How many there are.
    pub(super) const fn depth(&self) -> usize {
        self.further_out.len() + self.around_it.is_some() as usize + self.innermost.is_some() as usize
    }

    pub(super) fn clear(&mut self) {
        self.innermost = None;
        self.around_it = None;
        self.further_out.clear();
    }
}

impl Frame {
    /// The directive at work; `None` behind the last one.
    #[inline]
    pub(super) fn directive(&self) -> Option<&Directive> {
        self.record.directives.get(self.index)
    }

    /// Goes on to the next directive that is not a network without the client.
    #[inline]
    pub(super) fn pass_over_networks(&mut self, client: IpAddr) {
        let rest = self.record.directives.get(self.index..).unwrap_or_default();
        self.index += rest.iter().take_while(|directive| passes_over(&directive.mechanism, client)).count();
    }
}

/// Whether this is a network that the client is not in.
#[inline]
pub(super) fn passes_over(mechanism: &Mechanism, client: IpAddr) -> bool {
    match (mechanism, client) {
        (Mechanism::Ip4 { address, prefix_length }, IpAddr::V4(client)) => !ip4_agree(client, *address, *prefix_length),
        (Mechanism::Ip6 { address, prefix_length }, IpAddr::V6(client)) => !ip6_agree(client, *address, *prefix_length),
        (Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. }, _) => true,
        _ => false,
    }
}
