//! A trail that can be verified offline: an RFC 6962 Merkle tree in C2SP tiles, sealed by signed checkpoints.

pub mod body;
pub mod bundle;
pub mod checkpoint;
pub mod compare;
mod contents;
pub mod course;
pub mod entry;
pub mod excerpt;
pub mod failure;
pub mod key;
pub mod note;
pub mod package;
pub mod proof;
mod restored;
pub mod seals;
pub mod tile;
pub mod tree;
pub mod verify;
