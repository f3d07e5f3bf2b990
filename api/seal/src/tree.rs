//! RFC 6962 Merkle trees over SHA-256: the hashes that are stored, and how a tree grows.

use sha2::{Digest, Sha256};
use std::ops::Range;

/// A SHA-256 digest, 32 bytes.
pub type Hash = [u8; 32];

/// The most leaves that a tree here may have; beyond any log's life, and far from where index arithmetic would wrap.
pub const MOST: u64 = 1 << 48;

/// Why a tree operation was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A size above [`MOST`], an index not in the tree, or an older size that is 0 or above the newer.
    #[error("no such tree or leaf")]
    Outside,
    /// Not as many hashes as were asked for.
    #[error("expected {expected} hashes, got {got}")]
    Count {
        /// How many the plan reads.
        expected: usize,
        /// How many were handed in.
        got: usize,
    },
    /// The proof does not show what it should.
    #[error("the proof does not hold")]
    Proof,
}

/// The root of the tree without leaves (RFC 6962, 2.1): the hash of nothing.
pub fn empty() -> Hash {
    Sha256::digest([]).into()
}

/// The hash of a leaf (RFC 6962, 2.1): SHA-256(0x00 || data).
pub fn leaf(data: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(data).finalize().into()
}

/// The hash of two neighbours (RFC 6962, 2.1): SHA-256(0x01 || left || right).
pub fn parent(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Where a stored hash stands: that of the 2^`level` leaves from `index` * 2^`level` on. Only such full subtrees are
/// stored, since their hashes never change; it is the natural key of the storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// Height above the leaves; 0 is a leaf.
    pub level: u8,
    /// Number from the left within its level, from 0.
    pub index: u64,
}

/// The full subtrees that make up some leaves of a tree, largest first, as RFC 6962 splits them.
pub(crate) fn cover(leaves: Range<u64>) -> Vec<Node> {
    let (mut at, mut nodes) = (leaves.start, Vec::new());
    while at < leaves.end {
        let room = u8::try_from((leaves.end - at).ilog2()).unwrap_or(u8::MAX);
        let level = room.min(u8::try_from(at.trailing_zeros()).unwrap_or(u8::MAX));
        nodes.push(Node { level, index: at >> level });
        at += 1 << level;
    }
    nodes
}

/// One hash of several neighbouring subtrees, largest first; none for none.
pub(crate) fn fold(hashes: &[Hash]) -> Option<Hash> {
    hashes.iter().copied().rev().reduce(|right, left| parent(&left, &right))
}

/// The right edge of a growing tree: all that appending and the root need, at most 48 hashes. Read once
/// ([`Peaks::nodes`]), then each leaf costs two hashes on average and no read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peaks {
    size: u64,
    hashes: Vec<Hash>,
}

impl Peaks {
    /// Which stored hashes resume a tree of `size` leaves.
    ///
    /// # Errors
    /// [`Error::Outside`] above [`MOST`].
    pub fn nodes(size: u64) -> Result<Vec<Node>, Error> {
        if size > MOST { Err(Error::Outside) } else { Ok(cover(0..size)) }
    }

    /// Resumes a tree of `size` leaves from the hashes of [`Peaks::nodes`], in that order.
    ///
    /// # Errors
    /// [`Error::Outside`] above [`MOST`], [`Error::Count`] if there are more or fewer hashes.
    pub fn resume(size: u64, hashes: Vec<Hash>) -> Result<Self, Error> {
        let (expected, got) = (Self::nodes(size)?.len(), hashes.len());
        if expected == got { Ok(Self { size, hashes }) } else { Err(Error::Count { expected, got }) }
    }

    /// Appends the hash of a leaf; returns what is to be stored for it: the leaf's hash, then each subtree it completes.
    ///
    /// # Errors
    /// [`Error::Outside`] if the tree is full.
    pub fn push(&mut self, leaf: Hash) -> Result<Vec<(Node, Hash)>, Error> {
        if self.size >= MOST {
            return Err(Error::Outside);
        }
        let (mut node, mut hash) = (Node { level: 0, index: self.size }, leaf);
        let mut stored = vec![(node, hash)];
        while node.index & 1 == 1
            && let Some(left) = self.hashes.pop()
        {
            hash = parent(&left, &hash);
            node = Node { level: node.level + 1, index: node.index >> 1 };
            stored.push((node, hash));
        }
        self.hashes.push(hash);
        self.size += 1;
        Ok(stored)
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root (RFC 6962, 2.1: MTH).
    pub fn root(&self) -> Hash {
        fold(&self.hashes).unwrap_or_else(empty)
    }
}
