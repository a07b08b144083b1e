//! What a part says about its content: Content-Type, Content-Disposition, Content-Transfer-Encoding (RFC 2045, RFC 2183).

mod content_type;
mod disposition;
mod transfer_encoding;

pub use content_type::ContentType;
pub(crate) use content_type::ContentTypeScan;
pub use disposition::{Disposition, DispositionKind};
pub use transfer_encoding::TransferEncoding;
