//! Zip files of others, read so that nothing they claim is believed: the directory is bounded before it is read, and each
//! file is unpacked as it passes, to no more than the directory says. The crate `zip`, which writes ours, keeps whole
//! directories in memory before anything can be bounded, and does not show what lies between the files.

mod directory;
mod unpack;

pub use directory::Entry;
pub use unpack::Unpacked;

use directory::Directory;
use std::io::{self, BufReader, Error, Read, Seek, SeekFrom};

/// The first bytes of every zip file that holds one.
pub const START: &[u8] = b"PK\x03\x04";
/// A local header without its name and what else it says (APPNOTE 4.3.7), bytes.
const LOCAL: usize = 30;
/// So much is read of the packed bytes at once.
const CHUNK: usize = 16 << 10;

/// A zip file whose directory was read.
pub struct Zipped<R> {
    source: R,
    directory: Directory,
}

fn broken(why: impl Into<String>) -> Error {
    Error::other(why.into())
}

impl<R: Read + Seek> Zipped<R> {
    /// Reads the directory of a zip file with at most so many files.
    ///
    /// # Errors
    /// When it is no zip file, holds more, or says what cannot be.
    pub fn open(mut source: R, most: usize) -> io::Result<Self> {
        let directory = Directory::read(&mut source, most)?;
        Ok(Self { source, directory })
    }

    /// Its files, as the directory has them.
    pub fn entries(&self) -> &[Entry] {
        &self.directory.entries
    }

    /// The file at this place of the directory, unpacked as it is read: to the size that the directory says, with the
    /// checksum that it says, or with an error.
    ///
    /// # Errors
    /// When it is packed in a way that is not taken, or the local header is another file's.
    pub fn unpack(&mut self, place: usize) -> io::Result<Unpacked<BufReader<io::Take<&mut R>>>> {
        let entry = self.directory.entries.get(place).ok_or_else(|| broken("there is no such file"))?;
        let local = local(&mut self.source, entry)?;
        if local.name != entry.name.as_bytes() || local.method != entry.method {
            return Err(broken(format!("{}: is called otherwise where it lies", entry.told())));
        }
        self.source.seek(SeekFrom::Start(local.data))?;
        let packed = BufReader::with_capacity(CHUNK, (&mut self.source).take(entry.packed));
        Unpacked::new(packed, entry)
    }

    /// Whether it holds plain files and nothing else: each is called the same in the directory and where it lies, is no
    /// folder and no link, and no byte lies before, between or behind them.
    ///
    /// # Errors
    /// What is there beside plain files.
    pub fn holds_only_files(&mut self) -> io::Result<()> {
        let mut order: Vec<&Entry> = self.directory.entries.iter().collect();
        order.sort_unstable_by_key(|entry| entry.at);
        let (mut next, mut names) = (0, std::collections::HashSet::new());
        for entry in order {
            if !entry.is_plain() {
                return Err(broken(format!("{}: is no plain file", entry.told())));
            }
            if !names.insert(entry.name.as_str()) {
                return Err(broken(format!("{}: is there twice", entry.told())));
            }
            if entry.at != next {
                return Err(broken(format!("{}: does not begin where the file before it ends", entry.told())));
            }
            let local = local(&mut self.source, entry)?;
            if !local.is_of(entry) {
                return Err(broken(format!("{}: the directory says otherwise than the file itself", entry.told())));
            }
            next = local.data.checked_add(entry.packed).ok_or_else(|| broken("the file ends in the middle"))?;
        }
        if next == self.directory.at && self.directory.is_last {
            Ok(())
        } else {
            Err(broken("it holds more than its files"))
        }
    }
}

/// What stands before a file where it lies.
struct Local {
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    size: u64,
    name: Vec<u8>,
    /// Where its bytes begin.
    data: u64,
}

impl Local {
    /// Whether it says what the directory says.
    fn is_of(&self, entry: &Entry) -> bool {
        (self.flags, self.method, self.crc) == (entry.flags, entry.method, entry.crc)
            && (self.packed, self.size) == (entry.packed, entry.size)
            && self.name == entry.name.as_bytes()
    }
}

fn local<R: Read + Seek>(source: &mut R, entry: &Entry) -> io::Result<Local> {
    let ends = |_| broken("the file ends in the middle");
    let wrong = || broken(format!("{}: is not where the directory says", entry.told()));
    source.seek(SeekFrom::Start(entry.at))?;
    let mut fixed = [0; LOCAL];
    source.read_exact(&mut fixed).map_err(ends)?;
    let mut head = directory::Numbers(fixed.strip_prefix(START).ok_or_else(wrong)?);
    let (_, flags, method, _) = (head.two()?, head.two()?, head.two()?, head.four()?);
    let (crc, packed, size) = (head.four()?, head.four()?, head.four()?);
    let (named, extra) = (usize::from(head.two()?), usize::from(head.two()?));
    let mut rest = vec![0; named + extra];
    source.read_exact(&mut rest).map_err(ends)?;
    let extra = rest.split_off(named);
    let mut large = directory::Large::of(&extra);
    let size = large.or(size)?;
    let packed = large.or(packed)?;
    let data = entry.at + (LOCAL + named + extra.len()) as u64;
    Ok(Local { flags, method, crc, packed, size, name: rest, data })
}

#[cfg(test)]
mod tests;
