//! Messages out of files, with the line ends that they have on the wire.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use memchr::memchr_iter;

use crate::private;
use crate::terminal::about;

/// Opens a file, or standard input if it is `-`.
///
/// # Errors
///
/// When there is no such file, or it cannot be read.
pub fn open(file: &Path) -> io::Result<Box<dyn Read + Send>> {
    if file == Path::new("-") { Ok(Box::new(io::stdin())) } else { Ok(Box::new(existing(file)?)) }
}

/// The same, to be read twice: standard input, or a pipe, goes to a file without a name, which is gone when it is closed.
///
/// # Errors
///
/// When there is no such file, or it cannot be read or written.
pub fn open_to_read_twice(file: &Path) -> io::Result<File> {
    let mut once: Box<dyn Read> = if file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        let existing = existing(file)?;
        if existing.metadata()?.is_file() {
            return Ok(existing);
        }
        Box::new(existing)
    };
    let folder = std::env::temp_dir();
    let kept = |problem| about(format_args!("no copy of it can be kept in {}", folder.display()), problem);
    let mut spool = without_name(&folder).map_err(kept)?;
    io::copy(&mut once, &mut spool)?;
    spool.rewind()?;
    Ok(spool)
}

/// A new file in a folder that others may write to, which no longer has the name that nobody could guess.
fn without_name(folder: &Path) -> io::Result<File> {
    let path = folder.join(format!("message-{}", private::random_word()));
    let file = private::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

fn existing(file: &Path) -> io::Result<File> {
    let opened = File::open(file)?;
    if opened.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    Ok(opened)
}

/// Turns the LFs of a file into CRLFs, if its first line ends with one.
///
/// A file whose first line ends with CRLF is what came over the wire: a CR or LF that stands alone in it stays as it is.
#[derive(Debug, Default)]
pub struct LineEnds {
    unix: Option<bool>,
    /// The octet before the next piece is a CR.
    cr: bool,
    converted: Vec<u8>,
}

impl LineEnds {
    /// Nothing is read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next piece of the file, as it is on the wire.
    pub fn convert<'a>(&'a mut self, piece: &'a [u8]) -> &'a [u8] {
        let after_cr = self.cr;
        self.cr = piece.last().map_or(after_cr, |octet| *octet == b'\r');
        let is_bare = |at: usize| if at == 0 { !after_cr } else { piece[at - 1] != b'\r' };
        if self.unix.is_none() {
            self.unix = memchr_iter(b'\n', piece).next().map(is_bare);
        }
        if self.unix != Some(true) {
            return piece;
        }
        self.converted.clear();
        let mut taken = 0;
        for at in memchr_iter(b'\n', piece).filter(|&at| is_bare(at)) {
            self.converted.extend_from_slice(&piece[taken..at]);
            self.converted.push(b'\r');
            taken = at;
        }
        self.converted.extend_from_slice(&piece[taken..]);
        &self.converted
    }

    /// Whether the lines end with LF alone.
    pub fn are_unix(&self) -> bool {
        self.unix == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::LineEnds;

    fn converted(text: &str, size: usize) -> String {
        let mut line_ends = LineEnds::new();
        text.as_bytes().chunks(size).flat_map(|piece| line_ends.convert(piece).to_vec()).map(char::from).collect()
    }

    #[test]
    fn the_first_line_decides_in_pieces_of_every_size() {
        for size in 1..12 {
            assert_eq!(converted("a: 1\nb: 2\n\nbody\r\nend\n", size), "a: 1\r\nb: 2\r\n\r\nbody\r\nend\r\n");
            assert_eq!(converted("a: 1\r\nb: 2\n\r\rbody\n", size), "a: 1\r\nb: 2\n\r\rbody\n");
            assert_eq!(converted("no line end", size), "no line end");
            assert_eq!(converted("\nbody", size), "\r\nbody");
        }
    }
}
