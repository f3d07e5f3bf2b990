//! Tests of controls (clauses 8.1 and 9.1).

mod acts;

pub use acts::{Cancel, Perform};

use crate::caller::Caller;
use crate::planning::control::Control;
use crate::resource::{Computed, Faults, Lateness, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::{Query, Test};
use isms_authz::{Attribute, Kind};
use isms_entity::operation::control_test;
use uuid::Uuid;

/// A control test.
pub struct ControlTest;

impl Resource for ControlTest {
    record_of!(control_test, Lateness; Perform, Cancel);

    const SPEC: Spec = Spec {
        name: "ControlTest",
        policy_type: "ControlTest",
        plural: "control-tests",
        noun: "control test",
        table: "control_test",
        prefix: "TST",
        clause: "8 Operation",
        attributes: &[
            Attribute::optional("tester", "tester_id", Kind::Entity("User")),
            Attribute::new("control", "control_id", Kind::Entity("Control")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[Reference::one("controlId", "Control", "control"), Reference::one("testerId", "User", "tester")],
        sensitive: &["notes"],
        search: &["title"],
        sorts: &["plannedOn"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" = 'planned' AND {self}.\"planned_on\" < {today})",
        }],
        acts: Self::ACTS,
        editable_in: &["planned"],
        ..Spec::PLAIN
    };

    fn state(row: &control_test::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&control_test::Model>, row: &mut control_test::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        let order = row.period_from.zip(row.period_to).is_some_and(|(from, to)| to < from);
        faults.when(order, "periodTo", "is before periodFrom");
        faults.range("sampleSize", row.sample_size.unwrap_or(1), 1..=1_000_000);
        let named = |test: &control_test::Model| (test.tester_id, test.control_id);
        if row.tester_id.is_some() && old.is_none_or(|old| named(old) != named(row)) {
            let own = owner_of(caller, row).await? == row.tester_id;
            faults.when(own, "testerId", "owns the control and therefore does not test it (I-02)");
        }
        faults.settle()
    }
}

/// Who owns the control.
async fn owner_of(caller: &Caller, row: &control_test::Model) -> Outcome<Option<Uuid>> {
    let control = caller.for_rules::<Control>(&Query::of([Test::is("id", row.control_id)])).await?;
    Ok(control.first().and_then(|control| control.owner_id))
}
