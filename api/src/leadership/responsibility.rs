//! Responsibilities in the ISMS (clause 5.3): named by the manager, agreed to by who bears them. Policies read them.

use crate::authz::{Action, Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Computed, Faults, Nothing, Outcome, Reference, Resource, Spec, record_of, word};
use isms_entity::leadership::responsibility::{self, ResponsibilityState};
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A responsibility.
pub struct Responsibility;

/// Whether somebody is there to bear it.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Bearing {
    /// Whether the holder is not active (I-04).
    pub orphaned: bool,
}

impl Resource for Responsibility {
    record_of!(responsibility, Bearing; Accept);

    const SPEC: Spec = Spec {
        name: "Responsibility",
        policy_type: "Responsibility",
        plural: "responsibilities",
        noun: "responsibility",
        table: "responsibility",
        prefix: "RSP",
        clause: "5 Leadership",
        attributes: &[Attribute::new("holder", "holder_id", Kind::Entity("User"))],
        references: &[Reference::one("holderId", "User", "holder"), Reference::one("deputyId", "User", "deputy")],
        search: &["title", "authority"],
        sorts: &["title"],
        computed: &[Computed {
            name: "orphaned",
            sql: "(NOT EXISTS (SELECT 1 FROM {User} u WHERE u.id = {self}.\"holder_id\" AND u.active AND u.retired_at IS NULL))",
        }],
        acts: Self::ACTS,
        grants_access: true,
        ..Spec::PLAIN
    };

    fn state(row: &responsibility::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        _caller: &Caller,
        old: Option<&responsibility::Model>,
        row: &mut responsibility::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(row.deputy_id == Some(row.holder_id), "deputyId", "is somebody else than the holder");
        faults.settle()?;
        // Whoever is named anew, or for something else, agrees anew.
        let named = |r: &responsibility::Model| (r.holder_id, r.deputy_id, r.duty, r.unit_id);
        if old.is_some_and(|old| named(old) != named(row)) {
            (row.state, row.accepted_at) = (ResponsibilityState::Assigned, None);
        }
        Ok(())
    }
}

/// Assigned → accepted.
pub struct Accept;

impl Act for Accept {
    type Of = Responsibility;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "accept",
        verb: Action::Accept,
        from: &["assigned"],
        summary: "Who is named agrees to bear it",
    };

    async fn run(caller: &Caller, row: &mut responsibility::Model, _input: Nothing) -> Outcome<()> {
        row.state = ResponsibilityState::Accepted;
        row.accepted_at = Some(caller.now());
        Ok(())
    }
}
