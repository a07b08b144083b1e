//! The mail protocol machines on futures-io (async-std, smol): one driver, and sequential clients on top.
