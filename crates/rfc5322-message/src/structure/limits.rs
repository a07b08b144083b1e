//! How much of a message is taken apart.

use crate::charset::Unlabelled;

/// Which of several fields counts, where a part may have only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Duplicates {
    /// The first. It is what most readers do, and what stands nearest to the top.
    #[default]
    First,
    /// The last.
    Last,
}

/// Bounds on what is taken apart. What is beyond a bound stays in the message as it is, and a
/// [`Defect`](super::Defect) tells where it begins.
///
/// The defaults are far above what honest mail needs and far below what hurts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many levels of multipart and message/rfc822 are entered. 64.
    pub depth: u16,
    /// How many parts are told apart, the message itself included. 10,000.
    pub parts: u32,
    /// How many fields are split off, all headers together. 20,000.
    pub fields: u32,
    /// How many bytes a field has, its name and folding included. 2 MiB.
    pub field_bytes: usize,
    /// How many bytes of headers are split into fields, all headers together. 8 MiB. It also bounds the memory of
    /// push parsing.
    pub header_bytes: usize,
    /// How many defects are remembered. 1,000.
    pub defects: u32,
    /// Which Content-Type, Content-Transfer-Encoding and so on counts when a part has several.
    pub duplicates: Duplicates,
    /// What bytes over 127 mean where no charset is named: in headers, and in text parts without one. UTF-8, or else
    /// windows-1252.
    pub unlabelled: Unlabelled,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            parts: 10_000,
            fields: 20_000,
            field_bytes: 2 << 20,
            header_bytes: 8 << 20,
            defects: 1_000,
            duplicates: Duplicates::First,
            unlabelled: Unlabelled::Windows1252,
        }
    }
}
