//! A whole SMTP server on blocking sockets: one thread a session, and mail for `@localhost` goes to standard output.
//! Try it: `curl --crlf smtp://127.0.0.1:2525 --mail-from you@example.org --mail-rcpt me@localhost -T FILE`
use std::io::{ErrorKind, Read, Write, stdout};
use std::net::{TcpListener, TcpStream};
use std::{error::Error, thread, time::Duration};

use mail_wire::Clock;
use smtp_proto::ForwardPath;
use smtp_proto::reply::Reply;
use smtp_proto::server::{Event, Request, Server};

fn main() -> Result<(), Box<dyn Error>> {
    for stream in TcpListener::bind("127.0.0.1:2525")?.incoming().flatten() {
        thread::spawn(|| serve(stream).unwrap_or_else(|problem| eprintln!("{problem}")));
    }
    Ok(())
}

fn serve(mut stream: TcpStream) -> Result<(), Box<dyn Error>> {
    let (clock, mut message, mut buffer) = (Clock::start(), Vec::new(), [0; 8192]);
    let mut smtp = Server::new(clock.now(), Default::default());
    // The machine has patience with a client that does not write; this is ours with one that does not read.
    stream.set_write_timeout(Some(Duration::from_secs(60)))?;
    while !smtp.is_closed() || smtp.poll_transmit().is_some() {
        if let Some(event) = smtp.poll_event() {
            match event {
                Event::Request(Request::Rcpt { to, .. }) if !is_here(&to) => smtp.reject(Reply::NO_SUCH_USER)?,
                // To accept the end of data is to take responsibility: write first.
                Event::Request(Request::EndOfData { .. }) => stdout().write_all(&message).map(|()| smtp.accept())??,
                Event::Request(_) => smtp.accept().map(|()| message.clear())?,
                Event::Body(octets) => message.extend_from_slice(octets),
                _ => {}
            }
        } else if let Some(bytes) = smtp.poll_transmit() {
            smtp.handle_transmitted(clock.now(), stream.write(bytes)?);
        } else {
            stream.set_read_timeout(smtp.poll_timeout().map(|due| clock.until(due) + Duration::from_millis(1)))?;
            match stream.read(&mut buffer) {
                Ok(read @ 1..) => _ = smtp.handle_input(clock.now(), &buffer[..read]),
                Err(problem) if problem.kind() == ErrorKind::WouldBlock => smtp.handle_timeout(clock.now()),
                Ok(0) | Err(_) => smtp.handle_eof(clock.now()),
            }
        }
    }
    Ok(())
}

/// `<Postmaster>` has no domain, and is everywhere.
fn is_here(to: &ForwardPath<'_>) -> bool {
    to.mailbox().is_none_or(|to| to.as_str().to_lowercase().ends_with("@localhost"))
}
