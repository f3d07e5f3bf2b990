//! Audits by the certification body, as it reports them (ISO/IEC 17021-1).

use crate::caller::Caller;
use crate::resource::{
    Act, ActSpec, Computed, Faults, Lateness, Outcome, Reference, Resource, Spec, is_blank, record_of, step, word,
};
use chrono::NaiveDate;
use isms_authz::{Action as Verb, Attribute, Kind};
use isms_entity::evaluation::certification_audit::{self, CertificationAuditState};
use serde::Deserialize;
use utoipa::ToSchema;

/// A certification audit.
pub struct CertificationAudit;

impl Resource for CertificationAudit {
    record_of!(certification_audit, Lateness; Done, Cancel);

    const SPEC: Spec = Spec {
        name: "CertificationAudit",
        policy_type: "CertificationAudit",
        plural: "certification-audits",
        noun: "certification audit",
        table: "certification_audit",
        prefix: "CBA",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("certificateId", "Certificate", "certificate"),
            Reference::one("ownerId", "User", "owner"),
        ],
        personal: &["auditors"],
        search: &["title"],
        sorts: &["plannedOn"],
        computed: &[Computed {
            name: "overdue",
            sql: "({self}.\"state\" = 'planned' AND {self}.\"planned_on\" < {today})",
        }],
        acts: Self::ACTS,
        editable_in: &["planned"],
        ..Spec::PLAIN
    };

    fn state(row: &certification_audit::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        _caller: &Caller,
        _old: Option<&certification_audit::Model>,
        row: &mut certification_audit::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(
            row.ends_on.is_some_and(|day| day < row.planned_on),
            "endsOn",
            "does not come before the first day",
        );
        faults.settle()
    }
}

/// Planned → done.
pub struct Done;

/// What the body concluded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertificationResult {
    /// When it ended.
    pub done_on: NaiveDate,
    /// What the body concluded, in its words.
    pub result: String,
}

impl Act for Done {
    type Of = CertificationAudit;
    type Input = CertificationResult;
    const SPEC: ActSpec = ActSpec {
        name: "done",
        verb: Verb::Close,
        from: &["planned"],
        summary: "It took place, and this is what the body concluded",
    };

    async fn run(caller: &Caller, row: &mut certification_audit::Model, input: CertificationResult) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(input.done_on > caller.today(), "doneOn", "is in the future");
        faults.when(is_blank(&input.result), "result", "says what the body concluded");
        faults.settle()?;
        row.done_on = Some(input.done_on);
        row.result = Some(input.result);
        row.state = CertificationAuditState::Done;
        Ok(())
    }
}

step! {
    /// Planned → cancelled.
    Cancel of CertificationAudit: "cancel" Close ["planned"] => CertificationAuditState::Cancelled, because result,
    "It does not take place, for a reason"
}
