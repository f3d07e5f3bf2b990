//! C2SP tlog-tiles: the static files that a log is served as, and what each holds.

use crate::bundle;
use crate::tree::{Hash, Node, empty, parent};
use std::fmt;
use std::ops::Range;

/// How many hashes or entries a full tile has.
pub const WIDTH: u16 = 256;

/// The highest level that a tree of a 64-bit size can reach. The specification lets a path name up to 63; none of the
/// levels between exists in such a tree, so their paths are refused.
const TOP: u8 = 7;

/// Why a tile was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a path of c2sp.org/tlog-tiles, or not written the one way it may be.
    #[error("no path of a tile")]
    Path,
    /// A level above 7, an index too large, or a width that is not 1 to 256.
    #[error("no such tile")]
    Outside,
    /// Not exactly the bytes of the tile's width.
    #[error("not the content of a tile of this width")]
    Content,
    /// An entry of more than 65,535 bytes: log the hash of a larger body instead, and keep the body beside the log.
    #[error("an entry is longer than 65535 bytes")]
    Long,
}

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Hashes of the tree's height 8 * level, with the level 0 to 7: `tile/<L>/<N>`.
    Hashes(u8),
    /// The entries themselves, an “entry bundle”: `tile/entries/<N>`.
    Entries,
}

/// One tile of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    kind: Kind,
    index: u64,
    width: u16,
}

impl Tile {
    /// The tile with this number within its level, holding `width` (1 to 256) hashes or entries.
    ///
    /// # Errors
    /// [`Error::Outside`].
    pub fn new(kind: Kind, index: u64, width: u16) -> Result<Self, Error> {
        let level = if let Kind::Hashes(level) = kind { level } else { 0 };
        let fits = level <= TOP && index < 1 << (8 * (TOP - level.min(TOP))) && (1..=WIDTH).contains(&width);
        if fits { Ok(Self { kind, index, width }) } else { Err(Error::Outside) }
    }

    /// What it holds.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its number within its level, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// How many hashes or entries it holds, 1 to 256; fewer than 256 make it partial.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// The tiles to write when the log grows from `old` to `new` entries; from 0 they are all that it has. Partial ones
    /// of earlier sizes are not named: they may be deleted once the full tile stands.
    pub fn written(old: u64, new: u64) -> Vec<Self> {
        let mut tiles = Vec::new();
        for level in 0..=TOP {
            let (from, to) = (old >> (8 * level), new >> (8 * level));
            for index in (from / u64::from(WIDTH)..to.div_ceil(u64::from(WIDTH))).filter(|_| from < to) {
                let width = u16::try_from(to - index * u64::from(WIDTH)).unwrap_or(WIDTH).min(WIDTH);
                tiles.push(Self { kind: Kind::Hashes(level), index, width });
                if level == 0 {
                    tiles.push(Self { kind: Kind::Entries, index, width });
                }
            }
        }
        tiles
    }

    /// The tile of a log of `size` entries that a stored hash can be had from, and which of the tile's hashes make it
    /// ([`joined`]).
    ///
    /// # Errors
    /// [`Error::Outside`] if the log does not have the hash.
    pub fn of(node: Node, size: u64) -> Result<(Self, Range<usize>), Error> {
        let (level, above) = (node.level / 8, node.level % 8);
        if level > TOP || node.index >= size >> node.level {
            return Err(Error::Outside);
        }
        let first = node.index << above;
        let index = first / u64::from(WIDTH);
        let there = (size >> (8 * level)) - index * u64::from(WIDTH);
        let tile = Self::new(Kind::Hashes(level), index, u16::try_from(there).unwrap_or(WIDTH).min(WIDTH))?;
        let start = usize::from(u16::try_from(first % u64::from(WIDTH)).map_err(|_| Error::Outside)?);
        Ok((tile, start..start + (1 << above)))
    }

    /// Which stored hashes a tile of hashes is made of, in their order; none for a bundle.
    pub fn nodes(&self) -> impl Iterator<Item = Node> {
        let level = if let Kind::Hashes(level) = self.kind { Some(level * 8) } else { None };
        let first = self.index * u64::from(WIDTH);
        let indexes = first..first + u64::from(self.width);
        level.into_iter().flat_map(move |level| indexes.clone().map(move |index| Node { level, index }))
    }

    /// The hashes in the bytes of a tile of hashes.
    ///
    /// # Errors
    /// [`Error::Content`] unless they are just as many as the tile's width, or for a bundle.
    pub fn hashes(&self, bytes: &[u8]) -> Result<Vec<Hash>, Error> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && hashes.len() == usize::from(self.width) && self.kind != Kind::Entries;
        if fits { Ok(hashes.to_vec()) } else { Err(Error::Content) }
    }

    /// The entries in the bytes of a bundle ([`bundle::entries`]).
    ///
    /// # Errors
    /// [`Error::Content`] unless they are just as many as the tile's width and nothing follows, or for a tile of hashes.
    pub fn entries<'a>(&self, bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, Error> {
        let entries = bundle::entries(bytes)?;
        let fits = entries.len() == usize::from(self.width) && self.kind == Kind::Entries;
        if fits { Ok(entries) } else { Err(Error::Content) }
    }

    /// Parses a path such as `tile/0/x001/x234/067.p/8`.
    ///
    /// # Errors
    /// [`Error::Path`] for all that is not written as [`Tile`]'s `Display` writes it, [`Error::Outside`] if none can be.
    pub fn parse(path: &str) -> Result<Self, Error> {
        let rest = path.strip_prefix("tile/").ok_or(Error::Path)?;
        let (level, rest) = rest.split_once('/').ok_or(Error::Path)?;
        let kind =
            if level == "entries" { Kind::Entries } else { Kind::Hashes(level.parse().map_err(|_| Error::Path)?) };
        let (number, width) = rest.split_once(".p/").map_or((rest, None), |(number, width)| (number, Some(width)));
        let width = width.map_or(Ok(WIDTH), |width| width.parse().map_err(|_| Error::Path))?;
        let mut index = 0_u64;
        for part in number.split('/') {
            let digits: u64 = part.trim_start_matches('x').parse().map_err(|_| Error::Path)?;
            index = index.checked_mul(1000).and_then(|index| index.checked_add(digits)).ok_or(Error::Outside)?;
        }
        let tile = Self::new(kind, index, width)?;
        if tile.to_string() == path { Ok(tile) } else { Err(Error::Path) }
    }
}

impl fmt::Display for Tile {
    /// The path of the tile below the log's address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes(level) => write!(f, "tile/{level}/")?,
            Kind::Entries => write!(f, "tile/entries/")?,
        }
        let mut unit = 1;
        while self.index / unit >= 1000 {
            unit *= 1000;
        }
        while unit > 1 {
            write!(f, "x{:03}/", self.index / unit % 1000)?;
            unit /= 1000;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.width == WIDTH { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// The hash of the subtree above some of a tile's hashes (those that [`Tile::of`] names).
pub fn joined(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        let above = |pair: &[Hash]| match pair {
            [left, right] => Some(parent(left, right)),
            alone => alone.first().copied(),
        };
        row = row.chunks(2).filter_map(above).collect();
    }
    row.first().copied().unwrap_or_else(empty)
}
