//! Performing a test: by somebody who does not own the control (I-02).

use super::{ControlTest, owner_of};
use crate::caller::Caller;
use crate::planning::control::Control;
use crate::resource::{Act, ActSpec, Error, Faults, Outcome, is_told, step};
use chrono::NaiveDate;
use isms_authz::Action;
use isms_entity::operation::control_test::{self, TestResult, TestState};
use isms_entity::planning::control;
use serde::Deserialize;
use utoipa::ToSchema;

/// Planned → performed.
pub struct Perform;

/// What the test found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestOutcome {
    /// Whether the control works.
    pub result: TestResult,
    /// How many of the sample failed.
    #[serde(default)]
    pub exceptions: i32,
    /// What was seen.
    pub notes: String,
    /// Until when the result proves the control.
    pub valid_until: Option<NaiveDate>,
    /// When the control is tested next; for who may change the control.
    pub next_on: Option<NaiveDate>,
}

impl Act for Perform {
    type Of = ControlTest;
    type Input = TestOutcome;
    const SPEC: ActSpec =
        ActSpec { name: "perform", verb: Action::Update, from: &["planned"], summary: "Say what the test found" };

    async fn run(caller: &Caller, row: &mut control_test::Model, input: TestOutcome) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(!is_told(Some(&input.notes)), "notes", "what was seen");
        faults.range("exceptions", input.exceptions, 0..=i64::from(row.sample_size.unwrap_or(1_000_000)));
        faults.when(input.valid_until.is_some_and(|day| day < caller.today()), "validUntil", "is in the past");
        faults.when(input.next_on.is_some_and(|day| day <= caller.today()), "nextOn", "is a day to come");
        faults.settle()?;
        if owner_of(caller, row).await? == Some(caller.id()) {
            return Err(Error::Conflict("nobody tests a control that they own (I-02)".into()));
        }
        if let Some(next) = input.next_on {
            plan_next(caller, row, next).await?;
        }
        row.result = Some(input.result);
        row.exceptions = Some(input.exceptions);
        row.notes = Some(input.notes);
        row.valid_until = input.valid_until;
        row.performed_by = Some(caller.id());
        row.performed_at = Some(caller.now());
        row.state = TestState::Performed;
        Ok(())
    }
}

/// The control remembers when it is tested next.
async fn plan_next(caller: &Caller, row: &control_test::Model, next: NaiveDate) -> Outcome<()> {
    let before = caller.fetch::<Control>(row.control_id).await?.row;
    let permit = caller.permit::<Control>(Action::Update, &before)?;
    let after = control::Model { next_test_on: Some(next), ..before.clone() };
    caller.update(permit, &before, after, "plan-test").await?;
    Ok(())
}

step! {
    /// Planned → cancelled.
    Cancel of ControlTest: "cancel" Update ["planned"] => TestState::Cancelled, "It will not be held"
}
