//! Tests of controls (clauses 8.1 and 9.1).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::operation::control_test;

/// A control test.
pub struct ControlTest;

impl Resource for ControlTest {
    record_of!(control_test, NothingComputed);

    const SPEC: Spec = Spec {
        name: "ControlTest",
        policy_type: "ControlTest",
        plural: "control-tests",
        noun: "control test",
        table: "control_test",
        prefix: "TST",
        clause: "8 Operation",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[Reference::one("controlId", "Control", "control"), Reference::one("testerId", "User", "tester")],
        search: &["title"],
        sorts: &["plannedOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &control_test::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
