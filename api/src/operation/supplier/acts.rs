//! Whether a supplier may be used: approved with what that takes, suspended, left (I-72).

use super::Supplier;
use crate::caller::Caller;
use crate::operation::supplier_assessment::SupplierAssessment;
use crate::resource::{Act, ActSpec, Error, Outcome, step};
use crate::store::{Query, Test};
use isms_authz::Action;
use isms_entity::operation::supplier::{self, SupplierState};
use isms_entity::operation::supplier_assessment::AssessmentConclusion;
use serde::Deserialize;
use utoipa::ToSchema;

/// → approved, or approved under conditions.
pub struct Approve;

/// The conditions, if there are any.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupplierConditions {
    /// Under which conditions it may be used; none when it may without.
    pub conditions: Option<String>,
}

impl Act for Approve {
    type Of = Supplier;
    type Input = SupplierConditions;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Action::Approve,
        from: &["prospect", "approved", "conditional", "suspended"],
        summary: "It may be used; one that matters has a valid assessment and a contract (I-72)",
    };

    async fn run(caller: &Caller, row: &mut supplier::Model, input: SupplierConditions) -> Outcome<()> {
        let of = || Test::is("supplier_id", row.id);
        let stands = |name| Query::of([Test::is("id", row.id), Test::Computed(name, vec![true.into()])]);
        let mut conditional = input.conditions.is_some();
        if row.criticality >= 3 {
            let excepted = !caller.for_rules::<Supplier>(&stands("excepted")).await?.is_empty();
            if !excepted && caller.for_rules::<Supplier>(&stands("assessed")).await?.is_empty() {
                let why = "a supplier that matters has a valid assessment, or an exception that lives (I-72)";
                return Err(Error::Conflict(why.into()));
            }
            if !excepted && caller.for_rules::<Supplier>(&stands("contracted")).await?.is_empty() {
                let why = "a supplier that matters has a contract in force, or an exception that lives (I-72)";
                return Err(Error::Conflict(why.into()));
            }
            conditional |= excepted;
        }
        let bound = Query::of([of(), Test::is("state", "concluded")]);
        let mut concluded = caller.for_rules::<SupplierAssessment>(&bound).await?;
        concluded.sort_by_key(|assessment| assessment.concluded_at);
        let last = concluded.last().map(|assessment| assessment.conclusion);
        conditional |= last == Some(AssessmentConclusion::Conditional);
        row.state = if conditional { SupplierState::Conditional } else { SupplierState::Approved };
        row.decision = input.conditions;
        Ok(())
    }
}

step! {
    /// → suspended.
    Suspend of Supplier: "suspend" Approve ["approved", "conditional"] => SupplierState::Suspended, because decision,
    "It may not be used for now, and why"
}
step! {
    /// → exited.
    Exit of Supplier: "exit" Approve ["approved", "conditional", "suspended", "prospect"] => SupplierState::Exited,
    because decision, "It is left, and how"
}
