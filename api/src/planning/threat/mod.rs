//! The catalogue of threats (clause 6.1.2 c): a starter set in our own words, and the organisation's own.

use super::PROPERTIES;
use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Resource, Spec, record_of};
use isms_entity::planning::threat;

/// The starter set as JSON: drafts.
pub const STARTER: &str = include_str!("starter.json");

/// A threat.
pub struct Threat;

impl Resource for Threat {
    record_of!(threat, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Threat",
        policy_type: "Threat",
        plural: "threats",
        noun: "threat",
        table: "threat",
        prefix: "THR",
        clause: "6 Planning",
        search: &["code", "name", "description"],
        sorts: &["name"],
        ..Spec::PLAIN
    };

    async fn settle(_caller: &Caller, _old: Option<&threat::Model>, row: &mut threat::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.words("properties", &row.properties, PROPERTIES);
        faults.settle()
    }
}
