use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct Run {
    /// Its exit code; `None` when it was killed, for example for taking too long.
    pub code: Option<i32>,
    /// Its standard output and then its standard error.
    pub said: String,
}

impl Run {
    /// Fails the test unless the program ended with `code`.
    ///
    /// # Panics
    ///
    /// When it did not.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.said);
        self
    }
}

/// Whether all of `programs` are installed. If not, says so, and fails the test where they must be.
///
/// # Panics
///
/// When one is missing and `INTEROP_REQUIRED` is set.
pub fn have(programs: &[&str]) -> bool {
    for program in programs {
        if find(program).is_none() {
            assert!(std::env::var_os("INTEROP_REQUIRED").is_none(), "{program} is not installed");
            eprintln!("skipped: {program} is not installed (tests/interop/install-peers.sh installs it)");
            return false;
        }
    }
    true
}

fn find(program: &str) -> Option<std::path::PathBuf> {
    if program.contains('/') {
        return Some(program.into()).filter(|path: &std::path::PathBuf| path.exists());
    }
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    path.split(':').map(|folder| std::path::Path::new(folder).join(program)).find(|path| path.is_file())
}

/// Runs a program to its end, or for half a minute.
///
/// # Panics
///
/// When it cannot be started.
pub fn run(command: &mut Command) -> Run {
    run_with_input(command, b"")
}

/// The same, with something on its standard input.
///
/// # Panics
///
/// When it cannot be started.
pub fn run_with_input(command: &mut Command, input: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|problem| panic!("{command:?}: {problem}"));
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that does not read all of it has its reasons.
        let _ = stdin.write_all(&input);
    });
    let readers = [reader(child.stdout.take().expect("a pipe")), reader(child.stderr.take().expect("a pipe"))];
    let patience = Instant::now() + Duration::from_secs(30);
    let code = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status.code();
        }
        if Instant::now() > patience {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let _ = writer.join();
    let said = readers.into_iter().map(|reader| reader.join().unwrap_or_default()).collect();
    Run { code, said }
}

fn reader(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut said = Vec::new();
        let _ = pipe.read_to_end(&mut said);
        String::from_utf8_lossy(&said).into_owned()
    })
}
