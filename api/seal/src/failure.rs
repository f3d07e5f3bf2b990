//! What can be wrong with a trail, by name.

use std::fmt;

/// The part of what was handed in that a failure is about; all numbers from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// A checkpoint of the trail, oldest first.
    Checkpoint(usize),
    /// A checkpoint that the verifier kept from earlier.
    Held(usize),
    /// An entry bundle.
    Bundle(usize),
    /// A hash tile of level 0.
    Tile(usize),
    /// An entry, counted as stored.
    Entry(u64),
    /// The body of an entry, counted as stored.
    Body(u64),
    /// What a package says of itself, signed.
    Head,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint(n) => write!(f, "checkpoint {n}"),
            Self::Held(n) => write!(f, "held checkpoint {n}"),
            Self::Bundle(n) => write!(f, "entry bundle {n}"),
            Self::Tile(n) => write!(f, "hash tile {n}"),
            Self::Entry(n) => write!(f, "entry {n}"),
            Self::Body(n) => write!(f, "body {n}"),
            Self::Head => f.write_str("the head of the package"),
        }
    }
}

/// One thing that is wrong. Entries are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum Failure {
    /// Not written as its format says.
    #[error("malformed: {0} is not as its format says")]
    Malformed(Place),
    /// There is no checkpoint that counts, so nothing is proven.
    #[error("unsealed: no valid checkpoint")]
    NoSeal,
    /// Signed, but by no trusted key.
    #[error("unknown key: {0} is not signed by a trusted key")]
    UnknownKey(Place),
    /// Signed by a trusted key that is not this log's: its name is another origin.
    #[error("wrong key: {0} is signed with the key of another log only")]
    WrongKey(Place),
    /// It names a trusted key, whose signature it is not: text or signature were changed.
    #[error("bad signature: {0} was changed after it was signed")]
    BadSignature(Place),
    /// The checkpoint of another log.
    #[error("wrong origin: {0} is of another log")]
    WrongOrigin(Place),
    /// Two signed statements contradict each other: the log's key signed two histories.
    #[error("forked: {0} does not lie on the history that the newest checkpoint seals")]
    Forked(Place),
    /// The trail is back to a state before one that was signed.
    #[error("rolled back: {0} seals {1} entries, what is there only {2}")]
    RolledBack(Place, u64, u64),
    /// It was kept from a history that a declared restore from a backup has ended.
    #[error(
        "restored: {place} seals {size} entries; entry {entry} declares that the organisation was brought back on {on} from a \
         backup of {kept} entries, what came after them was lost: {why}"
    )]
    Restored {
        /// The checkpoint.
        place: Place,
        /// How many entries it seals.
        size: u64,
        /// The entry that declares the restore.
        entry: u64,
        /// When.
        on: String,
        /// How many entries the backup had.
        kept: u64,
        /// Why.
        why: String,
    },
    /// Its time is before that of what it follows or seals.
    #[error("back-dated: {0} says to be older than what came before it")]
    BackDated(Place),
    /// Other content than was sealed.
    #[error("edited: entry {0} is not what was sealed")]
    Edited(u64),
    /// Sealed, and gone.
    #[error("dropped: entry {0} is missing")]
    Dropped(u64),
    /// Never sealed, and there between sealed ones.
    #[error("inserted: entry {0} (as stored) was never sealed")]
    Inserted(u64),
    /// These stand in each other's place.
    #[error("swapped: entries {0} and {1} are out of order")]
    Swapped(u64, u64),
    /// The end is missing.
    #[error("truncated: {0} entries are there of {1} sealed")]
    Truncated(u64, u64),
    /// After the last sealed entry there are more, which nothing proves.
    #[error("beyond: {1} entries follow the {0} that are sealed")]
    Beyond(u64, u64),
    /// The content no longer gives the sealed root, and the sealed hashes are not there to tell where.
    #[error("rewritten: entries {0} to {1} (exclusive) are not what was sealed")]
    Rewritten(u64, u64),
    /// An entry sealed with another position than its own.
    #[error("misplaced: entry {0} says to be another")]
    Misplaced(u64),
    /// The hash tile was changed; the entries are as sealed.
    #[error("tile changed: hash tile {0} is not that of the entries")]
    TileChanged(usize),
    /// The entry says to have another body.
    #[error("body changed: the body of entry {0} is not the one that was sealed")]
    BodyChanged(u64),
    /// The body is not there.
    #[error("body missing: entry {0}")]
    BodyMissing(u64),
    /// Salt or value are not those that were committed to.
    #[error("wrong opening: salt or value of “{1}” in entry {0} are not those that were sealed")]
    WrongOpening(u64, String),
    /// Salt and value of something that the body has no commitment to.
    #[error("stray opening: entry {0} has no “{1}”")]
    StrayOpening(u64, String),
    /// Something was committed to, is neither told nor withheld, and no entry says that it was erased.
    #[error("salt missing: “{1}” in entry {0} cannot be shown, and no entry says that it was erased")]
    SaltMissing(u64, String),
    /// The entry says that a field was otherwise before than the record's last entry had left it.
    #[error("contradicted: entry {0} found “{2}” otherwise than entry {1} had left it")]
    Contradicted(u64, u64, String),
    /// The entry's version is not the one that follows.
    #[error("out of course: the version that entry {0} made does not follow on from the record's last one")]
    OutOfCourse(u64),
    /// There is more than a verifier takes into memory of what it does not trust.
    #[error(
        "too much: the entries tell of more than is held in memory, so that nothing is said of what follows from what"
    )]
    TooMuch,
    /// The inclusion proof does not show the entry.
    #[error("not included: entry {0} is not proven to be in the log")]
    NotIncluded(u64),
    /// The list of files is not the one that was signed.
    #[error("manifest changed: the list of files is not the one that was signed")]
    ManifestChanged,
    /// A file is not what the manifest says.
    #[error("file changed: {0} is not what was packed")]
    FileChanged(String),
    /// A file of the manifest is not there.
    #[error("file missing: {0}")]
    FileMissing(String),
    /// A file that the manifest does not know, or that is there twice.
    #[error("stray file: {0} was not packed")]
    FileStray(String),
    /// The entries are not those that the signed head counts: something in scope was left out, added or moved.
    #[error("scope changed: the entries are not the {0} that were signed as all of the scope")]
    ScopeChanged(u64),
    /// The checkpoint is older than what the package is signed to show.
    #[error("stale seal: the checkpoint seals less than the package is signed to rest on")]
    StaleSeal,
}

impl Failure {
    /// Its name, for machines: it stays the same.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Malformed(..) => "malformed",
            Self::NoSeal => "no-seal",
            Self::UnknownKey(..) => "unknown-key",
            Self::WrongKey(..) => "wrong-key",
            Self::BadSignature(..) => "bad-signature",
            Self::WrongOrigin(..) => "wrong-origin",
            Self::Forked(..) => "forked",
            Self::RolledBack(..) => "rolled-back",
            Self::Restored { .. } => "restored",
            Self::BackDated(..) => "back-dated",
            Self::Edited(..) => "edited",
            Self::Dropped(..) => "dropped",
            Self::Inserted(..) => "inserted",
            Self::Swapped(..) => "swapped",
            Self::Truncated(..) => "truncated",
            Self::Beyond(..) => "beyond",
            Self::Rewritten(..) => "rewritten",
            Self::Misplaced(..) => "misplaced",
            Self::TileChanged(..) => "tile-changed",
            Self::BodyChanged(..) => "body-changed",
            Self::BodyMissing(..) => "body-missing",
            Self::WrongOpening(..) => "wrong-opening",
            Self::StrayOpening(..) => "stray-opening",
            Self::SaltMissing(..) => "salt-missing",
            Self::Contradicted(..) => "contradicted",
            Self::OutOfCourse(..) => "out-of-course",
            Self::TooMuch => "too-much",
            Self::NotIncluded(..) => "not-included",
            Self::ManifestChanged => "manifest-changed",
            Self::FileChanged(..) => "file-changed",
            Self::FileMissing(..) => "file-missing",
            Self::FileStray(..) => "file-stray",
            Self::ScopeChanged(..) => "scope-changed",
            Self::StaleSeal => "stale-seal",
        }
    }
}
