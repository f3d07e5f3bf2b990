//! Ideas to make the ISMS better, and what came of them (clause 10.1).

use crate::caller::Caller;
use crate::resource::{
    Act, ActSpec, Because, Computed, Error, Lateness, Outcome, Reference, Resource, Spec, is_blank, record_of, word,
};
use isms_authz::{Action as Verb, Attribute, Kind};
use isms_entity::improvement::improvement::{self, ImprovementState};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An improvement.
pub struct Improvement;

impl Resource for Improvement {
    record_of!(improvement, Lateness; Accept, Reject, Implement);

    const SPEC: Spec = Spec {
        name: "Improvement",
        policy_type: "Improvement",
        plural: "improvements",
        noun: "improvement",
        table: "improvement",
        prefix: "IMP",
        clause: "10 Improvement",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[Reference::one("findingId", "Finding", "finding"), Reference::one("ownerId", "User", "owner")],
        search: &["title", "idea"],
        sorts: &["title"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" = 'accepted' AND {self}.\"due_on\" IS NOT NULL AND {self}.\"due_on\" < {today})",
        }],
        acts: Self::ACTS,
        editable_in: &["proposed", "accepted"],
        ..Spec::PLAIN
    };

    fn state(row: &improvement::Model) -> Option<String> {
        Some(word(&row.state))
    }
}

/// Proposed → accepted.
pub struct Accept;

/// Who carries an idea out and by when; what is left out stays as it stands in the record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImprovementPlan {
    /// Who sees to it.
    pub owner_id: Option<Uuid>,
    /// By when.
    pub due_on: Option<chrono::NaiveDate>,
}

impl Act for Accept {
    type Of = Improvement;
    type Input = ImprovementPlan;
    const SPEC: ActSpec =
        ActSpec { name: "accept", verb: Verb::Accept, from: &["proposed"], summary: "It will be done, by somebody" };

    async fn run(caller: &Caller, row: &mut improvement::Model, input: ImprovementPlan) -> Outcome<()> {
        row.owner_id = input.owner_id.or(row.owner_id);
        row.due_on = input.due_on.or(row.due_on);
        if row.owner_id.is_none() {
            return Err(Error::field("/ownerId", "names who sees to it"));
        }
        decided(caller, row, ImprovementState::Accepted);
        Ok(())
    }
}

/// Proposed → rejected.
pub struct Reject;

impl Act for Reject {
    type Of = Improvement;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "reject",
        verb: Verb::Accept,
        from: &["proposed"],
        summary: "It will not be done, for a reason",
    };

    async fn run(caller: &Caller, row: &mut improvement::Model, input: Because) -> Outcome<()> {
        row.outcome = Some(input.given()?);
        decided(caller, row, ImprovementState::Rejected);
        Ok(())
    }
}

fn decided(caller: &Caller, row: &mut improvement::Model, state: ImprovementState) {
    row.decided_by = Some(caller.id());
    row.decided_at = Some(caller.now());
    row.state = state;
}

/// Accepted → implemented.
pub struct Implement;

/// What an improvement brought.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImprovementOutcome {
    /// What it brought, and how that is known.
    pub outcome: String,
}

impl Act for Implement {
    type Of = Improvement;
    type Input = ImprovementOutcome;
    const SPEC: ActSpec = ActSpec {
        name: "implement",
        verb: Verb::Update,
        from: &["accepted"],
        summary: "It was done, and this is what it brought (10.1)",
    };

    async fn run(caller: &Caller, row: &mut improvement::Model, input: ImprovementOutcome) -> Outcome<()> {
        if is_blank(&input.outcome) {
            return Err(Error::field("/outcome", "says what it brought"));
        }
        row.outcome = Some(input.outcome);
        row.state = ImprovementState::Implemented;
        row.implemented_at = Some(caller.now());
        Ok(())
    }
}
