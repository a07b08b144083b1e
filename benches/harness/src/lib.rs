//! Compares contenders on the same work in one process: interleaved rounds, the median of each, allocations of one
//! warm pass, and the ratio to the first.
//!
//! A contender is a closure that does the work once and returns a number made from its result, so that the work can
//! not be optimised away. [`Group::run`] calls each once before it measures anything; where the numbers must agree
//! ([`Group::same_work`]), a difference ends the program.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(25);

/// One way to do the work.
struct Contender<'a> {
    name: &'a str,
    work: Box<dyn FnMut() -> u64 + 'a>,
}

/// Contenders for the same work.
pub struct Group<'a> {
    name: &'a str,
    bytes: Option<usize>,
    items: usize,
    same_work: bool,
    contenders: Vec<Contender<'a>>,
}

impl<'a> Group<'a> {
    /// A comparison called `name`, of work that goes over `items` things at a time.
    pub fn new(name: &'a str, items: usize) -> Self {
        Self { name, bytes: None, items, same_work: false, contenders: Vec::new() }
    }

    /// The work goes over so many bytes: print MB/s.
    pub fn bytes(mut self, bytes: usize) -> Self {
        self.bytes = Some(bytes);
        self
    }

    /// All contenders whose name does not begin with `limit` must return the same number.
    pub fn same_work(mut self) -> Self {
        self.same_work = true;
        self
    }

    /// Adds a contender. The first is what the ratios compare with: above 1.00, the other takes longer.
    pub fn contender(mut self, name: &'a str, work: impl FnMut() -> u64 + 'a) -> Self {
        self.contenders.push(Contender { name, work: Box::new(work) });
        self
    }

    /// Measures and prints.
    pub fn run(mut self) {
        let wanted = std::env::var("GROUP").unwrap_or_default();
        if !self.name.contains(&wanted) {
            return;
        }
        println!("\n{} ({} items)", self.name, self.items);
        println!("  {:<44} {:>12} {:>10} {:>8} {:>8}", "", "ns/item", "MB/s", "ratio", "allocs");
        let mut first = None;
        let mut passes = Vec::new();
        for contender in &mut self.contenders {
            let result = (contender.work)();
            if self.same_work && !contender.name.starts_with("limit") {
                let expected = *first.get_or_insert(result);
                assert_eq!(result, expected, "{}: {} did other work", self.name, contender.name);
            }
            passes.push(passes_per_round(contender));
        }
        let mut rounds = vec![Vec::new(); self.contenders.len()];
        for _ in 0..ROUNDS {
            for ((contender, passes), rounds) in self.contenders.iter_mut().zip(&passes).zip(&mut rounds) {
                let start = Instant::now();
                for _ in 0..*passes {
                    black_box((contender.work)());
                }
                rounds.push(start.elapsed().as_secs_f64() / f64::from(*passes));
            }
        }
        let medians: Vec<f64> = rounds
            .iter_mut()
            .map(|rounds| {
                rounds.sort_by(f64::total_cmp);
                rounds[ROUNDS / 2]
            })
            .collect();
        for (contender, seconds) in self.contenders.iter_mut().zip(&medians) {
            let allocations = allocation_counter::measure(|| {
                black_box((contender.work)());
            });
            let rate = self.bytes.map_or(String::new(), |bytes| format!("{:.0}", bytes as f64 / seconds / 1e6));
            println!(
                "  {:<44} {:>12.1} {:>10} {:>8.2} {:>8.2}",
                contender.name,
                seconds * 1e9 / self.items as f64,
                rate,
                seconds / medians[0],
                allocations.count_total as f64 / self.items as f64,
            );
        }
    }
}

/// How many passes fill a round.
fn passes_per_round(contender: &mut Contender<'_>) -> u32 {
    let start = Instant::now();
    black_box((contender.work)());
    (ROUND.as_secs_f64() / start.elapsed().as_secs_f64().max(1e-9)).clamp(1.0, 1e7) as u32
}

/// The work of copying these pieces, one after the other to the same place: what memory allows.
pub fn copying<'p>(pieces: impl Iterator<Item = &'p [u8]> + Clone) -> impl FnMut() -> u64 {
    let mut copy = Vec::new();
    move || {
        for piece in pieces.clone() {
            copy.clear();
            copy.extend_from_slice(piece);
            black_box(&copy);
        }
        copy.len() as u64
    }
}

/// A cheap sum over bytes, for results that must agree.
pub fn checksum(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(bytes.len() as u64, |sum, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.rotate_left(5) ^ u64::from_le_bytes(word)
    })
}

/// The messages that `benches/fetch_corpus.sh` fetched, or an explanation and exit code 1.
pub fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    if paths.is_empty() {
        eprintln!("no corpus: run benches/fetch_corpus.sh first");
        std::process::exit(1);
    }
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a readable message")).collect()
}
