//! Events that anyone reports, and the incidents they turn out to be (controls A.5.24 to A.5.28 and A.6.8).

mod acts;
mod anonymous;
mod clock;
mod close;
mod import;
mod lead;
mod personal;
mod phase;
mod rest;

pub use acts::{Assess, Note, Review};
pub use clock::follow;
pub use close::{Close, Reopen};
pub use lead::{Assign, Correct, Rate};
pub use personal::NoPersonalData;
pub use phase::{Contain, Eradicate, Recover};
pub use rest::register;

use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::Writing;
use crate::support::evidence;
use isms_authz::{Action, Attribute, Kind};
use isms_entity::operation::incident::{self, IncidentState};

/// An incident.
pub struct Incident;

impl Resource for Incident {
    record_of!(
        incident, NothingComputed;
        Assess, Contain, Eradicate, Recover, Note, Review, Close, Reopen, Rate, Assign, Correct,
        NoPersonalData,
    );

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
            Attribute::new("reporter", "reported_by", Kind::Entity("User")),
            Attribute::new("leaders", "leader_ids", Kind::Entities("User")),
            Attribute::optional("worstSeverity", "worst_severity", Kind::Long),
            Attribute::new("confidential", "confidential", Kind::Bool),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::many("assetIds", "Asset", "assets"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("supplierIds", "Supplier", "suppliers"),
            Reference::one("managerId", "User", "manager"),
            Reference::many("leaderIds", "User", "leaders"),
            Reference::many("teamIds", "User", "team"),
        ],
        sensitive: &["description", "channel", "reported_by", "created_by", "updated_by"],
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
        }
        let detected = *row.detected_at.get_or_insert_with(|| caller.now());
        let mut faults = Faults::default();
        faults.when(detected > caller.now(), "detectedAt", "lies in the future");
        let order = row.occurred_at.is_some_and(|occurred| occurred > detected);
        faults.when(order, "occurredAt", "is after it was noticed (I-69)");
        if let Some(old) = old.filter(|old| old.confidential && !row.confidential) {
            // Whoever leads lifts the seal; until somebody does, it is the reporter's own.
            if old.state != IncidentState::Reported {
                let _ = caller.permit::<Self>(Action::Approve, old)?;
            }
        }
        let first = [row.contained_at, row.eradicated_at, row.recovered_at].into_iter().flatten().min();
        let ended = first.is_some_and(|first| first < detected);
        faults.when(ended, "detectedAt", "is after it was contained, eradicated or recovered (I-69)");
        personal::check(old, row, &mut faults);
        faults.settle()
    }

    async fn stored(caller: &Writing<'_>, old: Option<&incident::Model>, row: &incident::Model) -> Outcome<()> {
        let counts = |r: &incident::Model| (r.declared_at, r.personal_data, r.severity);
        if row.declared_at.is_some() && old.is_none_or(|old| counts(old) != counts(row)) {
            clock::start(caller, row).await?;
        }
        let known = |r: &incident::Model| (r.confidential, r.team_ids.clone(), r.unit_id);
        if old.is_some_and(|old| known(old) != known(row)) {
            clock::keep(caller, row).await?;
            evidence::keep(caller, row).await?;
        }
        Ok(())
    }
}
