//! Assets (clause 6.1.2 c, control A.5.9) and the needs that flow along their dependencies (I-26).

mod dispose;
mod import;

pub use dispose::Dispose;

use crate::caller::Caller;
use crate::resource::{Computed, Error, Faults, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::planning::asset::{self, AssetState};
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// An asset.
pub struct Asset;

/// Needs with what is inherited: the highest of an asset's own and of everything that depends on it, directly or not.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Needs {
    /// Effective need for confidentiality, 1 to 4.
    pub effective_confidentiality: i32,
    /// Effective need for integrity, 1 to 4.
    pub effective_integrity: i32,
    /// Effective need for availability, 1 to 4.
    pub effective_availability: i32,
    /// Whether the review date has passed.
    pub overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

macro_rules! effective {
    ($need:literal) => {
        concat!(
            "CAST((WITH RECURSIVE dependent(id) AS (SELECT {self}.\"id\" UNION SELECT l.source_id FROM ",
            "{Asset.dependsOnIds} l JOIN dependent d ON l.target_id = d.id) ",
            "SELECT MAX(a.",
            $need,
            ") FROM {Asset} a JOIN dependent d ON a.id = d.id ",
            "WHERE a.retired_at IS NULL OR a.id = {self}.\"id\") AS integer)"
        )
    };
}

impl Resource for Asset {
    record_of!(asset, Needs; Dispose);

    const SPEC: Spec = Spec {
        name: "Asset",
        policy_type: "Asset",
        plural: "assets",
        noun: "asset",
        table: "asset",
        prefix: "AST",
        clause: "6 Planning",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::many("dependsOnIds", "Asset", "dependsOn"),
        ],
        search: &["name", "description", "location"],
        sorts: &["name"],
        computed: &[
            Computed { name: "effective_confidentiality", sql: effective!("confidentiality") },
            Computed { name: "effective_integrity", sql: effective!("integrity") },
            Computed { name: "effective_availability", sql: effective!("availability") },
            Computed::ORPHANED,
            Computed::OVERDUE_WHILE_OPEN,
        ],
        acts: Self::ACTS,
        editable_in: &["planned", "active", "retiring"],
        ..Spec::PLAIN
    };

    fn state(row: &asset::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&asset::Model>, row: &mut asset::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        for (field, need) in
            [("confidentiality", row.confidentiality), ("integrity", row.integrity), ("availability", row.availability)]
        {
            faults.range(field, need, 1..=4);
        }
        let disposed = old.is_some_and(|old| old.state == AssetState::Disposed);
        let detail = "an asset is disposed of by the act dispose, which keeps how and what proves it (I-28)";
        faults.when(row.state == AssetState::Disposed && !disposed, "state", detail);
        faults.settle()?;
        // Nothing can depend yet on an asset that is only being made.
        let dependencies_stay = old.is_none_or(|old| old.depends_on_ids == row.depends_on_ids);
        if !dependencies_stay && caller.reaches::<Self>("dependsOnIds", &row.depends_on_ids.0, row.id).await? {
            return Err(Error::field("/dependsOnIds", "an asset cannot depend on itself, directly or through others"));
        }
        Ok(())
    }
}
