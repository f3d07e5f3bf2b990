//! Events that anyone reports, and the incidents they turn out to be (controls A.5.24 to A.5.28 and A.6.8).

mod acts;
mod clock;
mod phase;

pub use acts::{Assess, Close, Correct, Note, Reopen, Review};
pub use clock::follow;
pub use phase::{Contain, Eradicate, Recover};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_entity::Ids;
use isms_entity::operation::incident;

/// An incident.
pub struct Incident;

impl Resource for Incident {
    record_of!(incident, NothingComputed; Assess, Contain, Eradicate, Recover, Note, Review, Close, Reopen, Correct);

    const SPEC: Spec = Spec {
        name: "Incident",
        policy_type: "Incident",
        plural: "incidents",
        noun: "incident",
        table: "incident",
        prefix: "INC",
        clause: "8 Operation",
        attributes: &[
            Attribute::new("team", "team_ids", Kind::Entities("User")),
            Attribute::new("confidential", "confidential", Kind::Bool),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::many("assetIds", "Asset", "assets"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("supplierIds", "Supplier", "suppliers"),
            Reference::one("managerId", "User", "manager"),
            Reference::many("teamIds", "User", "teams"),
        ],
        search: &["title", "description"],
        sorts: &["detectedAt"],
        acts: Self::ACTS,
        editable_in: &["reported", "declared", "contained", "eradicated", "recovered", "reviewed"],
        ..Spec::PLAIN
    };

    fn state(row: &incident::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&incident::Model>, row: &mut incident::Model) -> Outcome<()> {
        if old.is_none() {
            row.reported_by = caller.id();
            row.team_ids = Ids(vec![caller.id()]);
        }
        let detected = *row.detected_at.get_or_insert_with(|| caller.now());
        let mut faults = Faults::default();
        faults.when(detected > caller.now(), "detectedAt", "lies in the future");
        let order = row.occurred_at.is_some_and(|occurred| occurred > detected);
        faults.when(order, "occurredAt", "is after it was noticed (I-69)");
        let contained = row.contained_at.is_some_and(|contained| contained < detected);
        faults.when(contained, "detectedAt", "is after it was contained (I-69)");
        faults.settle()
    }

    async fn stored(caller: &Caller, old: Option<&incident::Model>, row: &incident::Model) -> Outcome<()> {
        let known = |r: &incident::Model| (r.confidential, r.team_ids.clone(), r.unit_id);
        if old.is_some_and(|old| known(old) != known(row)) { clock::keep(caller, row).await } else { Ok(()) }
    }
}
