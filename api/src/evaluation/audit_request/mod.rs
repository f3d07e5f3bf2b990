//! The request list of an audit from outside: asked by auditors, answered by owners (ISO 19011, 6.4).

mod acts;

pub use acts::{Accept, Answer, AskAgain, Assign, Withdraw};

use crate::caller::Caller;
use crate::evaluation::engagement::Engagement;
use crate::resource::{
    Computed, Error, Faults, Lateness, Outcome, Reference, Resource, Spec, found_or, record_of, word,
};
use isms_authz::{Attribute, Kind};
use isms_entity::evaluation::audit_request;

/// A request of an auditor.
pub struct AuditRequest;

impl Resource for AuditRequest {
    record_of!(audit_request, Lateness; Assign, Answer, Accept, AskAgain, Withdraw);

    const SPEC: Spec = Spec {
        name: "AuditRequest",
        policy_type: "AuditRequest",
        plural: "audit-requests",
        noun: "audit request",
        table: "audit_request",
        prefix: "REQ",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::new("engagement", "engagement_id", Kind::Entity("Engagement")),
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("engagementId", "Engagement", "engagement"),
            Reference::one("ownerId", "User", "owner"),
            Reference::many("evidenceIds", "Evidence", "evidence"),
            Reference::many("documentVersionIds", "DocumentVersion", "documentVersions"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("incidentIds", "Incident", "incidents"),
        ],
        search: &["title"],
        sorts: &["dueOn"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" = 'open' AND {self}.\"due_on\" IS NOT NULL AND {self}.\"due_on\" < {today})",
        }],
        acts: Self::ACTS,
        editable_in: &["open"],
        live: true,
        ..Spec::PLAIN
    };

    fn state(row: &audit_request::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&audit_request::Model>,
        row: &mut audit_request::Model,
    ) -> Outcome<()> {
        if old.is_none() {
            // Only auditors ask, each within their engagement; others have no leave to.
            let remit = caller.access.principal.remit.as_ref();
            row.engagement_id = remit.map(|remit| remit.engagement).unwrap_or_default();
            let engagement = caller.fetch::<Engagement>(row.engagement_id).await;
            let engagement = found_or(engagement, || Error::Denied("only external auditors ask here".into()))?;
            row.unit_id = engagement.row.unit_id;
        } else if let Some(old) = old {
            row.unit_id = old.unit_id;
        }
        let mut faults = Faults::default();
        faults.told("title", Some(&row.title), "says what is asked");
        faults.settle()
    }
}
