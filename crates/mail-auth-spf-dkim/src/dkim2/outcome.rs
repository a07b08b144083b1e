use alloc::vec::Vec;
use core::fmt;

use super::Signature;
use crate::dkim::{self, TagListError};

/// What came of a verification (section 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dkim2Result {
    /// The message has no field of DKIM2.
    None,
    /// Every hop holds, and the message is what the last one sent to whom it was sent.
    Pass,
    /// Something does not hold.
    Fail,
    /// It could not be verified now.
    TempError,
    /// It can never be verified.
    PermError,
}

impl Dkim2Result {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::TempError => "temperror",
            Self::PermError => "permerror",
        }
    }
}

impl fmt::Display for Dkim2Result {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What is wrong with a field. The fault is of the hop that has written it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum FieldError {
    /// It is no list of tags (section 8).
    #[error("{0}")]
    Tags(#[from] TagListError),
    /// A tag that must be there is not.
    #[error("the tag {0}= is missing")]
    Missing(&'static str),
    /// A tag has a value that it cannot have.
    #[error("the value of {0}= is malformed")]
    Value(&'static str),
    /// A tag must not be there together with another.
    #[error("the tag {0}= must not be there")]
    Unexpected(&'static str),
    /// A selector is there twice (section 10.9).
    #[error("a selector is there twice")]
    DuplicateSelector,
    /// There are more than eight signatures in the field.
    #[error("there are too many signatures")]
    TooManyEntries,
    /// The recipe is no JSON, or not as recipes are (section 5).
    #[error("the recipe is malformed")]
    Recipe,
}

/// Why a message did not pass: the first rule that it breaks, in the order of section 14. Numbers are those of
/// `DKIM2-Signature` (hops) or `Message-Instance` (instances).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// A line of the header is no field, or the header is longer than what is held.
    #[error("the header of the message is malformed or too long")]
    Header,
    /// There are more than [`MOST_HOPS`](super::MOST_HOPS) hops or instances.
    #[error("there are too many hops")]
    TooManyHops,
    /// A `Message-Instance` cannot be read: the one so many fields of that name from the top, from 0.
    #[error("Message-Instance at place {0}: {1}")]
    InstanceField(u32, FieldError),
    /// A `DKIM2-Signature` cannot be read: the one so many fields of that name from the top, from 0.
    #[error("DKIM2-Signature at place {0}: {1}")]
    SignatureField(u32, FieldError),
    /// An instance is missing, or another is there twice.
    #[error("instance {0} is missing or there twice")]
    InstanceNumber(u32),
    /// A hop is missing, or another is there twice.
    #[error("hop {0} is missing or there twice")]
    HopNumber(u32),
    /// A hop covers fewer instances than the one before it, or one that is not there.
    #[error("hop {0} covers other instances than it can")]
    Coverage(u32),
    /// No hop covers the instance.
    #[error("instance {0} is not signed")]
    UnsignedInstance(u32),
    /// The hop signed more than a day from now (section 14.3).
    #[error("the time of hop {0} is in the future")]
    Future(u32),
    /// The hop signed more than 14 days ago (section 14.3).
    #[error("the signature of hop {0} is too old")]
    Expired(u32),
    /// The last hop names the next domain, so the message is not for delivery (section 14.4).
    #[error("hop {0} gives the message to a domain that has not signed")]
    NextDomainLast(u32),
    /// The reverse-path is not the one that the last hop used (section 14.4).
    #[error("the reverse-path is not that of hop {0}")]
    MailFrom(u32),
    /// A recipient is none of those to whom the last hop sent the message (section 14.4), or the envelope has none.
    #[error("hop {0} did not send the message to these recipients")]
    RcptTo(u32),
    /// The domain of the hop's reverse-path does not belong to who signs (section 10.8).
    #[error("the reverse-path of hop {0} is not of its domain")]
    MailFromDomain(u32),
    /// The hop did not get the message from the one before it (section 7.1).
    #[error("hop {0} was not given the message")]
    Custody(u32),
    /// The signature of the hop does not hold, or its key cannot be used (sections 14.5 and 14.6).
    #[error("hop {0}: {1}")]
    Signature(u32, dkim::Cause),
    /// The algorithm of the hop's signature is not known here (section 14.6).
    #[error("hop {0}: the algorithm is unknown")]
    UnknownAlgorithm(u32),
    /// There are several keys under one name (section 14.5).
    #[error("hop {0}: there are several keys")]
    SeveralKeys(u32),
    /// The algorithm of the instance's hashes is not known here.
    #[error("instance {0}: the hash is unknown")]
    UnknownHash(u32),
    /// The header is not that of the instance (section 14.7).
    #[error("the header is not that of instance {0}")]
    HeaderHash(u32),
    /// The body is not that of the instance (section 14.7).
    #[error("the body is not that of instance {0}")]
    BodyHash(u32),
    /// The recipe of the instance does not fit the message.
    #[error("the recipe of instance {0} does not fit")]
    RecipeDoesNotFit(u32),
    /// The recipe of the instance says that the body before it is lost, so the instances before cannot be checked.
    #[error("the body before instance {0} is lost")]
    BodyLost(u32),
    /// From is not of the domain that signed it first (section 11), or has not one author domain. The number is the
    /// instance's.
    #[error("From of instance {0} is not of the domain that signed it")]
    NotAuthentic(u32),
}

impl Cause {
    /// The result that it leads to.
    pub const fn result(&self) -> Dkim2Result {
        match self {
            Self::Signature(_, dkim::Cause::Dns(_)) => Dkim2Result::TempError,
            Self::Signature(_, dkim::Cause::Signature)
            | Self::Future(_)
            | Self::Expired(_)
            | Self::NextDomainLast(_)
            | Self::MailFrom(_)
            | Self::RcptTo(_)
            | Self::MailFromDomain(_)
            | Self::Custody(_)
            | Self::HeaderHash(_)
            | Self::BodyHash(_)
            | Self::BodyLost(_)
            | Self::NotAuthentic(_) => Dkim2Result::Fail,
            _ => Dkim2Result::PermError,
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The result.
    pub result: Dkim2Result,
    /// Why it is neither `pass` nor `none`.
    pub cause: Option<Cause>,
    /// The hops, the first first, as far as they could be read. They prove something only if the result is
    /// [`Pass`](Dkim2Result::Pass).
    pub hops: Vec<Signature>,
}
