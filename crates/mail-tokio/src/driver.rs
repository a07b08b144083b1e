use mail_futures_io::BoxedStream;
use mail_wire::Instant;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{Io, TokioTimer};

/// A machine on a connection of tokio's: [`mail_futures_io::Driver`], which has the methods.
pub type Driver<M> = mail_futures_io::Driver<M, BoxedStream, TokioTimer>;

/// Sets a machine on a connection that has just been made.
///
/// ```
/// use std::sync::Arc;
/// use smtp_proto::server::{Config, Event, Server};
///
/// async fn serve(connection: tokio::net::TcpStream, config: Arc<Config>) -> std::io::Result<()> {
///     let mut session = mail_tokio::drive(connection, |now| Server::new(now, config));
///     while let Some(event) = session.next_event().await? {
///         if let Event::Request(_) = event {
///             session.machine_mut().accept().expect("each request is answered once");
///         }
///     }
///     Ok(())
/// }
/// ```
pub fn drive<M>(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    machine: impl FnOnce(Instant) -> M,
) -> Driver<M> {
    Driver::new(Box::new(Io::new(stream)), TokioTimer::new(), machine)
}
