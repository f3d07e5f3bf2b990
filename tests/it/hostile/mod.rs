//! Files that claim more than they hold: each is refused, or read, within some memory, and the process goes on.

mod book;
mod memory;
mod notes;
mod package;
mod paper;
mod text;
mod zipped;
