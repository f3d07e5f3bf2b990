//! Whether a supplier may be used: approved with what that takes, suspended, left (I-72).

use super::Supplier;
use crate::authz::Action;
use crate::caller::Caller;
use crate::operation::contract::Contract;
use crate::operation::supplier_assessment::{SupplierAssessment, is_valid};
use crate::resource::{Act, ActSpec, Error, Outcome, step};
use crate::store::{Query, Test};
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
        let of = || Query::of([Test::is("supplier_id", row.id)]);
        let assessments = caller.for_rules::<SupplierAssessment>(&of()).await?;
        let valid: Vec<_> = assessments.iter().filter(|found| is_valid(found, caller.today())).collect();
        if row.criticality >= 3 {
            if valid.is_empty() {
                return Err(Error::Conflict("a supplier that matters has a valid assessment (I-72)".into()));
            }
            if caller.for_rules::<Contract>(&of()).await?.is_empty() {
                return Err(Error::Conflict("a supplier that matters has a contract (I-72)".into()));
            }
        }
        let conditional = valid.iter().any(|found| found.conclusion == AssessmentConclusion::Conditional);
        row.state = if conditional || input.conditions.is_some() {
            SupplierState::Conditional
        } else {
            SupplierState::Approved
        };
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
