//! Clause 4: the organisation's context.

use crate::columns::{Table, tables};

tables! {
    "m20261124_000003_context";
    Table::record("issue")
        .text("title")
        .opt_text("description")
        .text("origin")
        .text("category")
        .opt_text("effect")
        .int("relevance")
        .opt_uuid("owner_id")
        .json("risk_ids")
        .opt_date("review_on")
        .text("state")
        .opt_text("closure_reason")
        .index(&["owner_id", "id"])
        .index(&["organisation_id", "title", "id"])
        .index(&["organisation_id", "review_on", "id"]),
}
