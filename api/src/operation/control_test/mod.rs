//! Tests of controls (clauses 8.1 and 9.1).

mod acts;

pub use acts::{Cancel, Perform};

use crate::authz::{Attribute, Kind};
use crate::resource::{Computed, Lateness, Reference, Resource, Spec, record_of, word};
use isms_entity::operation::control_test;

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
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[Reference::one("controlId", "Control", "control"), Reference::one("testerId", "User", "tester")],
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
}
