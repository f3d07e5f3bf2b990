//! Acceptances of residual risk (clause 6.1.3 f): for one exact state, by the right person, until a day (I-38, I-39).

mod acts;
mod settle;

pub use acts::{Accept, Reject, Revoke};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Computed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_entity::planning::acceptance;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// An acceptance.
pub struct Acceptance;

/// Whether an acceptance still holds (I-08: computed when it is read).
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Validity {
    /// The risk, its controls or the methodology have changed since.
    pub stale: bool,
    /// Its last day has passed.
    pub expired: bool,
    /// Accepted, neither stale nor expired.
    pub valid: bool,
}

macro_rules! stale {
    () => {
        concat!(
            "(NOT EXISTS (SELECT 1 FROM {Risk} r WHERE r.id = {self}.\"risk_id\" AND r.content_hash = {self}.\"risk_hash\") ",
            "OR NOT EXISTS (SELECT 1 FROM {Methodology} m WHERE m.id = {self}.\"methodology_id\" AND m.state = 'approved') ",
            "OR EXISTS (SELECT 1 FROM {Risk.controlIds} l JOIN {Control} k ON k.id = l.target_id ",
            "WHERE l.source_id = {self}.\"risk_id\" AND k.updated_at > COALESCE({self}.\"decided_at\", {self}.\"created_at\")))"
        )
    };
}

impl Resource for Acceptance {
    record_of!(acceptance, Validity; Accept, Reject, Revoke);

    const SPEC: Spec = Spec {
        name: "Acceptance",
        policy_type: "Acceptance",
        plural: "acceptances",
        noun: "acceptance",
        table: "acceptance",
        prefix: "ACC",
        clause: "6 Planning",
        attributes: &[
            Attribute::new("riskOwner", "risk_owner_id", Kind::Entity("User")),
            Attribute::new("aboveCriterion", "above_criterion", Kind::Bool),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("riskId", "Risk", "risk"),
            Reference::one("riskOwnerId", "User", "riskOwner"),
            Reference::one("methodologyId", "Methodology", "methodology"),
        ],
        search: &["justification", "conditions"],
        sorts: &["expiresOn"],
        computed: &[
            Computed { name: "stale", sql: stale!() },
            Computed { name: "expired", sql: "({self}.\"expires_on\" < {today})" },
            Computed {
                name: "valid",
                sql: concat!(
                    "({self}.\"state\" = 'accepted' AND {self}.\"expires_on\" >= {today} AND NOT ",
                    stale!(),
                    ")"
                ),
            },
        ],
        acts: Self::ACTS,
        editable_in: &["requested"],
        ..Spec::PLAIN
    };

    fn state(row: &acceptance::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&acceptance::Model>, row: &mut acceptance::Model) -> Outcome<()> {
        settle::settle(caller, old, row).await
    }
}
