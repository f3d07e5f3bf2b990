//! What a certificate is worth, and the audits of its three years.

use super::Certificate;
use crate::authz::Action;
use crate::caller::Caller;
use crate::evaluation::certification_audit::CertificationAudit;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, service, step};
use crate::store::{Query, Test};
use chrono::Months;
use isms_entity::evaluation::certificate::{self, CertificateState};
use serde_json::json;

/// → valid.
pub struct Activate;

impl Act for Activate {
    type Of = Certificate;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "activate",
        verb: Action::Update,
        from: &["applied", "suspended"],
        summary: "The body has granted it, or restored it",
    };

    async fn run(_caller: &Caller, row: &mut certificate::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("number", row.number.as_ref(), "the certificate's number");
        faults.when(row.decided_on.is_none(), "decidedOn", "when it was granted");
        faults.when(row.expires_on.is_none(), "expiresOn", "its last day");
        faults.when(row.statement_id.is_none(), "statementId", "which statement it names (I-46)");
        faults.settle()?;
        row.state = CertificateState::Valid;
        Ok(())
    }
}

step! {
    /// Valid → suspended.
    Suspend of Certificate: "suspend" Update ["valid"] => CertificateState::Suspended, because reason,
    "The body has suspended it, and why"
}
step! {
    /// → withdrawn.
    Withdraw of Certificate: "withdraw" Update ["valid", "suspended"] => CertificateState::Withdrawn, because reason,
    "The body has withdrawn it, and why"
}

/// Plans the audits of the cycle.
pub struct PlanCycle;

impl Act for PlanCycle {
    type Of = Certificate;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "plan-cycle",
        verb: Action::Update,
        from: &["valid"],
        summary: "Plan two surveillance audits and the recertification, where they are missing",
    };

    async fn run(caller: &Caller, row: &mut certificate::Model, _input: Nothing) -> Outcome<()> {
        let (Some(decided), Some(expires)) = (row.decided_on, row.expires_on) else {
            return Err(Error::Conflict("its days are not known".into()));
        };
        let there = caller.for_rules::<CertificationAudit>(&Query::of([Test::is("certificate_id", row.id)])).await?;
        let planned = [
            ("surveillance", "First surveillance", decided.checked_add_months(Months::new(11))),
            ("surveillance", "Second surveillance", decided.checked_add_months(Months::new(23))),
            ("recertification", "Recertification", expires.checked_sub_months(Months::new(3))),
        ];
        for (kind, title, day) in planned {
            if there.iter().any(|audit| audit.title == title) {
                continue;
            }
            let draft = json!({
                "title": title, "kind": kind, "certificateId": row.id, "plannedOn": day, "ownerId": row.owner_id,
                "unitId": row.unit_id,
            });
            service::create::<CertificationAudit>(caller, draft).await?;
        }
        Ok(())
    }
}
