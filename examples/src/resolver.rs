//! Answers for the machines that ask the DNS: from a zone file, or from the system's name server by UDP and TCP.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::time::Duration;

use mail_auth_spf_dkim::dns::{DnsError, MailExchange, Name, Query, RecordType, Records, Zone};

/// Where answers come from.
#[derive(Debug)]
pub enum Resolver {
    /// From a file: nothing else exists.
    Zone(Zone),
    /// From a name server.
    Server(SocketAddr),
}

const PATIENCE: Duration = Duration::from_secs(4);

impl Resolver {
    /// A resolver that answers from a JSON zone file, or the system's name server if there is no file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is no zone, or the system names no name server.
    pub fn new(zone: Option<&Path>) -> io::Result<Self> {
        if let Some(path) = zone {
            let explain = |problem: &dyn std::fmt::Display| io::Error::other(format!("{}: {problem}", path.display()));
            let text = std::fs::read_to_string(path).map_err(|problem| explain(&problem))?;
            return Zone::from_json(&text).map(Self::Zone).map_err(|problem| explain(&problem));
        }
        let config = std::fs::read_to_string("/etc/resolv.conf")
            .map_err(|problem| io::Error::other(format!("/etc/resolv.conf: {problem}; name a file with --zone")))?;
        let address = config
            .lines()
            .filter_map(|line| line.strip_prefix("nameserver")?.trim().parse::<IpAddr>().ok())
            .next()
            .ok_or_else(|| io::Error::other("the system names no name server; name a file with --zone"))?;
        Ok(Self::Server(SocketAddr::new(address, 53)))
    }

    /// The answer to a question.
    ///
    /// # Errors
    ///
    /// Why there are no records.
    pub fn lookup(&self, query: &Query) -> Result<Records, DnsError> {
        match self {
            Self::Zone(zone) => zone.lookup(&query.name, query.record_type).cloned(),
            Self::Server(server) => {
                let question = encode(query);
                let reply = ask_udp(*server, &question)
                    .and_then(|reply| if is_truncated(&reply) { ask_tcp(*server, &question) } else { Ok(reply) });
                decode(&reply.map_err(|_| DnsError::Temporary)?, &question, query.record_type)
            }
        }
    }
}

fn type_code(record_type: RecordType) -> u16 {
    match record_type {
        RecordType::A => 1,
        RecordType::Ptr => 12,
        RecordType::Mx => 15,
        RecordType::Aaaa => 28,
        _ => 16,
    }
}

/// RFC 1035 section 4.1: a header that asks for recursion, and one question.
fn encode(query: &Query) -> Vec<u8> {
    // Numbers that nobody outside can guess, from the randomness of the standard library's hash tables.
    let random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), &query.name);
    let [low, high, ..] = random.to_le_bytes();
    let mut message = vec![low, high, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in query.name.labels() {
        message.push(u8::try_from(label.len()).unwrap_or(63));
        message.extend(label.as_bytes());
    }
    message.push(0);
    message.extend(type_code(query.record_type).to_be_bytes());
    message.extend([0, 1]);
    message
}

fn ask_udp(server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let any: IpAddr = if server.is_ipv4() { [0, 0, 0, 0].into() } else { [0_u16; 8].into() };
    let socket = UdpSocket::bind((any, 0))?;
    socket.connect(server)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send(question)?;
    let mut buffer = vec![0; 4096];
    loop {
        let length = socket.recv(&mut buffer)?;
        if buffer.get(..2) == question.get(..2) {
            buffer.truncate(length);
            return Ok(buffer);
        }
    }
}

fn ask_tcp(server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = u16::try_from(question.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), question].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut reply)?;
    Ok(reply)
}

fn is_truncated(reply: &[u8]) -> bool {
    reply.get(2).is_some_and(|flags| flags & 2 != 0)
}

/// Reads the answers of a reply to `question`; whatever is not as it should be is a temporary error.
fn decode(reply: &[u8], question: &[u8], record_type: RecordType) -> Result<Records, DnsError> {
    let mut reader = Reader { reply, at: 12 };
    let echoed = reply.get(12..question.len()).zip(question.get(12..)).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
    let header = reply.get(..12).filter(|header| echoed && header[..2] == question[..2] && header[2] & 0x80 != 0);
    let header = header.ok_or(DnsError::Temporary)?;
    match header[3] & 15 {
        0 => {}
        3 => return Err(DnsError::NxDomain),
        _ => return Err(DnsError::Temporary),
    }
    reader.at = question.len();
    let count = u16::from_be_bytes([header[6], header[7]]);
    reader
        .records(count, record_type)
        .ok_or(DnsError::Temporary)
        .and_then(|records| if records.is_empty() { Err(DnsError::NoData) } else { Ok(records) })
}

struct Reader<'a> {
    reply: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.reply.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn number(&mut self) -> Option<u16> {
        self.take(2).map(|octets| u16::from_be_bytes([octets[0], octets[1]]))
    }

    /// A name; compressed names may only point backwards, so that reading ends.
    fn name(&mut self) -> Option<Name> {
        let mut text = String::new();
        let (mut at, mut end, mut earliest) = (self.at, None, self.at);
        loop {
            let length = usize::from(*self.reply.get(at)?);
            if length >= 0xc0 {
                let target = (length & 0x3f) << 8 | usize::from(*self.reply.get(at + 1)?);
                end = end.or(Some(at + 2));
                if target >= earliest {
                    return None;
                }
                (at, earliest) = (target, target);
            } else if length == 0 {
                self.at = end.unwrap_or(at + 1);
                break;
            } else {
                let label = self.reply.get(at + 1..at + 1 + length)?;
                text.push_str(std::str::from_utf8(label).ok()?);
                text.push('.');
                at += 1 + length;
            }
        }
        Name::for_query(if text.is_empty() { "." } else { &text }).ok()
    }

    fn records(&mut self, count: u16, wanted: RecordType) -> Option<Records> {
        let (mut a, mut aaaa, mut mx, mut ptr, mut txt) = (vec![], vec![], vec![], vec![], vec![]);
        for _ in 0..count {
            self.name()?;
            let code = self.number()?;
            self.take(6)?;
            let length = usize::from(self.number()?);
            let next = self.at + length;
            if code == type_code(wanted) {
                match wanted {
                    RecordType::A => a.push(<[u8; 4]>::try_from(self.take(4)?).ok()?.into()),
                    RecordType::Aaaa => aaaa.push(<[u8; 16]>::try_from(self.take(16)?).ok()?.into()),
                    RecordType::Mx => mx.push(MailExchange { preference: self.number()?, exchange: self.name()? }),
                    RecordType::Ptr => ptr.extend(self.name()),
                    _ => {
                        let mut text = Vec::new();
                        while self.at < next {
                            let length = usize::from(self.take(1)?[0]);
                            text.extend(self.take(length)?);
                        }
                        txt.push(text);
                    }
                }
            }
            self.at = next;
        }
        Some(match wanted {
            RecordType::A => Records::A(a),
            RecordType::Aaaa => Records::Aaaa(aaaa),
            RecordType::Mx => Records::Mx(mx),
            RecordType::Ptr => Records::Ptr(ptr),
            _ => Records::Txt(txt),
        })
    }
}
