//! The suite of mail-futures-io under tokio.

#[path = "../../mail-futures-io/tests/suite/mod.rs"]
mod suite;

use std::future::Future;

use mail_futures_io::BoxedStream;
use mail_tokio::{Io, Tokio};

impl suite::World for Tokio {
    async fn listen() -> (u16, impl Future<Output = BoxedStream>) {
        let listener = tokio::net::TcpListener::bind("localhost:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        (port, async move { Box::new(Io::new(listener.accept().await.unwrap().0)) as BoxedStream })
    }
}

fn block_on(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

suite::suite!(Tokio, block_on);
