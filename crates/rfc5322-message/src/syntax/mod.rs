//! The grammars of header fields: bytes of a field's body in, values out.
//!
//! Every one of them is total: it takes what it understands and steps over what it does not, in one pass, without
//! recursion. Obsolete syntax (RFC 5322 section 4) is read everywhere.

pub(crate) mod address;
pub(crate) mod cursor;
pub(crate) mod date;
pub(crate) mod encoded_word;
pub(crate) mod list;
pub(crate) mod message_id;
pub(crate) mod parameters;
pub(crate) mod received;
pub(crate) mod text;
