//! Management decides whether climate change is a relevant issue; the decision before gives way.

use super::ClimateDetermination;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Nothing, Outcome, edition, refuse_authors};
use isms_authz::Action;
use isms_entity::Recorded;
use isms_entity::context::climate_determination::{self, DeterminationState};

/// Draft → approved.
pub struct Approve;

impl Act for Approve {
    type Of = ClimateDetermination;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Action::Approve,
        from: &["draft"],
        summary: "Decide so; the decision before gives way",
    };

    async fn run(caller: &Caller, row: &mut climate_determination::Model, _input: Nothing) -> Outcome<()> {
        refuse_authors(caller, &row.common(), &row.author_ids, None)?;
        edition::supersede::<ClimateDetermination>(caller, |before| before.state = DeterminationState::Superseded)
            .await?;
        row.state = DeterminationState::Approved;
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        Ok(())
    }
}
