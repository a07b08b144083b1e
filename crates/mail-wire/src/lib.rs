//! The contract of the mail protocol machines, and what they share: time, buffers, lines and dots.
