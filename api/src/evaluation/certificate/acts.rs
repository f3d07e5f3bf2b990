//! What the certification body decides, as recorded here, and the audits that follow from it.

use super::Certificate;
use crate::caller::Caller;
use crate::evaluation::certification_audit::CertificationAudit;
use crate::resource::{Act, ActSpec, Error, Faults, Nothing, Outcome, service, step, word};
use crate::store::{Query, Test};
use chrono::{Days, NaiveDate};
use isms_authz::Action as Verb;
use isms_entity::evaluation::certificate::{self, CertificateState};
use isms_entity::evaluation::certification_audit::{CertificationAuditKind, CertificationAuditState};
use isms_entity::months_on;
use serde_json::json;

/// Applied or suspended → valid.
pub struct Activate;

impl Act for Activate {
    type Of = Certificate;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "activate",
        verb: Verb::Close,
        from: &["applied", "suspended"],
        summary: "The body has granted it, or has lifted its suspension",
    };

    async fn run(_caller: &Caller, row: &mut certificate::Model, _input: Nothing) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.told("number", row.number.as_ref(), "stands on the certificate");
        faults.told("scopeText", row.scope_text.as_ref(), "stands on the certificate");
        faults.when(row.statement_id.is_none(), "statementId", "names the version that the certificate cites (I-46)");
        faults.when(row.decided_on.is_none(), "decidedOn", "says when the body decided");
        faults.when(row.expires_on.is_none(), "expiresOn", "says until when it is good");
        faults.settle()?;
        row.reason = None;
        row.state = CertificateState::Valid;
        Ok(())
    }
}

step! {
    /// Valid → suspended.
    Suspend of Certificate: "suspend" Close ["valid"] => CertificateState::Suspended, because reason,
    "The body has suspended it, for a reason"
}

step! {
    /// Valid or suspended → withdrawn.
    Withdraw of Certificate: "withdraw" Close ["valid", "suspended"] => CertificateState::Withdrawn, because reason,
    "The body has withdrawn it, or it was given up"
}

/// Plan the audits of the cycle.
pub struct PlanCycle;

impl Act for PlanCycle {
    type Of = Certificate;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "plan-cycle",
        verb: Verb::Close,
        from: &["valid"],
        summary: "Plan surveillance within 12 and 24 months and recertification before the last day (ISO/IEC 17021-1)",
    };

    async fn run(caller: &Caller, row: &mut certificate::Model, _input: Nothing) -> Outcome<()> {
        let (Some(decided), Some(expires)) = (row.decided_on, row.expires_on) else {
            return Err(Error::Conflict("the certificate has no cycle: its days are missing".into()));
        };
        let there = caller.for_rules::<CertificationAudit>(&Query::of([Test::is("certificate_id", row.id)])).await?;
        let mut drafts = Vec::new();
        for (title, kind, from, until) in cycle(decided, expires) {
            let planned = there.iter().filter(|audit| audit.state != CertificationAuditState::Cancelled);
            let mut same =
                planned.filter(|audit| audit.kind == kind && audit.planned_on > from && audit.planned_on <= until);
            if same.next().is_none() {
                let day = until.checked_sub_days(Days::new(LEAD)).unwrap_or(until).max(from);
                drafts.push(json!({
                    "title": title, "certificateId": row.id, "kind": word(&kind), "plannedOn": day,
                    "ownerId": row.owner_id, "unitId": row.unit_id,
                }));
            }
        }
        if drafts.is_empty() {
            return Err(Error::Conflict("the audits of the cycle are planned already".into()));
        }
        service::create_all::<CertificationAudit>(caller, drafts).await.map(drop)
    }
}

/// How long before the last possible day an audit is planned, days.
const LEAD: u64 = 60;

/// The audits of a cycle: title, kind, and the days between which each takes place.
fn cycle(decided: NaiveDate, expires: NaiveDate) -> Vec<(&'static str, CertificationAuditKind, NaiveDate, NaiveDate)> {
    let after = |months| months_on(decided, months).unwrap_or(expires).min(expires);
    let planned = [
        ("First surveillance", CertificationAuditKind::Surveillance, decided, after(12)),
        ("Second surveillance", CertificationAuditKind::Surveillance, after(12), after(24)),
        ("Recertification", CertificationAuditKind::Recertification, after(24), expires),
    ];
    planned.into_iter().filter(|(_, _, from, until)| from < until).collect()
}
