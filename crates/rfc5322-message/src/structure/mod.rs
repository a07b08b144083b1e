//! The structure of a message: which bytes are which field of which part.
//!
//! Structure comes first and costs one pass. It lives in flat tables of offsets; what a field *means* is worked out when
//! somebody asks. The pass is made by [`Builder`], which is told of fields and delimiter lines; who tells it has either
//! the whole message ([`scan`]) or pieces of it ([`crate::push`]).

mod builder;
mod dashes;
mod defect;
mod limits;
mod scan;
mod tables;

pub use defect::{Defect, DefectKind};
pub use limits::{Duplicates, Limits};

use builder::Boundaries;
pub(crate) use builder::{Builder, FieldVerdict, Next, entry_body};
pub(crate) use dashes::Dashes;
pub(crate) use scan::{Delimiter, MAX_DELIMITER_LINE, content_end, delimiter_line, line_at, scan};
pub(crate) use tables::{FieldEntry, Kind, PartEntry, Tables};
