use memchr::memchr2;

/// Counts the octets that a message has as it travels: with CRLF at the end of each line, the last one included, and
/// before any dot is doubled. That is the size that STAT and LIST must say (RFC 1939, section 11), and exactly what
/// [`send_body`](super::Server::send_body) makes of the same octets.
///
/// ```
/// use pop3_proto::server::WireSize;
///
/// let mut size = WireSize::new();
/// size.push(b"Subject: hi\n\n.a line without an end");
/// assert_eq!(size.octets(), b"Subject: hi\r\n\r\n.a line without an end\r\n".len() as u64);
/// ```
#[derive(Clone, Debug, Default)]
pub struct WireSize {
    octets: u64,
    last: Option<u8>,
}

impl WireSize {
    /// A count that begins.
    pub const fn new() -> Self {
        Self { octets: 0, last: None }
    }

    /// Counts the next octets of the message. They may be cut anywhere.
    pub fn push(&mut self, octets: &[u8]) {
        let Some(last) = octets.last() else { return };
        let mut before = self.last;
        let mut rest = octets;
        while let Some(at) = memchr2(b'\r', b'\n', rest) {
            let (text, ending) = rest.split_at(at);
            if let Some(last) = text.last() {
                before = Some(*last);
            }
            let lf = ending.first() == Some(&b'\n');
            // The LF of a CRLF has been counted with its CR.
            let counted = lf && before == Some(b'\r');
            self.octets += text.len() as u64 + if counted { 0 } else { 2 };
            before = ending.first().copied();
            rest = ending.get(1..).unwrap_or_default();
        }
        self.octets += rest.len() as u64;
        self.last = Some(*last);
    }

    /// The size, if the message ends here.
    pub fn octets(&self) -> u64 {
        match self.last {
            None | Some(b'\r' | b'\n') => self.octets,
            Some(_) => self.octets + 2,
        }
    }
}
