//! Internal audits (clause 9.2): planned, announced, held, reported and followed up, by people who audit nothing of
//! their own (I-53).

mod acts;
mod checklist;
mod independence;
mod report;
mod settle;

pub use acts::{Announce, Cancel, Close, Start};
pub use checklist::DrawChecklist;
pub use report::IssueReport;

use crate::caller::Caller;
use crate::resource::{Computed, Lateness, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::Writing;
use isms_authz::{Attribute, Kind};
use isms_entity::evaluation::audit;

/// An audit.
pub struct Audit;

impl Resource for Audit {
    record_of!(audit, Lateness; Announce, Start, DrawChecklist, IssueReport, Close, Cancel);

    const SPEC: Spec = Spec {
        name: "Audit",
        policy_type: "Audit",
        plural: "audits",
        noun: "audit",
        table: "audit",
        prefix: "AUD",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("lead", "lead_id", Kind::Entity("User")),
            Attribute::new("auditors", "auditor_ids", Kind::Entities("User")),
            Attribute::new("auditees", "auditee_ids", Kind::Entities("User")),
        ],
        frozen: &[report::FROZEN, report::FOR_AUDITORS],
        references: &[
            Reference::one("programmeId", "AuditProgramme", "programme"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("unitIds", "Unit", "units"),
            Reference::one("supplierId", "Supplier", "supplier"),
            Reference::one("leadId", "User", "lead"),
            Reference::many("teamIds", "User", "team"),
            Reference::many("auditeeIds", "User", "auditees"),
            Reference::many("auditorIds", "User", "auditors"),
            Reference::many("distributionIds", "User", "distribution"),
        ],
        search: &["title"],
        sorts: &["plannedFrom"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" IN ('planned', 'announced', 'inProgress') AND {self}.\"planned_to\" < {today})",
        }],
        acts: Self::ACTS,
        editable_in: &["planned", "announced", "inProgress"],
        ..Spec::PLAIN
    };

    fn state(row: &audit::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&audit::Model>, row: &mut audit::Model) -> Outcome<()> {
        settle::settle(caller, old, row).await
    }

    async fn stored(caller: &Writing<'_>, old: Option<&audit::Model>, row: &audit::Model) -> Outcome<()> {
        match old {
            Some(old) => settle::hand_on(caller, old, row).await,
            None => Ok(()),
        }
    }
}
