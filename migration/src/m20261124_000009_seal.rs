//! A secret for each organisation, with which the service marks what it gives out and takes back.

use crate::columns::{Table, tables};

tables! {
    "m20261124_000009_seal";
    Table::grown("tenant_counter").opt_text("seal"),
}
