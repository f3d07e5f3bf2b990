//! How often a request was refused the same: one row for each request.

use crate::columns::{Table, tables};

tables! {
    "m20261130_000016_refusals";
    Table::grown("denial").opt_int("times"),
}
