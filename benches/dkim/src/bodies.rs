//! Bodies brought into canonical form, alone and with their hash.

use harness::{Group, corpus};
use mail_auth_spf_dkim::crypto::{Digest, HashAlgorithm, Hasher, default_provider};
use mail_auth_spf_dkim::dkim::{BodyCanonicalizer, BodyDefects, Canonicalization};

use crate::mail_auth;

/// The body of a message: what is behind the first empty line.
pub fn body(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|octets| octets == b"\r\n\r\n");
    end.map_or(&[], |end| &message[end + 4..])
}

fn canonical_length(form: Canonicalization, body: &[u8]) -> usize {
    let mut length = 0;
    let mut sink = |piece: &[u8]| length += std::hint::black_box(piece).len();
    let mut canonicalizer = BodyCanonicalizer::new(form);
    canonicalizer.update(body, &mut sink);
    canonicalizer.finish(&mut sink);
    length
}

fn digest(form: Canonicalization, body: &[u8], hasher: &mut dyn Hasher) -> (Digest, BodyDefects) {
    let mut canonicalizer = BodyCanonicalizer::new(form);
    canonicalizer.update(body, &mut |piece| hasher.update(piece));
    canonicalizer.finish(&mut |piece| hasher.update(piece));
    (hasher.finish(), canonicalizer.defects())
}

fn start(digest: &[u8]) -> u64 {
    digest.first_chunk().map_or(0, |start| u64::from_le_bytes(*start))
}

/// Whether both say the same of every body, but for those that have bare CRs or LFs.
fn compare(bodies: &[Vec<u8>]) {
    let mut hasher = default_provider().hasher(HashAlgorithm::Sha256);
    for form in [Canonicalization::Simple, Canonicalization::Relaxed] {
        let (mut same, mut bare) = (0, 0);
        for body in bodies {
            let (digest, defects) = digest(form, body, &mut *hasher);
            if digest.as_ref() == mail_auth::digest(form, body) {
                same += 1;
            } else {
                assert_ne!(defects, BodyDefects::default(), "another digest of {:?}", String::from_utf8_lossy(body));
                bare += 1;
            }
        }
        println!("{form}: {same} digests agree; {bare} do not, all of bodies with bare CRs or LFs");
    }
}

/// 50 kB of text with double spaces, and of base64.
fn texts() -> [(&'static str, Vec<u8>); 2] {
    let words = "It was  the best of times, it was the\tworst of times,  it was the age of wisdom. \r\n";
    let base64 = "VGhpcyBpcyBhIGxpbmUgb2YgYmFzZTY0LCBhcyBsb25nIGFzIE1JTUUgYWxsb3dzOiA3NiBj\r\n";
    let repeated = |line: &str| line.repeat(50_000 / line.len()).into_bytes();
    [("text with double spaces", repeated(words)), ("base64", repeated(base64))]
}

pub fn run() {
    let bodies: Vec<Vec<u8>> = corpus().iter().map(|message| body(message).to_vec()).collect();
    compare(&bodies);
    measure("all bodies", &bodies);
    measure("every 50th body", &bodies.iter().step_by(50).cloned().collect::<Vec<_>>());
    for (name, text) in texts() {
        measure(name, &[text]);
    }
}

fn measure(name: &str, bodies: &[Vec<u8>]) {
    let octets = bodies.iter().map(Vec::len).sum();
    let group = |what: String| (format!("{name}: {what}"), bodies.len());
    for form in [Canonicalization::Relaxed, Canonicalization::Simple] {
        let (title, items) = group(format!("{form}"));
        let mut copy = vec![0; bodies.iter().map(Vec::len).max().unwrap_or(0)];
        let lengths = |length: fn(Canonicalization, &[u8]) -> usize| {
            move || bodies.iter().map(|body| length(form, body) as u64).sum()
        };
        Group::new(&title, items)
            .bytes(octets)
            .contender("mail-auth 0.15.1", lengths(mail_auth::canonical_length))
            .contender("ours", lengths(canonical_length))
            .contender("limit: memcpy", || {
                for body in bodies {
                    std::hint::black_box(&mut copy[..body.len()]).copy_from_slice(body);
                }
                0
            })
            .run();
        let (title, items) = group(format!("{form}, and SHA-256"));
        let mut hasher = default_provider().hasher(HashAlgorithm::Sha256);
        let mut plain = default_provider().hasher(HashAlgorithm::Sha256);
        Group::new(&title, items)
            .bytes(octets)
            .contender("mail-auth 0.15.1", || {
                bodies.iter().map(|body| start(&mail_auth::digest(form, body)) >> 32).sum()
            })
            .contender("ours", || {
                bodies.iter().map(|body| start(digest(form, body, &mut *hasher).0.as_ref()) >> 32).sum()
            })
            .contender("limit: SHA-256 alone", || {
                let mut sum = 0;
                for body in bodies {
                    plain.update(body);
                    sum += start(plain.finish().as_ref()) >> 32;
                }
                sum
            })
            .run();
    }
}
