//! The bodies that the message had at earlier hops, made and hashed while the present one passes by (sections 5.2 and 6.1).

use alloc::vec::Vec;

use memchr::memchr;

use super::recipe::Step;
use crate::crypto::{Digest, HashAlgorithm, Provider};
use crate::dkim::Canonicalization;
use crate::dkim::body_hash::{BodyHashIndex, BodyHashes};

/// The bodies before each change, from the present one back.
#[derive(Debug, Default)]
pub(super) struct EarlierBodies {
    bodies: Vec<EarlierBody>,
    after: Vec<u8>,
    before: Vec<u8>,
}

#[derive(Debug)]
struct EarlierBody {
    undo: Undo,
    hashes: BodyHashes,
}

impl EarlierBodies {
    /// Another one, made of the last by these steps.
    pub(super) fn push(&mut self, steps: Vec<Step>) {
        self.bodies.push(EarlierBody { undo: Undo::new(steps), hashes: BodyHashes::default() });
    }

    /// A hash that is wanted of the last one.
    pub(super) fn want(&mut self, provider: &dyn Provider, algorithm: HashAlgorithm) -> Option<BodyHashIndex> {
        let hashes = &mut self.bodies.last_mut()?.hashes;
        Some(hashes.want(provider, Canonicalization::Simple, algorithm, None))
    }

    /// The next piece of the present body.
    pub(super) fn update(&mut self, piece: &[u8]) {
        self.pass(piece, |_, _| ());
    }

    /// The present body is complete.
    pub(super) fn finish(&mut self) {
        self.pass(&[], Undo::finish);
        self.bodies.iter_mut().for_each(|body| body.hashes.finish());
    }

    fn pass(&mut self, piece: &[u8], and_then: impl Fn(&mut Undo, &mut Vec<u8>)) {
        let Self { bodies, after, before } = self;
        for (index, EarlierBody { undo, hashes }) in bodies.iter_mut().enumerate() {
            before.clear();
            undo.update(if index == 0 { piece } else { after }, before);
            and_then(undo, before);
            hashes.update(before);
            core::mem::swap(before, after);
        }
    }

    /// The hash of one of them, counted from the present body back; `None` if its steps do not fit the body.
    pub(super) fn digest(&self, body: usize, index: BodyHashIndex) -> Option<&Digest> {
        let fit = self.bodies.get(..=body)?.iter().all(|body| !body.undo.failed);
        self.bodies.get(body).filter(|_| fit)?.hashes.digest(index)
    }
}

/// Takes a change back, line by line. Nothing is held, for steps copy in order.
#[derive(Debug)]
struct Undo {
    steps: Vec<Step>,
    /// The step that is next, or under way.
    step: usize,
    /// The number of the line, from 1.
    line: u64,
    in_line: bool,
    copying: bool,
    after_cr: bool,
    failed: bool,
}

impl Undo {
    const fn new(steps: Vec<Step>) -> Self {
        Self { steps, step: 0, line: 0, in_line: false, copying: false, after_cr: false, failed: false }
    }

    fn update(&mut self, mut input: &[u8], out: &mut Vec<u8>) {
        while !input.is_empty() {
            if !self.in_line {
                self.line += 1;
                self.in_line = true;
                self.follow(self.line, out);
                let copies = |step: &Step| matches!(step, Step::Copy { first, .. } if *first <= self.line);
                self.copying = self.steps.get(self.step).is_some_and(copies);
            }
            let (part, rest) = input.split_at(self.rest_of_line(input));
            self.after_cr = part.last() == Some(&b'\r');
            if self.copying {
                out.extend_from_slice(part);
            }
            input = rest;
        }
    }

    /// How many octets of the input are in this line.
    fn rest_of_line(&mut self, input: &[u8]) -> usize {
        let mut from = 0;
        while let Some(position) = memchr(b'\n', input.get(from..).unwrap_or_default()) {
            let lf = from + position;
            let cr = if lf == 0 { self.after_cr } else { input.get(lf - 1) == Some(&b'\r') };
            if cr {
                self.in_line = false;
                return lf + 1;
            }
            from = lf + 1;
        }
        input.len()
    }

    /// Follows the steps up to the one that copies this line or a later one.
    fn follow(&mut self, line: u64, out: &mut Vec<u8>) {
        while let Some(step) = self.steps.get(self.step) {
            match step {
                Step::Copy { last, .. } if *last >= line => return,
                Step::Copy { .. } => {}
                Step::Literal(lines) => lines.iter().for_each(|line| {
                    out.extend_from_slice(line);
                    out.extend_from_slice(b"\r\n");
                }),
            }
            self.step += 1;
        }
    }

    /// No line follows.
    fn finish(&mut self, out: &mut Vec<u8>) {
        if self.in_line && self.copying && self.step + 1 < self.steps.len() {
            out.extend_from_slice(b"\r\n");
        }
        self.follow(self.line.saturating_add(1), out);
        self.failed = self.step < self.steps.len();
    }
}
