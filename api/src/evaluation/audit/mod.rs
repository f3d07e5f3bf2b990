//! Internal audits (clause 9.2).

mod acts;
mod independence;

pub use acts::{Announce, Cancel, Close, Issue, Start};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::evaluation::readiness::rules::SUBCLAUSES;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_entity::evaluation::audit;
use isms_entity::{Ids, Json};
use serde_json::json;

/// An audit.
pub struct Audit;

impl Resource for Audit {
    record_of!(audit, NothingComputed; Announce, Start, Issue, Close, Cancel);

    const SPEC: Spec = Spec {
        name: "Audit",
        policy_type: "Audit",
        plural: "audits",
        noun: "audit",
        table: "audit",
        prefix: "AUD",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::new("lead", "lead_id", Kind::Entity("User")),
            Attribute::new("auditors", "auditor_ids", Kind::Entities("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("programmeId", "AuditProgramme", "programme"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("unitIds", "Unit", "units"),
            Reference::one("supplierId", "Supplier", "supplier"),
            Reference::one("leadId", "User", "lead"),
            Reference::many("teamIds", "User", "teams"),
            Reference::many("auditeeIds", "User", "auditees"),
            Reference::many("auditorIds", "User", "auditors"),
            Reference::many("distributionIds", "User", "distributions"),
        ],
        search: &["title"],
        sorts: &["plannedFrom"],
        acts: Self::ACTS,
        editable_in: &["planned", "announced", "inProgress"],
        ..Spec::PLAIN
    };

    fn state(row: &audit::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&audit::Model>, row: &mut audit::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(row.planned_to < row.planned_from, "plannedTo", "is before plannedFrom");
        for (i, clause) in row.clauses.0.iter().enumerate() {
            let known = SUBCLAUSES.iter().any(|(known, _)| known == clause);
            faults.when(!known, &format!("clauses/{i}"), "is not a sub-clause such as 6.1.2");
        }
        faults.settle()?;
        let mut auditors = vec![row.lead_id];
        auditors.extend(row.team_ids.0.iter().filter(|member| **member != row.lead_id));
        row.auditor_ids = Ids(auditors);
        if old.is_none() {
            row.report = Json(json!({}));
        }
        independence::check(caller, row).await
    }
}
