use core::fmt;

use super::{Name, RecordType};

/// Which question an answer belongs to. It has a meaning only to the machine that asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(u32);

impl QueryId {
    /// The identity of question number `number` of one machine: for those who write a machine.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number that the machine gave to the question.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Debug for QueryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueryId({})", self.0)
    }
}

/// A question for the DNS: the caller resolves it and gives the answer to the machine's `handle_answer`.
///
/// CNAMEs are followed by the resolver; a loop of them is [`DnsError::NoData`](super::DnsError::NoData).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Query {
    /// Comes back with the answer.
    pub id: QueryId,
    /// The name to ask for, relative to the root: a resolver must not append a search domain.
    pub name: Name,
    /// The type of record to ask for.
    pub record_type: RecordType,
}

impl Query {
    /// A question: for those who write a machine.
    pub const fn new(id: QueryId, name: Name, record_type: RecordType) -> Self {
        Self { id, name, record_type }
    }
}
