//! Who proposed to erase somebody's personal data, for another one to do it.

use crate::columns::{Table, tables};

tables! {
    "m20261130_000018_erasure";
    Table::grown("user").opt_uuid("erasure_proposed_by_id").opt_big("erasure_proposed_at"),
}
