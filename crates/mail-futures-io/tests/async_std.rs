//! The suite under async-std.

mod suite;

use std::future::Future;

use mail_futures_io::{AsyncIo, BoxedStream};

impl suite::World for AsyncIo {
    async fn listen() -> (u16, impl Future<Output = BoxedStream>) {
        let listener = async_std::net::TcpListener::bind("localhost:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        (port, async move { Box::new(listener.accept().await.unwrap().0) as BoxedStream })
    }
}

suite::suite!(AsyncIo, async_std::task::block_on);
