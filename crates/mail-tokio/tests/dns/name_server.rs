//! A name server on loopback that answers from a zone, over UDP and, for what does not fit, TCP.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{CNAME, MX, PTR, SOA, TXT};
use hickory_resolver::proto::rr::{self, RData, Record};
use mail_auth_spf_dkim::dns::{DnsError, Name, RecordType, Records, Zone};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};

use super::name;

/// What the server knows.
pub(crate) struct Known {
    pub(crate) zone: Zone,
    /// Aliases, and what they stand for.
    pub(crate) aliases: BTreeMap<Name, Name>,
    /// The time to live of everything, in seconds.
    pub(crate) time_to_live: u32,
    /// Whether it gives no answer at all.
    pub(crate) silent: bool,
    /// Texts of a name that was not asked for, in each answer.
    pub(crate) stray: Option<(Name, Records)>,
}

impl Known {
    pub(crate) fn new(zone: Zone) -> Self {
        Self { zone, aliases: BTreeMap::new(), time_to_live: 300, silent: false, stray: None }
    }
}

/// The server; it stops when it is dropped.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    questions: Arc<AtomicUsize>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl NameServer {
    pub(crate) async fn start(known: Known) -> io::Result<Self> {
        let (udp, tcp) = loop {
            let udp = UdpSocket::bind("127.0.0.1:0").await?;
            // The port may be taken for the other protocol.
            if let Ok(tcp) = TcpListener::bind(udp.local_addr()?).await {
                break (udp, tcp);
            }
        };
        let address = udp.local_addr()?;
        let (known, questions) = (Arc::new(known), Arc::new(AtomicUsize::new(0)));
        let tasks =
            vec![tokio::spawn(serve_udp(udp, known.clone(), questions.clone())), tokio::spawn(serve_tcp(tcp, known))];
        Ok(Self { address, questions, tasks })
    }

    /// How many questions came by UDP.
    pub(crate) fn questions(&self) -> usize {
        self.questions.load(Ordering::SeqCst)
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

async fn serve_udp(socket: UdpSocket, known: Arc<Known>, questions: Arc<AtomicUsize>) {
    let mut buffer = [0; 4096];
    while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
        questions.fetch_add(1, Ordering::SeqCst);
        let Ok(question) = Message::from_vec(&buffer[..length]) else { continue };
        if known.silent {
            continue;
        }
        let mut answer = known.answer(&question);
        if answer.to_vec().unwrap().len() > 1232 {
            answer = answer.truncate();
        }
        let _ = socket.send_to(&answer.to_vec().unwrap(), peer).await;
    }
}

async fn serve_tcp(listener: TcpListener, known: Arc<Known>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        while let Ok(length) = stream.read_u16().await {
            let mut question = vec![0; length.into()];
            if stream.read_exact(&mut question).await.is_err() {
                break;
            }
            let answer = known.answer(&Message::from_vec(&question).unwrap()).to_vec().unwrap();
            let _ = stream.write_u16(answer.len().try_into().unwrap()).await;
            let _ = stream.write_all(&answer).await;
        }
    }
}

impl Known {
    fn answer(&self, question: &Message) -> Message {
        let mut answer = Message::response(question.metadata.id, OpCode::Query);
        answer.metadata.recursion_desired = true;
        answer.metadata.recursion_available = true;
        let query = question.queries.first().unwrap().clone();
        let record_type = match query.query_type() {
            rr::RecordType::A => RecordType::A,
            rr::RecordType::AAAA => RecordType::Aaaa,
            rr::RecordType::MX => RecordType::Mx,
            rr::RecordType::PTR => RecordType::Ptr,
            _ => RecordType::Txt,
        };
        let labels: Vec<_> = query.name().iter().map(String::from_utf8_lossy).collect();
        let mut at = name(&labels.join("."));
        answer.add_query(query);
        // As a recursive server does, it follows aliases; it gives up on a loop with what it has.
        for _ in 0..4 {
            let Some(target) = self.aliases.get(&at) else { break };
            answer.add_answer(self.record(&at, RData::CNAME(CNAME(wire(target)))));
            at = target.clone();
        }
        if let Some((name, records)) = &self.stray {
            let records = data(records).into_iter().map(|data| self.record(name, data));
            answer.add_answers(records.collect::<Vec<_>>());
        }
        match self.zone.lookup(&at, record_type) {
            Ok(records) => {
                let records = data(records).into_iter().map(|data| self.record(&at, data));
                answer.add_answers(records.collect::<Vec<_>>());
            }
            Err(DnsError::Temporary) => answer.metadata.response_code = ResponseCode::ServFail,
            Err(error) => {
                if error == DnsError::NxDomain && !self.aliases.contains_key(&at) {
                    answer.metadata.response_code = ResponseCode::NXDomain;
                }
                let root = rr::Name::root();
                let authority = SOA::new(root.clone(), root, 1, 1, 1, 1, self.time_to_live);
                answer.add_authority(self.record(&Name::root(), RData::SOA(authority)));
            }
        }
        answer
    }

    fn record(&self, name: &Name, data: RData) -> Record {
        Record::from_rdata(wire(name), self.time_to_live, data)
    }
}

fn wire(name: &Name) -> rr::Name {
    let mut wire = rr::Name::from_labels(name.labels().map(str::as_bytes)).unwrap();
    wire.set_fqdn(true);
    wire
}

fn data(records: &Records) -> Vec<RData> {
    match records {
        Records::A(list) => list.iter().map(|address| RData::A((*address).into())).collect(),
        Records::Aaaa(list) => list.iter().map(|address| RData::AAAA((*address).into())).collect(),
        Records::Mx(list) => list.iter().map(|mx| RData::MX(MX::new(mx.preference, wire(&mx.exchange)))).collect(),
        Records::Ptr(list) => list.iter().map(|target| RData::PTR(PTR(wire(target)))).collect(),
        Records::Txt(list) => {
            // Strings of a hundred octets, so that most texts have several.
            let txt = |text: &Vec<u8>| {
                let mut strings: Vec<&[u8]> = text.chunks(100).collect();
                if strings.is_empty() {
                    strings.push(b"");
                }
                RData::TXT(TXT::from_bytes(strings))
            };
            list.iter().map(txt).collect()
        }
        _ => Vec::new(),
    }
}
