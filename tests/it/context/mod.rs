//! Clause 4.

mod unit;
