//! The directory at the end of a zip file (APPNOTE 4.3.12 to 4.3.16).

use super::broken;
use std::io::{self, Read, Seek, SeekFrom};

/// The record that ends a zip file, without its comment, bytes.
const END: usize = 22;
/// The longest comment behind it.
const COMMENT: usize = 0xFFFF;
/// Where the larger record lies, told just before the end.
const LOCATOR: usize = 20;
/// The larger record.
const LARGE_END: usize = 56;
/// One file in the directory without its name and what else is said of it.
const CENTRAL: usize = 46;
/// The most bytes of a directory for each file in it: what is fixed, a name, and some words more.
const PER_FILE: u64 = 1_024;
/// That a name is UTF-8.
const UTF_8: u16 = 1 << 11;

/// What the directory says of one file.
#[derive(Debug)]
pub struct Entry {
    /// Its path.
    pub name: String,
    /// Its size once it is unpacked, bytes.
    pub size: u64,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) packed: u64,
    /// Where its local header begins.
    pub(super) at: u64,
    /// What kind of file it is, as Unix has it; 0 where nobody said.
    mode: u32,
}

impl Entry {
    /// Its path, cut so that it can be told.
    pub(super) fn told(&self) -> String {
        self.name.chars().take(80).collect()
    }

    /// Whether it is a file, and its path leads nowhere but down.
    pub(super) fn is_plain(&self) -> bool {
        let kind = self.mode & 0o170_000;
        let steps = || self.name.split('/');
        (kind == 0 || kind == 0o100_000)
            && !self.name.contains(['\\', '\0', ':'])
            && steps().all(|step| !matches!(step, "" | "." | ".."))
    }
}

/// What lies at the end of a zip file.
#[derive(Debug)]
pub(super) struct Directory {
    pub entries: Vec<Entry>,
    /// Where it begins.
    pub at: u64,
    /// Nothing lies between it and the end, and nothing behind.
    pub is_last: bool,
}

/// Where the directory is said to be.
struct Place {
    count: u64,
    size: u64,
    at: u64,
    /// Where what tells of it begins.
    told_at: u64,
    /// Whether the file ends without a comment.
    bare: bool,
}

impl Directory {
    pub fn read<R: Read + Seek>(source: &mut R, most: usize) -> io::Result<Self> {
        let place = Place::find(source)?;
        if place.count > most as u64 || place.size > most as u64 * PER_FILE {
            return Err(broken(format!("it holds more than {most} files, or says too much of them")));
        }
        let end = place.at.checked_add(place.size).filter(|end| *end <= place.told_at);
        let end = end.ok_or_else(|| broken("its directory is not where it says"))?;
        source.seek(SeekFrom::Start(place.at))?;
        let mut bytes = vec![0; usize::try_from(place.size).map_err(|_| broken("its directory is too large"))?];
        source.read_exact(&mut bytes)?;
        let mut rest = Numbers(&bytes);
        let mut entries = Vec::new();
        while !rest.0.is_empty() {
            if entries.len() as u64 >= place.count {
                return Err(broken("its directory counts fewer files than it lists"));
            }
            entries.push(entry(&mut rest, place.at)?);
        }
        if entries.len() as u64 != place.count {
            return Err(broken("its directory counts more files than it lists"));
        }
        Ok(Self { entries, at: place.at, is_last: place.bare && end == place.told_at })
    }
}

fn entry(rest: &mut Numbers<'_>, end: u64) -> io::Result<Entry> {
    let mut head = Numbers(rest.take(CENTRAL)?.strip_prefix(b"PK\x01\x02").ok_or_else(|| broken("its directory"))?);
    let (_, _, flags, method, _) = (head.two()?, head.two()?, head.two()?, head.two()?, head.four()?);
    let (crc, packed, size) = (head.four()?, head.four()?, head.four()?);
    let (named, extra, comment) = (head.two()?, head.two()?, head.two()?);
    let (_, _, attributes, at) = (head.two()?, head.two()?, head.four()?, head.four()?);
    let name = rest.take(named.into())?;
    let mut large = Large::of(rest.take(extra.into())?);
    rest.take(comment.into())?;
    let name = match std::str::from_utf8(name) {
        Ok(name) if flags & UTF_8 != 0 || name.is_ascii() => name.to_owned(),
        // Names of old are in a code page that is not told; none that is looked for is.
        _ => name.escape_ascii().to_string(),
    };
    let (size, packed, at) = (large.or(size)?, large.or(packed)?, large.or(at)?);
    if at >= end || packed > end - at {
        return Err(broken("a file lies behind the directory"));
    }
    Ok(Entry { name, size, flags, method, crc, packed, at, mode: attributes >> 16 })
}

impl Place {
    fn find<R: Read + Seek>(source: &mut R) -> io::Result<Self> {
        let length = source.seek(SeekFrom::End(0))?;
        let many = length.min((END + COMMENT + LOCATOR) as u64);
        source.seek(SeekFrom::Start(length - many))?;
        let mut tail = vec![0; usize::try_from(many).unwrap_or_default()];
        source.read_exact(&mut tail)?;
        let ends = |from: &usize| {
            let Some(mut end) = tail.get(*from..).and_then(|end| end.strip_prefix(b"PK\x05\x06")).map(Numbers) else {
                return false;
            };
            end.take(END - 6).is_ok() && end.two().is_ok_and(|comment| usize::from(comment) == end.0.len())
        };
        let last = tail.len().checked_sub(END).ok_or_else(|| broken("it is no zip file"))?;
        let from = (0..=last).rev().find(ends).ok_or_else(|| broken("it is no zip file, or is cut off"))?;
        let mut end = Numbers(tail.get(from + 4..).unwrap_or_default());
        let (disk, other, here, count) = (end.two()?, end.two()?, end.two()?, end.two()?);
        let (size, at) = (end.four()?, end.four()?);
        let told_at = length - many + from as u64;
        let bare = from == last;
        if (disk, other) != (0, 0) || here != count {
            return Err(broken("it is a part of several"));
        }
        let is_large = count == u16::MAX || size == u32::MAX || at == u32::MAX;
        match from.checked_sub(LOCATOR).and_then(|from| tail.get(from..)?.strip_prefix(b"PK\x06\x07")) {
            Some(locator) if is_large => Self::find_large(source, Numbers(locator), told_at - LOCATOR as u64, bare),
            _ if is_large => Err(broken("its directory is not where it says")),
            _ => Ok(Self { count: count.into(), size: size.into(), at: at.into(), told_at, bare }),
        }
    }

    fn find_large<R: Read + Seek>(source: &mut R, mut locator: Numbers<'_>, end: u64, bare: bool) -> io::Result<Self> {
        let (_, told_at) = (locator.four()?, locator.eight()?);
        if told_at.checked_add(LARGE_END as u64) != Some(end) {
            return Err(broken("its directory is not where it says"));
        }
        source.seek(SeekFrom::Start(told_at))?;
        let mut bytes = [0; LARGE_END];
        source.read_exact(&mut bytes)?;
        let mut large = Numbers(bytes.strip_prefix(b"PK\x06\x06").ok_or_else(|| broken("its directory"))?);
        let (_, _, _, _) = (large.eight()?, large.four()?, large.four()?, large.four()?);
        let (here, count, size, at) = (large.eight()?, large.eight()?, large.eight()?, large.eight()?);
        if here != count {
            return Err(broken("it is a part of several"));
        }
        Ok(Self { count, size, at, told_at, bare })
    }
}

/// Numbers one after the other, the low byte first.
pub(super) struct Numbers<'a>(pub &'a [u8]);

impl<'a> Numbers<'a> {
    fn take(&mut self, many: usize) -> io::Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(many).ok_or_else(|| broken("it ends in the middle"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn number<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| broken("it ends in the middle"))
    }

    pub fn two(&mut self) -> io::Result<u16> {
        self.number().map(u16::from_le_bytes)
    }

    pub fn four(&mut self) -> io::Result<u32> {
        self.number().map(u32::from_le_bytes)
    }

    pub fn eight(&mut self) -> io::Result<u64> {
        self.number().map(u64::from_le_bytes)
    }
}

/// Numbers that did not fit where they belong (APPNOTE 4.5.3), in their order.
pub(super) struct Large<'a>(Numbers<'a>);

impl<'a> Large<'a> {
    pub fn of(extra: &'a [u8]) -> Self {
        let mut rest = Numbers(extra);
        while let (Ok(kind), Ok(size)) = (rest.two(), rest.two()) {
            match rest.take(size.into()) {
                Ok(found) if kind == 1 => return Self(Numbers(found)),
                Ok(_) => {}
                Err(_) => break,
            }
        }
        Self(Numbers(&[]))
    }

    /// The number itself, or the large one in whose place it stands.
    pub fn or(&mut self, small: u32) -> io::Result<u64> {
        if small == u32::MAX { self.0.eight() } else { Ok(small.into()) }
    }
}
