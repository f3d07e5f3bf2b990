//! When each trail was last found to be what was sealed, and what was wrong with it if anything was.

use crate::columns::{Table, tables};

tables! {
    "m20261128_000013_check";
    Table::grown("tenant_counter").opt_big("checked_at"),
    Table::grown("tenant_counter").opt_text("trail_fault"),
}
