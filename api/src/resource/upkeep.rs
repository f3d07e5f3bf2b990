//! Whether somebody answers for a record and has looked at it in time: computed when it is read (I-04, I-08).

use super::Computed;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// The upkeep of a record with an `owner_id` and a `review_on`.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Upkeep {
    /// Whether the review date has passed.
    pub overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

impl Upkeep {
    /// How the database computes it.
    pub const COMPUTED: &'static [Computed] = &[Computed::OVERDUE, Computed::ORPHANED];
    /// The same for a record that comes to an end.
    pub const COMPUTED_WHILE_OPEN: &'static [Computed] = &[Computed::OVERDUE_WHILE_OPEN, Computed::ORPHANED];
}

/// Whether a record is late.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Lateness {
    /// Whether its day has passed and it is still open.
    pub overdue: bool,
}

impl Computed {
    /// The record's `review_on` has passed.
    pub const OVERDUE: Self =
        Self { name: "overdue", sql: "({self}.\"review_on\" IS NOT NULL AND {self}.\"review_on\" < {today})" };
    /// The same for a record with a `state`, in which it is looked at no more once it has come to its end.
    pub const OVERDUE_WHILE_OPEN: Self = Self {
        name: "overdue",
        sql: "({self}.\"state\" NOT IN ('closed', 'realised', 'dropped', 'disposed', 'exited', 'withdrawn') AND {self}.\"review_on\" IS NOT NULL \
              AND {self}.\"review_on\" < {today})",
    };
    /// The record's `owner_id` names nobody, or nobody active (I-04).
    pub const ORPHANED: Self = Self {
        name: "orphaned",
        sql: "(NOT EXISTS (SELECT 1 FROM {User*} u WHERE u.id = {self}.\"owner_id\" AND u.active AND u.retired_at IS NULL))",
    };
}

/// The SQL of a computed field that tells of people: nothing for those who may read the record and not export it.
macro_rules! for_exporters {
    ($sql:expr) => {
        concat!("CASE WHEN ({exported}) THEN ", $sql, " END")
    };
}
pub(crate) use for_exporters;
