//! What the tree's leaves say: a small fixed record of one change, which holds the hash of the change's body.

use crate::tree::Hash;

/// The length of an entry in bytes. Fixed and far below the 65,535 that a bundle allows: a body may have any length.
pub const LENGTH: usize = 49;

/// The first byte of every entry: the version of its encoding.
const VERSION: u8 = 1;

/// One entry of the log. Encoded: the byte 1, the position and the time as big-endian 64-bit numbers (the time signed),
/// and the body's hash. There is just one encoding of each entry and one entry of each encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its index in the log, from 0; in the leaf itself, so that no two leaves are alike and a moved one tells of it.
    pub position: u64,
    /// When, in microseconds since 1970-01-01T00:00:00Z, never before the entry that it follows.
    pub at: i64,
    /// The hash of its body ([`super::body::hash`]).
    pub body: Hash,
}

impl Entry {
    /// The bytes that the leaf is the hash of.
    pub fn encode(&self) -> [u8; LENGTH] {
        let mut bytes = [VERSION; LENGTH];
        let [_, rest @ ..] = &mut bytes;
        let parts = self.position.to_be_bytes().into_iter().chain(self.at.to_be_bytes()).chain(self.body);
        for (byte, part) in rest.iter_mut().zip(parts) {
            *byte = part;
        }
        bytes
    }

    /// Reads an entry; none unless the bytes are just one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let (position, rest) = bytes.strip_prefix(&[VERSION])?.split_first_chunk()?;
        let (at, body) = rest.split_first_chunk()?;
        let body = body.try_into().ok()?;
        Some(Self { position: u64::from_be_bytes(*position), at: i64::from_be_bytes(*at), body })
    }
}
