//! Management approves a version; the one before is superseded, and ratings made under it stay bound to it (I-24).

use super::Methodology;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Nothing, Outcome, edition, refuse_authors};
use isms_authz::Action;
use isms_entity::Recorded;
use isms_entity::planning::methodology::{self, MethodologyState};

/// Approve the version.
pub struct Approve;

impl Act for Approve {
    type Of = Methodology;
    type Input = Nothing;

    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Action::Approve,
        from: &["draft"],
        summary: "Put this version in force; the one before is superseded",
    };

    async fn run(caller: &Caller, row: &mut methodology::Model, _input: Nothing) -> Outcome<()> {
        refuse_authors(caller, &row.common(), &row.author_ids, None)?;
        edition::supersede::<Methodology>(caller, |before| before.state = MethodologyState::Superseded).await?;
        row.state = MethodologyState::Approved;
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        Ok(())
    }
}
