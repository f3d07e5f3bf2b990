//! Clause 5: responsibilities in the ISMS.

use crate::columns::{Table, tables};

tables! {
    "m20261124_000002_leadership";
    Table::bare("denial")
        .key("id")
        .uuid("organisation_id")
        .uuid("principal_id")
        .big("at")
        .text("what")
        .text("why")
        .text("request_id")
        .index(&["organisation_id", "at"])
        .index(&["organisation_id", "id"]),
    Table::record("responsibility")
        .text("title")
        .text("duty")
        .opt_text("authority")
        .uuid("holder_id")
        .opt_uuid("deputy_id")
        .opt_date("deputy_from")
        .opt_date("deputy_until")
        .text("state")
        .opt_big("accepted_at")
        .opt_big("deputy_accepted_at")
        .index(&["holder_id"])
        .index(&["deputy_id"])
        .index(&["organisation_id", "title", "id"]),
}
