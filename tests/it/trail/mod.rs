//! The sealed trail: a tree that only grows, checkpoints that are signed, and what tells of every change to it.

mod attacks;
mod body;
mod breaks;
mod checker;
mod honest;
mod note;
pub mod sealed;
mod tile;
mod tree;
mod verify;
