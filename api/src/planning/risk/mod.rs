//! Risks (clauses 6.1.2 and 6.1.3): described, rated, decided on, treated, watched, closed.

mod acts;
mod import;
mod settle;

pub use acts::{Analyse, Close, Decide, Evaluate, Monitor, ProposeClosure, Reopen, Rerate};

use crate::caller::Caller;
use crate::planning::acceptance::valid;
use crate::resource::{Computed, Outcome, Reference, Resource, Spec, record_of, word};
use crate::support::evidence::counting;
use isms_authz::{Attribute, Kind};
use isms_entity::planning::risk::{self, RiskState};
use isms_entity::word as words;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A risk.
pub struct Risk;

words! {
    /// What is being done about a risk; one above the criterion is in exactly one of on-time treatment, overdue treatment, accepted and unhandled (I-32).
    Handling {
        /// Not rated yet.
        Unrated,
        /// Within the criterion.
        WithinCriterion,
        /// An approved plan has open actions, none overdue.
        OnTimeTreatment,
        /// An approved plan has an overdue action.
        OverdueTreatment,
        /// Accepted by the right person, for this very state, and not expired.
        Accepted,
        /// Above the criterion and nothing of the above.
        Unhandled,
        /// Its cause is gone.
        Closed,
    }
}

/// What is computed when a risk is read.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// What is being done about it.
    pub handling: Handling,
    /// Whether its review date has passed.
    pub overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
    /// How many of its controls today's rating takes for granted: they are not implemented, or no accepted evidence
    /// counts for them (I-35).
    pub assumed_controls: i64,
}

/// Controls that the rating rests on and nothing proves.
const ASSUMED: &str = concat!(
    "(SELECT COUNT(*) FROM {Risk.controlIds} k JOIN {Control} c ON c.id = k.target_id WHERE k.source_id = {self}.\"id\" ",
    "AND (c.status <> 'implemented' OR c.retired_at IS NOT NULL OR NOT ",
    counting!("EXISTS (SELECT 1", "{Evidence.controlIds}", "c.id", ")"),
    "))"
);

/// Whether an action treats the risk under an approved plan that holds the risk. Work that is done counts until the
/// risk is rated afresh; it waits for that no longer than the plan was to last.
macro_rules! treated {
    ($by:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM {Action} a JOIN {TreatmentPlan} p ON p.id = a.plan_id ",
            "JOIN {Action.riskIds} l ON l.source_id = a.id JOIN {TreatmentPlan.riskIds} h ON h.source_id = p.id ",
            "WHERE l.target_id = {self}.\"id\" AND h.target_id = {self}.\"id\" ",
            "AND p.state = 'approved' AND p.retired_at IS NULL AND a.retired_at IS NULL AND (",
            "a.state IN ('open', 'inProgress', 'blocked') AND a.due_on ",
            $by,
            " {today} ",
            "OR a.state IN ('done', 'verified') AND a.done_at >= {self}.\"assessed_at\" ",
            "AND COALESCE(p.due_on, {today}) ",
            $by,
            " {today}))"
        )
    };
}

const HANDLING: &str = concat!(
    "CASE WHEN {self}.\"state\" = 'closed' THEN 'closed' WHEN {self}.\"current_level\" IS NULL THEN 'unrated' WHEN NOT {self}.\"above_criterion\" THEN 'withinCriterion' ",
    "WHEN EXISTS (SELECT 1 FROM {Acceptance} c WHERE c.risk_id = {self}.\"id\" AND c.retired_at IS NULL AND ",
    valid!("c"),
    ") THEN 'accepted' ",
    "WHEN ",
    treated!("<"),
    " THEN 'overdueTreatment' ",
    "WHEN ",
    treated!(">="),
    " THEN 'onTimeTreatment' ELSE 'unhandled' END"
);

impl Resource for Risk {
    record_of!(risk, Standing; Analyse, Evaluate, Decide, Monitor, ProposeClosure, Close, Reopen, Rerate);

    const SPEC: Spec = Spec {
        name: "Risk",
        policy_type: "Risk",
        plural: "risks",
        noun: "risk",
        table: "risk",
        prefix: "RSK",
        clause: "6 Planning",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("aboveCriterion", "above_criterion", Kind::Bool),
            Attribute::optional("level", "current_level", Kind::Long),
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::one("methodologyId", "Methodology", "methodology"),
            Reference::many("assetIds", "Asset", "assets"),
            Reference::many("threatIds", "Threat", "threats"),
            Reference::many("vulnerabilityIds", "Vulnerability", "vulnerabilities"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("plannedControlIds", "Control", "plannedControls"),
        ],
        search: &["title", "cause", "event", "consequence", "category"],
        sorts: &["title", "currentLevel", "reviewOn", "state"],
        computed: &[
            Computed { name: "handling", sql: HANDLING },
            Computed::ORPHANED,
            Computed::OVERDUE_WHILE_OPEN,
            Computed { name: "assumed_controls", sql: ASSUMED },
        ],
        acts: Self::ACTS,
        editable_in: &["identified", "analysed", "evaluated", "treatmentDecided", "inTreatment", "monitored"],
        ..Spec::PLAIN
    };

    fn state(row: &risk::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&risk::Model>, row: &mut risk::Model) -> Outcome<()> {
        settle::keep_decision(old, row)?;
        settle::settle(caller, old, row).await?;
        if row.state == RiskState::Identified || row.state == RiskState::Closed {
            return Ok(());
        }
        settle::check_analysed(caller, old, row).await
    }

    async fn settle_new(caller: &Caller, rows: &mut [risk::Model]) -> Outcome<Vec<Outcome<()>>> {
        settle::settle_new(caller, rows).await
    }
}
