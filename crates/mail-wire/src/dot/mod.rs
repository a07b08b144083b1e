//! The transparency of bodies: how SMTP and POP3 carry any text in a stream that a line with a single dot ends
//! (RFC 5321, section 4.5.2; RFC 1939, section 3).
//!
//! [`Unstuffer`] takes the dots out of what was received and [`Stuffer`] puts them into what is sent. Both start
//! *at the beginning of a line*, so a body may begin with a dot or be empty; both keep every octet of the body, its
//! last CRLF included. For the receiver only CRLF ends a line and only CRLF `.` CRLF ends the body, whatever
//! stands around it: that is what keeps one message from becoming two.
//!
//! ```
//! use mail_wire::{LineEnding, OutputQueue, dot};
//!
//! let mut wire = OutputQueue::new();
//! let mut stuffer = dot::Stuffer::new(dot::BodyEnding::Strict);
//! stuffer.stuff(b".signature\r\n", &mut wire).unwrap();
//! stuffer.finish(&mut wire).unwrap();
//! assert_eq!(wire.pending(), Some(&b"..signature\r\n.\r\n"[..]));
//!
//! let mut unstuffer = dot::Unstuffer::new(LineEnding::Crlf);
//! let step = unstuffer.step(b"..signature\r\n.\r\nQUIT\r\n");
//! assert_eq!(step.body, 1..13);
//! let step = unstuffer.step(&b"..signature\r\n.\r\nQUIT\r\n"[step.consumed..]);
//! assert!(step.end && step.consumed == 3);
//! ```

mod scan;
mod stuff;
mod unstuff;

pub use stuff::{BareLineEnding, BodyEnding, Stuffer};
pub use unstuff::{BodyDefects, Step, Unstuffer};
