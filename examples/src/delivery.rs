//! Messages on their way to the disk: into a Maildir, or behind others into an mbox file.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::private;

/// A message on its way to the disk. Dropped before [`finish`](Self::finish), it leaves nothing behind.
#[derive(Debug)]
pub struct Delivery {
    file: File,
    /// What is not written yet, so that the disk is asked seldom.
    unwritten: Vec<u8>,
    into: Form,
    finished: bool,
}

#[derive(Debug)]
enum Form {
    /// A file of its own, which gets its real name when it is whole.
    Maildir { tmp: PathBuf, new: PathBuf },
    /// Behind the others, from `start` on.
    Mbox { start: u64, lines: MboxLines },
}

/// How much is written at once.
const PIECE: usize = 64 * 1024;

impl Delivery {
    /// Begins a delivery into a Maildir, which is made if it is not there. `number` tells deliveries of one process apart.
    ///
    /// # Errors
    ///
    /// When the Maildir cannot be made or written to.
    pub fn into_maildir(maildir: &Path, number: usize) -> io::Result<Self> {
        for folder in ["tmp", "new", "cur"] {
            private::create_folder(maildir.join(folder))?;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = format!("{}.M{:06}P{}Q{number}.fetch", now.as_secs(), now.subsec_micros(), std::process::id());
        let (tmp, new) = (maildir.join("tmp").join(&name), maildir.join("new").join(name));
        let file = private::options().write(true).create_new(true).open(&tmp)?;
        Ok(Self { file, unwritten: Vec::new(), into: Form::Maildir { tmp, new }, finished: false })
    }

    /// Begins a delivery to the end of an mbox file, which is made if it is not there. It waits until no other process that
    /// locks the file delivers to it.
    ///
    /// # Errors
    ///
    /// When the file cannot be locked or written to.
    pub fn into_mbox(mbox: &Path) -> io::Result<Self> {
        let mut file = loop {
            let file = private::options().read(true).append(true).create(true).open(mbox)?;
            file.lock()?;
            // While it was waited for, it may have been taken away.
            if is_same(&file, mbox)? {
                break file;
            }
        };
        let start = file.metadata()?.len();
        file.seek(SeekFrom::Start(start.saturating_sub(3)))?;
        let mut end = Vec::new();
        (&file).take(3).read_to_end(&mut end)?;
        // Somebody was interrupted: what is behind an unfinished line would belong to the message before.
        let gap: &[u8] = match end.as_slice() {
            [] | [.., b'\n', b'\n'] | [.., b'\n', b'\r', b'\n'] => b"",
            [.., b'\n'] => b"\n",
            _ => b"\n\n",
        };
        let unwritten = [gap, b"From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"].concat();
        Ok(Self { file, unwritten, into: Form::Mbox { start, lines: MboxLines::default() }, finished: false })
    }

    /// Adds octets to the message.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        match &mut self.into {
            Form::Maildir { .. } => self.unwritten.extend_from_slice(octets),
            Form::Mbox { lines, .. } => lines.push(octets, &mut self.unwritten),
        }
        if self.unwritten.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    /// Brings the message to the disk. When this returns, a power failure does not take it away.
    ///
    /// # Errors
    ///
    /// When it cannot be written or given its name.
    pub fn finish(mut self) -> io::Result<()> {
        if let Form::Mbox { lines, .. } = &mut self.into {
            lines.end(&mut self.unwritten);
            self.unwritten.push(b'\n');
        }
        self.flush()?;
        self.file.sync_all()?;
        if let Form::Maildir { tmp, new } = &self.into {
            fs::rename(tmp, new)?;
            if let Some(folder) = new.parent() {
                File::open(folder)?.sync_all()?;
            }
        }
        self.finished = true;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.unwritten)?;
        self.unwritten.clear();
        Ok(())
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        // Half a message must not look like a whole one.
        let _ = match &self.into {
            Form::Maildir { tmp, .. } => fs::remove_file(tmp),
            Form::Mbox { start, .. } => self.file.set_len(*start),
        };
    }
}

/// Whether a file is still the one at its path.
fn is_same(file: &File, path: &Path) -> io::Result<bool> {
    let (file, path) = (
        file.metadata()?,
        match fs::metadata(path) {
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => return Ok(false),
            found => found?,
        },
    );
    #[cfg(unix)]
    let same = {
        use std::os::unix::fs::MetadataExt as _;
        (file.dev(), file.ino()) == (path.dev(), path.ino())
    };
    #[cfg(not(unix))]
    let same = file.len() == path.len();
    Ok(same)
}

/// Lines in the form of mbox that can be undone: one of any number of `>` and `From ` gets one `>` more. Lines may be of any
/// length; no more of one is held than its beginning or its end.
#[derive(Debug, Default)]
struct MboxLines {
    place: Place,
    /// A CR that the line may end with.
    cr: bool,
}

/// Where in a line it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Place {
    #[default]
    Start,
    /// Behind nothing but `>`s.
    Quotes,
    /// Behind so many octets of [`FROM`], and nothing but `>`s in front of them. They are held.
    From(usize),
    Inside,
}

const FROM: &[u8] = b"From ";

impl MboxLines {
    fn push(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        let mut rest = octets;
        while let Some((&first, behind)) = rest.split_first() {
            let matched = match self.place {
                Place::Start | Place::Quotes => Some(0),
                Place::From(matched) => Some(matched),
                Place::Inside => None,
            };
            match matched {
                // They are written as they come: it does not matter in front of which of them one more stands.
                Some(0) if first == b'>' => {
                    out.push(b'>');
                    (self.place, rest) = (Place::Quotes, behind);
                }
                Some(matched) if FROM[matched] == first => {
                    (self.place, rest) = (Place::From(matched + 1), behind);
                    if matched + 1 == FROM.len() {
                        out.push(b'>');
                        self.begin(out);
                    }
                }
                Some(_) => self.begin(out),
                None => rest = self.go_on(rest, out),
            }
        }
    }

    /// What is held is the beginning of a line as any other.
    fn begin(&mut self, out: &mut Vec<u8>) {
        if let Place::From(matched) = self.place {
            out.extend_from_slice(&FROM[..matched]);
        }
        self.place = Place::Inside;
    }

    /// The rest of a line, as far as it is there. What is behind it is given back.
    fn go_on<'a>(&mut self, octets: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
        let (line, behind, ended) = match octets.iter().position(|octet| *octet == b'\n') {
            Some(end) => (&octets[..end], &octets[end + 1..], true),
            None => (octets, &[][..], false),
        };
        if !line.is_empty() && std::mem::take(&mut self.cr) {
            out.push(b'\r');
        }
        let (text, cr) = line.strip_suffix(b"\r").map_or((line, false), |text| (text, true));
        out.extend_from_slice(text);
        self.cr |= cr;
        if ended {
            self.end(out);
        }
        behind
    }

    /// Ends the line that has begun, if one has.
    fn end(&mut self, out: &mut Vec<u8>) {
        if self.place != Place::Start {
            self.begin(out);
            out.push(b'\n');
        }
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, which is gone afterwards.
    struct Place(PathBuf);

    impl Place {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("delivery-{name}-{}", std::process::id()));
            private::create_folder(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    const LINE: &str = "From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n";

    fn deliver(mbox: &Path, message: &str) {
        let mut delivery = Delivery::into_mbox(mbox).unwrap();
        message.as_bytes().chunks(3).for_each(|piece| delivery.write(piece).unwrap());
        delivery.finish().unwrap();
    }

    #[test]
    fn messages_stand_one_behind_the_other_whatever_was_there() {
        let place = Place::new("behind");
        let mbox = place.0.join("mbox");
        let delivered = format!("{LINE}A: b\n\n>From here\n>>From there\nlast\n\n");
        for (before, gap) in
            [("", ""), ("x\n\n", ""), ("x\r\n\r\n", ""), ("x\n", "\n"), ("x\r\n", "\n"), ("half a li", "\n\n")]
        {
            fs::write(&mbox, before).unwrap();
            deliver(&mbox, "A: b\r\n\r\nFrom here\r\n>From there\r\nlast");
            assert_eq!(fs::read_to_string(&mbox).unwrap(), format!("{before}{gap}{delivered}"));
        }
    }

    #[test]
    fn lines_are_the_same_in_pieces_of_any_size() {
        let lines = [
            "", "\r", "\r\r", "a", "a\r", "a\rb", ">", ">>", "F", ">From", "From ", ">>From x", "From\r", "\rFrom ",
            "F From ", "> From ",
        ];
        for (one, two) in lines.iter().flat_map(|one| lines.map(|two| (one, two))) {
            let text = format!("{one}\r\n{two}\n{one}");
            let expected: String = [format!("{one}\r"), two.to_string(), one.to_string()]
                .iter()
                .enumerate()
                .filter(|(number, line)| *number < 2 || !line.is_empty())
                .map(|(_, line)| {
                    let line = line.strip_suffix('\r').unwrap_or(line);
                    let quoted = line.trim_start_matches('>').starts_with("From ");
                    format!("{}{line}\n", if quoted { ">" } else { "" })
                })
                .collect();
            for size in 1..=text.len() {
                let (mut lines, mut out) = (MboxLines::default(), Vec::new());
                text.as_bytes().chunks(size).for_each(|piece| lines.push(piece, &mut out));
                lines.end(&mut out);
                assert_eq!(String::from_utf8_lossy(&out), expected, "{text:?} in pieces of {size}");
            }
        }
    }

    /// Whoever sends a message may never end its line.
    #[test]
    fn a_line_of_any_length_is_not_held() {
        for text in ["x", ">"] {
            let (mut lines, mut out) = (MboxLines::default(), Vec::new());
            lines.push(text.repeat(100_000).as_bytes(), &mut out);
            assert_eq!(out.len(), 100_000);
        }
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let place = Place::new("nothing");
        let mbox = place.0.join("mbox");
        deliver(&mbox, "A: b\r\n\r\n");
        let before = fs::read(&mbox).unwrap();
        let mut delivery = Delivery::into_mbox(&mbox).unwrap();
        delivery.write(&b"line\r\n".repeat(2 * PIECE / 6)).unwrap();
        delivery.write(b"half").unwrap();
        assert!(fs::metadata(&mbox).unwrap().len() > before.len() as u64);
        drop(delivery);
        assert_eq!(fs::read(&mbox).unwrap(), before);
        let mut delivery = Delivery::into_maildir(&place.0, 1).unwrap();
        delivery.write(&[b'x'; 2 * PIECE]).unwrap();
        drop(delivery);
        assert_eq!(fs::read_dir(place.0.join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn one_delivery_waits_for_another() {
        let place = Place::new("waits");
        let mbox = place.0.join("mbox");
        let mut first = Delivery::into_mbox(&mbox).unwrap();
        first.write(b"first\r\n").unwrap();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| deliver(&mbox, "second\r\n"));
            first.write(&b"first\r\n".repeat(PIECE)).unwrap();
            drop(first);
            second.join().unwrap();
        });
        assert_eq!(fs::read_to_string(&mbox).unwrap(), format!("{LINE}second\n\n"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_was_taken_away_meanwhile_gets_nothing() {
        let place = Place::new("away");
        let (mbox, away) = (place.0.join("mbox"), place.0.join("away"));
        let first = Delivery::into_mbox(&mbox).unwrap();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| deliver(&mbox, "second\r\n"));
            fs::rename(&mbox, &away).unwrap();
            drop(first);
            second.join().unwrap();
        });
        assert_eq!(fs::read_to_string(&mbox).unwrap(), format!("{LINE}second\n\n"));
        assert_eq!(fs::read_to_string(&away).unwrap(), "");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let place = Place::new("private");
        let delivery = Delivery::into_maildir(&place.0.join("mail"), 1).unwrap();
        delivery.finish().unwrap();
        let new = place.0.join("mail/new");
        let file = fs::read_dir(&new).unwrap().next().unwrap().unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(new).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
