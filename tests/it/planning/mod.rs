//! Clause 6.

mod import;
