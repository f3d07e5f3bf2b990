//! What somebody is able to do, and what proves it (clause 7.2 b and d).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::support::competence;

/// A competence.
pub struct Competence;

impl Resource for Competence {
    record_of!(competence, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Competence",
        policy_type: "Competence",
        plural: "competences",
        noun: "competence",
        table: "competence",
        prefix: "CMP",
        clause: "7 Support",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[
            Reference::one("personId", "User", "person"),
            Reference::one("requirementId", "CompetenceRequirement", "requirement"),
        ],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &competence::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
