use alloc::sync::Arc;
use alloc::vec::Vec;
use core::net::IpAddr;

use crate::dns::Name;
use crate::spf::record::{ip4_agree, ip6_agree};
use crate::spf::{Directive, Mechanism, Record};

/// The policies at work: the one whose directives are tested, and those around it, each of which waits in an `include`.
/// Two have their place here, since few policies include one that includes another, and then there is no list to allocate.
#[derive(Debug, Default)]
pub(super) struct Frames {
    outermost: Option<Frame>,
    inside_it: Option<Frame>,
    further_in: Vec<Frame>,
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
    /// How many, in the same way, for a question without an answer.
    pub(super) charged_void: usize,
}

impl Frames {
    /// A policy begins, inside of those that are at work.
    pub(super) fn push(&mut self, domain: Name, record: Arc<Record>) {
        let frame = Frame { domain, record, index: 0, charged: 0, charged_void: 0 };
        if self.outermost.is_none() {
            self.outermost = Some(frame);
        } else if self.inside_it.is_none() {
            self.inside_it = Some(frame);
        } else {
            self.further_in.push(frame);
        }
    }

    /// The innermost policy ends.
    pub(super) fn pop(&mut self) -> Option<Frame> {
        match self.inside_it {
            None => self.outermost.take(),
            Some(_) => self.further_in.pop().or_else(|| self.inside_it.take()),
        }
    }

    #[inline]
    pub(super) fn innermost(&self) -> Option<&Frame> {
        match &self.inside_it {
            None => self.outermost.as_ref(),
            inside_it => self.further_in.last().or(inside_it.as_ref()),
        }
    }

    #[inline]
    pub(super) fn innermost_mut(&mut self) -> Option<&mut Frame> {
        match &mut self.inside_it {
            None => self.outermost.as_mut(),
            inside_it => self.further_in.last_mut().or(inside_it.as_mut()),
        }
    }

    /// How many there are.
    pub(super) const fn depth(&self) -> usize {
        self.outermost.is_some() as usize + self.inside_it.is_some() as usize + self.further_in.len()
    }

    pub(super) fn clear(&mut self) {
        self.outermost = None;
        self.inside_it = None;
        self.further_in.clear();
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
