//! Why a record cannot be read, and why a domain has none to use.

/// What is wrong with a record, and where. The fault is of the domain that published it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("at octet {position}: {fault}")]
pub struct SyntaxError {
    /// The octet at which the faulty part starts, counted from 0.
    pub position: usize,
    /// What is wrong.
    pub fault: SyntaxFault,
}

/// The ways in which a record can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxFault {
    /// The text does not start with `v=spf1` and a space: it is no SPF record at all.
    #[error("this is no SPF record")]
    Version,
    /// Neither printable ASCII nor a space.
    #[error("this character is not allowed")]
    Character,
    /// A mechanism that RFC 7208 does not define.
    #[error("there is no such mechanism")]
    UnknownMechanism,
    /// A mechanism that takes no argument has one, or a mechanism has an empty one.
    #[error("the mechanism cannot have this argument")]
    Argument,
    /// A domain is needed.
    #[error("a domain is missing")]
    MissingDomain,
    /// The domain does not end in a top-level label or a macro.
    #[error("the domain does not end as a domain name does")]
    TopLabel,
    /// Not an address of the mechanism's family.
    #[error("this is no such address")]
    Address,
    /// Not a number of bits that the address family has, or written with a leading zero.
    #[error("this is no prefix length")]
    PrefixLength,
    /// A percent sign that does not start a macro, or a malformed one.
    #[error("this is no macro")]
    Macro,
    /// A macro letter that only explanations may use.
    #[error("this macro letter is for explanations only")]
    MacroLetter,
    /// `redirect` or `exp` stands there for the second time.
    #[error("this modifier is there twice")]
    DuplicateModifier,
    /// A modifier's name is not a name.
    #[error("this is no modifier name")]
    ModifierName,
}

/// Why the TXT records of a domain hold no usable SPF policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NoPolicy {
    /// None of them is an SPF record.
    #[error("there is no SPF record")]
    None,
    /// More than one is.
    #[error("there are several SPF records")]
    Several,
    /// The record is longer than [`Limits::record_octets`](super::Limits::record_octets).
    #[error("the SPF record is too long")]
    TooLong,
    /// The record is malformed.
    #[error("the SPF record is malformed {0}")]
    Syntax(#[from] SyntaxError),
}
