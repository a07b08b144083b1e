//! What a part says about its content: Content-Type, Content-Disposition, Content-Transfer-Encoding (RFC 2045, RFC 2183).

mod calendar;
mod content_type;
mod disposition;
mod external_body;
pub mod partial;
mod secure;
mod transfer_encoding;

pub use calendar::{CalendarComponent, CalendarMethod};
pub use content_type::ContentType;
pub(crate) use content_type::ContentTypeScan;
pub use disposition::{Disposition, DispositionKind};
pub use external_body::{Access, ExternalBody, FileProtocol};
pub use secure::{Secured, Security};
pub use transfer_encoding::TransferEncoding;
