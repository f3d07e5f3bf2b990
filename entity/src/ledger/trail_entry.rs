//! One entry of the trail: who changed what, when, from what to what, and why it was allowed.

use crate::{Ids, Json, Time, Words};
use sea_orm::entity::prelude::*;

/// One change to one record. Append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "trail_entry")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The tenant.
    pub organisation_id: Uuid,
    /// Position in the organisation's trail, in commit order from 1 without gaps.
    pub position: i64,
    /// When the change was made (server time).
    pub at: Time,
    /// The acting user or service.
    pub actor_id: Uuid,
    /// `User` or `Service`.
    pub actor_type: String,
    /// How the actor was authenticated: method and the credential's id, never the credential.
    pub authentication: Json,
    /// What was done: `create`, `update`, `retire`, `restore` or a named act.
    pub act: String,
    /// The record's type.
    pub record_type: String,
    /// The record.
    pub record_id: Uuid,
    /// The version that the change made.
    pub record_version: i32,
    /// The units touched: before and after.
    pub unit_ids: Ids,
    /// The row before; none for a creation.
    pub before: Option<Json>,
    /// The row after.
    pub after: Json,
    /// The `@id`s of the policies that allowed it.
    pub reasons: Words,
    /// The request that made it.
    pub request_id: String,
    /// Commitments to the personal data among before and after, by field.
    pub commitments: Json,
    /// The salts of those that are not erased.
    pub salts: Json,
    /// SHA-256 of what is sealed of it, in hexadecimal.
    pub body: String,
    /// When the next entry of the same record was made, UTC microseconds; [`STANDS`] while this one is its newest. Not sealed:
    /// it follows from the entries, and lets the past be read by an index.
    pub superseded_at: i64,
}

/// No later entry supersedes this one.
pub const STANDS: i64 = i64::MAX;

/// No declared joins.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
