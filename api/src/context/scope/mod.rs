//! The scope of the ISMS in editions, each approved by top management (clause 4.3).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::context::scope;

/// A scope.
pub struct Scope;

impl Resource for Scope {
    record_of!(scope, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Scope",
        policy_type: "Scope",
        plural: "scopes",
        noun: "scope",
        table: "scope",
        prefix: "SCO",
        clause: "4 Context",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[
            Reference::many("unitIds", "Unit", "units"),
            Reference::many("siteIds", "Asset", "sites"),
            Reference::many("serviceIds", "Asset", "services"),
            Reference::many("processIds", "Process", "processes"),
            Reference::many("issueIds", "Issue", "issues"),
            Reference::many("requirementIds", "PartyRequirement", "requirements"),
        ],
        search: &["title", "statement"],
        sorts: &["edition"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &scope::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
