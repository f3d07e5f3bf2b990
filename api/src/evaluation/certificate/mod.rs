//! Certificates and the cycle of three years that they stand in.

mod acts;

pub use acts::{Activate, PlanCycle, Suspend, Withdraw};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use chrono::Months;
use isms_entity::evaluation::certificate;

/// A certificate.
pub struct Certificate;

impl Resource for Certificate {
    record_of!(certificate, NothingComputed; Activate, Suspend, Withdraw, PlanCycle);

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
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &certificate::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(_caller: &Caller, _old: Option<&certificate::Model>, row: &mut certificate::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        if let (Some(decided), Some(expires)) = (row.decided_on, row.expires_on) {
            let longest = decided.checked_add_months(Months::new(36));
            faults.when(expires < decided, "expiresOn", "is before decidedOn");
            faults.when(longest.is_none_or(|longest| expires > longest), "expiresOn", "is three years on at most");
        }
        faults.settle()
    }
}
