//! The mail protocol machines on tokio: one driver, and sequential clients on top.
