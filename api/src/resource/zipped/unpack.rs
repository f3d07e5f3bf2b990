//! One file of a zip file, unpacked as it is read.

use super::{Entry, broken};
use crc32fast::Hasher;
use flate2::bufread::DeflateDecoder;
use std::io::{self, BufRead, Read};

/// A file that is being unpacked: no more comes of it than the directory says, and no less.
pub struct Unpacked<R> {
    inner: Inner<R>,
    hash: Hasher,
    left: u64,
    crc: u32,
}

enum Inner<R> {
    Stored(R),
    Deflated(DeflateDecoder<R>),
}

impl<R: BufRead> Unpacked<R> {
    pub(super) fn new(packed: R, entry: &Entry) -> io::Result<Self> {
        // Bit 0: encrypted.
        let inner = match entry.method {
            _ if entry.flags & 1 != 0 => return Err(broken(format!("{}: is locked by a password", entry.told()))),
            0 if entry.packed != entry.size => return Err(broken(format!("{}: has two sizes", entry.told()))),
            0 => Inner::Stored(packed),
            8 => Inner::Deflated(DeflateDecoder::new(packed)),
            _ => return Err(broken(format!("{}: is packed in a way that is not taken", entry.told()))),
        };
        Ok(Self { inner, hash: Hasher::new(), left: entry.size, crc: entry.crc })
    }
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let many = match &mut self.inner {
            Inner::Stored(stored) => stored.read(into)?,
            Inner::Deflated(deflated) => deflated.read(into)?,
        };
        if many == 0 && !into.is_empty() {
            let is_whole = self.left == 0 && self.hash.clone().finalize() == self.crc;
            return if is_whole { Ok(0) } else { Err(broken("a file in it is damaged or cut off")) };
        }
        self.left = self
            .left
            .checked_sub(many as u64)
            .ok_or_else(|| broken("a file in it unpacks to more than its directory says"))?;
        self.hash.update(into.get(..many).unwrap_or_default());
        Ok(many)
    }
}
