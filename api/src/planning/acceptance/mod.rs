//! Acceptances of residual risk (clause 6.1.3 f): for one exact state, by the right person, until a day (I-38, I-39).

mod acts;
mod settle;

pub use acts::{Accept, Reject, Revoke};

use crate::caller::Caller;
use crate::planning::risk::Risk;
use crate::resource::{Computed, Frozen, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
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

/// Whether a control of the risk has changed since.
macro_rules! control_changed {
    ($acceptance:literal, $controls:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM {Risk.",
            $controls,
            "} l JOIN {Control} k ON k.id = l.target_id ",
            "WHERE l.source_id = ",
            $acceptance,
            ".risk_id ",
            "AND k.changed_at > COALESCE(",
            $acceptance,
            ".decided_at, ",
            $acceptance,
            ".created_at))"
        )
    };
}

/// Whether the risk, its controls or the methodology have changed since the acceptance that the literal names.
macro_rules! stale {
    ($acceptance:literal) => {
        concat!(
            "(NOT EXISTS (SELECT 1 FROM {Risk} r WHERE r.id = ",
            $acceptance,
            ".risk_id ",
            "AND r.content_hash = ",
            $acceptance,
            ".risk_hash) ",
            "OR NOT EXISTS (SELECT 1 FROM {Methodology} m WHERE m.id = ",
            $acceptance,
            ".methodology_id ",
            "AND m.state = 'approved') ",
            "OR ",
            $crate::planning::acceptance::control_changed!($acceptance, "controlIds"),
            " OR ",
            $crate::planning::acceptance::control_changed!($acceptance, "plannedControlIds"),
            ")"
        )
    };
}

/// Whether an acceptance, which the literal names, is accepted, neither stale nor expired.
macro_rules! valid {
    ($acceptance:literal) => {
        concat!(
            "(",
            $acceptance,
            ".state = 'accepted' AND ",
            $acceptance,
            ".expires_on >= {today} AND NOT ",
            $crate::planning::acceptance::stale!($acceptance),
            ")"
        )
    };
}

pub(crate) use {control_changed, stale, valid};

/// What an acceptance froze of records that its reader may not know: where the risk leads, and the controls.
const FROZEN: Frozen = Frozen {
    column: "frozen",
    of: &["Asset", "Threat", "Vulnerability", "Control"],
    outside: false,
    blank: settle::blank,
};

/// The criterion, for whom methodologies are not for.
const CRITERION: Frozen = Frozen {
    column: "frozen",
    of: &["Methodology"],
    outside: false,
    blank: |frozen, _| {
        if let Some(frozen) = frozen.as_object_mut() {
            frozen.remove("methodology");
        }
    },
};

/// The risk itself, for an external auditor whose engagement does not cover risks.
const RISK: Frozen = Frozen {
    column: "frozen",
    of: &["Risk"],
    outside: true,
    blank: |frozen, remit| {
        let is_covered = remit.is_none_or(|remit| remit.kinds.iter().any(|kind| kind == Risk::SPEC.plural));
        if let Some(frozen) = frozen.as_object_mut().filter(|_| !is_covered) {
            frozen.remove("risk");
        }
    },
};

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
        frozen: &[FROZEN, CRITERION, RISK],
        search: &["justification", "conditions"],
        sorts: &["expiresOn"],
        computed: &[
            Computed { name: "stale", sql: stale!("{self}") },
            Computed { name: "expired", sql: "({self}.\"expires_on\" < {today})" },
            Computed { name: "valid", sql: valid!("{self}") },
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
