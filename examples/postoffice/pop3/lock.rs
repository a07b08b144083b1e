//! One session at a time (RFC 1939, section 4): two could delete what the other is reading.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The maildrops that sessions of this process have open.
static LOCKED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The only session of a maildrop holds this; dropped, it lets the next one in.
#[derive(Debug)]
pub(super) struct Lock {
    maildrop: PathBuf,
}

impl Lock {
    /// `None` if another session has the maildrop.
    pub(super) fn acquire(maildrop: PathBuf) -> Option<Self> {
        locked().insert(maildrop.clone()).then(|| Self { maildrop })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        locked().remove(&self.maildrop);
    }
}

fn locked() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    LOCKED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_maildrop_has_one_session_at_a_time() {
        let lock = |name: &str| Lock::acquire(PathBuf::from(name));
        let first = lock("ann").unwrap();
        assert!(lock("ann").is_none());
        assert!(lock("ann").is_none(), "a lock that was refused releases nothing");
        let other = lock("bob").unwrap();
        drop(first);
        assert!(lock("ann").is_some());
        drop(other);
    }
}
