//! What is under way and until when; what is wrong with the files; and when an organisation was brought back from a backup.

use crate::columns::{Table, tables};

tables! {
    "m20261129_000014_safety";
    Table::bare("lease").key("id").big("until"),
    Table::grown("tenant_counter").opt_text("content_fault"),
    Table::grown("organisation").opt_big("restored_at"),
    Table::grown("organisation").opt_big("restored_entries"),
    Table::grown("organisation").opt_text("restore_reason"),
}
