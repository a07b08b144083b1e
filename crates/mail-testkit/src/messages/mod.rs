//! Messages for the tests of their builder: random letters, what is to be found in each, and Python's `email` as a reader
//! that is not ours.

mod difference;
mod letter;
mod python;
mod reading;

pub use difference::{Difference, Values};
pub use letter::Letter;
pub use python::Python;
pub use reading::{Group, Leaf, Reading};
