//! Certificates and the cycle of three years that they stand in. They are recorded from the body's documents: nothing
//! here grants conformity.

mod acts;

pub use acts::{Activate, PlanCycle, Suspend, Withdraw};

use crate::caller::Caller;
use crate::planning::statement::Statement;
use crate::resource::{Computed, Faults, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::{Query, Test};
use isms_authz::{Attribute, Kind};
use isms_entity::evaluation::certificate::{self, CertificateState};
use isms_entity::months_on;
use isms_entity::planning::statement::StatementState;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A certificate.
pub struct Certificate;

/// The longest time that a certificate is good for, months.
const CYCLE: i32 = 36;

/// What a certificate is worth today.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct CertificateStanding {
    /// Whether its last day has passed (I-08).
    pub expired: bool,
    /// Whether it names a scope or a Statement of Applicability that is not in force any more: the body has to know.
    pub outdated: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

impl Resource for Certificate {
    record_of!(certificate, CertificateStanding; Activate, PlanCycle, Suspend, Withdraw);

    const SPEC: Spec = Spec {
        name: "Certificate",
        policy_type: "Certificate",
        plural: "certificates",
        noun: "certificate",
        table: "certificate",
        prefix: "CRT",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("scopeId", "Scope", "scope"),
            Reference::one("statementId", "Statement", "statement"),
            Reference::many("siteIds", "Asset", "sites"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title"],
        sorts: &["expiresOn"],
        computed: &[
            Computed {
                name: "expired",
                sql: "({self}.\"expires_on\" IS NOT NULL AND {self}.\"expires_on\" < {today})",
            },
            Computed {
                name: "outdated",
                sql: "(EXISTS (SELECT 1 FROM {Statement} s WHERE s.id = {self}.\"statement_id\" AND s.state <> 'approved') \
                      OR EXISTS (SELECT 1 FROM {Scope} c WHERE c.id = {self}.\"scope_id\" AND c.state <> 'approved'))",
            },
            Computed::ORPHANED,
        ],
        acts: Self::ACTS,
        editable_in: &["applied", "valid", "suspended"],
        ..Spec::PLAIN
    };

    fn state(row: &certificate::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&certificate::Model>, row: &mut certificate::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(row.decided_on.is_some_and(|day| day > caller.today()), "decidedOn", "is in the future");
        if let (Some(decided), Some(expires)) = (row.decided_on, row.expires_on) {
            let latest = months_on(decided, CYCLE);
            faults.when(expires <= decided, "expiresOn", "comes after the decision");
            faults.when(latest.is_some_and(|day| expires > day), "expiresOn", "is three years on at most");
        }
        if let Some(old) = old.filter(|old| old.state != CertificateState::Applied) {
            let stays = "stays as the body certified it; a new certificate is a new record";
            faults.when(old.number != row.number, "number", stays);
            faults.when(old.scope_text != row.scope_text, "scopeText", stays);
            faults.when(old.scope_id != row.scope_id, "scopeId", stays);
            faults.when(old.statement_id != row.statement_id, "statementId", stays);
            faults.when(old.decided_on != row.decided_on, "decidedOn", stays);
            faults.when(old.expires_on != row.expires_on, "expiresOn", stays);
        }
        if let Some(id) = row.statement_id.filter(|_| old.is_none_or(|old| old.statement_id != row.statement_id)) {
            let found = caller.for_rules::<Statement>(&Query::of([Test::is("id", id)])).await?;
            let approved = |state| matches!(state, StatementState::Approved | StatementState::Superseded);
            let fits = found.first().is_none_or(|statement| approved(statement.state));
            faults.when(!fits, "statementId", "names a version that was never approved (I-46)");
        }
        faults.settle()
    }
}
