//! The words of POP3, for both roles: what one side builds, the other reads.

mod argument;
mod capability;
mod command;
mod decimal;
mod listing;
mod message_number;
mod response_code;
mod sasl;
mod status;
mod text;
mod unique_id;

pub use argument::{InvalidArgument, Password, UserName};
pub use capability::{Capability, Expire, MechanismList, RawCapability};
pub use command::{Command, CommandError};
pub use listing::{DropListing, ListingError, ScanListing, UniqueIdListing};
pub use message_number::MessageNumber;
pub use response_code::{OtherCode, ResponseCode};
pub use sasl::{InitialResponse, InvalidMechanism, Mechanism};
pub use status::{Status, StatusLine, StatusLineError};
pub use text::{InvalidText, Reply, Text};
pub use unique_id::{InvalidUniqueId, UniqueId};

pub(crate) use sasl::{decode_base64, encode_base64};

/// The longest command line, in octets with its CRLF (RFC 2449, section 4).
pub const LONGEST_COMMAND: usize = 255;

/// The longest status line, in octets with its CRLF (RFC 1939, section 3).
pub const LONGEST_STATUS_LINE: usize = 512;
