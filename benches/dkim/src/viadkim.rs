//! viadkim, whose lookup answers from memory.

use std::io;
use std::pin::Pin;

use peer_viadkim::Config;
use peer_viadkim::header::HeaderFields;
use peer_viadkim::verifier::{LookupTxt, VerificationStatus};

#[derive(Clone)]
struct Record(String);

impl LookupTxt for Record {
    type Answer = Vec<io::Result<Vec<u8>>>;
    type Query<'a> = Pin<Box<dyn Future<Output = io::Result<Self::Answer>> + Send + 'a>>;

    fn lookup_txt(&self, _: &str) -> Self::Query<'_> {
        let record = self.0.clone().into_bytes();
        Box::pin(async move { Ok(vec![Ok(record)]) })
    }
}

pub struct Verifier {
    runtime: tokio::runtime::Runtime,
    record: Record,
}

impl Verifier {
    pub fn new(record: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { runtime, record: Record(record.to_owned()) }
    }

    pub fn passes(&self, message: &[u8]) -> bool {
        let end = message.windows(4).position(|octets| octets == b"\r\n\r\n").expect("a body");
        let (header, body) = (&message[..end + 2], &message[end + 4..]);
        let header: HeaderFields = std::str::from_utf8(header).expect("ASCII").parse().expect("a header");
        let results = self.runtime.block_on(peer_viadkim::verify(&self.record, &header, body, &Config::default()));
        matches!(results.as_slice(), [result] if matches!(result.status, VerificationStatus::Success))
    }
}
