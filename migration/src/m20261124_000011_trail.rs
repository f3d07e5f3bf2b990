//! The sealed trail: hashes of whole subtrees, signed checkpoints, and the keys that signed them.

use crate::columns::{Table, tables};

tables! {
    "m20261124_000011_trail";
    Table::bare("trail_node")
        .key("id")
        .uuid("organisation_id")
        .int("level")
        .big("place")
        .text("hash")
        .unique(&["organisation_id", "level", "place"]),
    Table::bare("trail_checkpoint")
        .key("id")
        .uuid("organisation_id")
        .big("number")
        .big("size")
        .big("at")
        .text("note")
        .unique(&["organisation_id", "number"]),
    Table::bare("trail_key")
        .key("id")
        .uuid("organisation_id")
        .text("key")
        .big("since")
        .big("at")
        .unique(&["organisation_id", "key"]),
}
