//! From names to addresses, by the system's resolver, which blocks: on a thread of its own.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread;

/// What the thread and the one who waits for it share.
#[derive(Default)]
struct Lookup {
    found: Option<io::Result<Vec<SocketAddr>>>,
    waker: Option<Waker>,
}

/// The addresses of a host. One that is an address is not looked up.
pub(super) async fn resolve(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let lookup = Arc::new(Mutex::new(Lookup::default()));
    let (theirs, host) = (Arc::clone(&lookup), host.to_owned());
    thread::Builder::new().name("resolve".to_owned()).spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
        let mut lookup = lock(&theirs);
        lookup.found = Some(found);
        if let Some(waker) = lookup.waker.take() {
            waker.wake();
        }
    })?;
    poll_fn(|context| {
        let mut lookup = lock(&lookup);
        match lookup.found.take() {
            Some(found) => Poll::Ready(found),
            None => {
                lookup.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    })
    .await
}

fn lock(lookup: &Mutex<Lookup>) -> MutexGuard<'_, Lookup> {
    lookup.lock().unwrap_or_else(PoisonError::into_inner)
}
