//! The inputs of a review (9.3.2), as questions to the live records: all of them in one statement. Confidential
//! incidents are left out, for more people read the review than them (I-71).

use crate::caller::Caller;
use crate::improvement::{improvement::Improvement, nonconformity::Nonconformity};
use crate::planning::{action::Action as Task, objective::Objective, risk::Risk};
use crate::resource::{Error, Frozen, Outcome, Resource};
use crate::store::{Due, Probe};
use isms_authz::Action;
use isms_entity::evaluation::management_review::{self, ReviewInput};
use isms_entity::{Json, Words};
use serde_json::{Map, Value, json};

/// The inputs by letter, with what each is about.
pub const LETTERS: [(&str, &str); 10] = [
    ("a", "Actions of earlier reviews"),
    ("b", "Changes in external and internal issues"),
    ("c", "Changes in the needs of interested parties"),
    ("d1", "Nonconformities and corrective actions"),
    ("d2", "Results of monitoring and measurement"),
    ("d3", "Results of audits"),
    ("d4", "Fulfilment of objectives"),
    ("e", "Feedback from interested parties"),
    ("f", "Results of risk assessment and status of treatment"),
    ("g", "Opportunities for improvement"),
];

/// A figure of an input: how many records are like this, in the period when a day is named.
struct Figure {
    letter: &'static str,
    name: &'static str,
    of: &'static str,
    is: &'static str,
    at: Due,
}

const fn now(letter: &'static str, name: &'static str, of: &'static str, is: &'static str) -> Figure {
    Figure { letter, name, of, is, at: Due::Never }
}

const fn during(letter: &'static str, name: &'static str, of: &'static str, is: &'static str, at: Due) -> Figure {
    Figure { letter, name, of, is, at }
}

const CHANGED: Due = Due::Instant("updated_at");

const FIGURES: &[Figure] = &[
    now(
        "a",
        "open",
        "Action",
        "{self}.\"review_id\" IS NOT NULL AND {self}.\"state\" IN ('open', 'inProgress', 'blocked')",
    ),
    now("a", "overdue", "Action", "{self}.\"review_id\" IS NOT NULL AND {=overdue}"),
    now("a", "done", "Action", "{self}.\"review_id\" IS NOT NULL AND {self}.\"state\" IN ('done', 'verified')"),
    during("b", "changedIssues", "Issue", "1 = 1", CHANGED),
    during("b", "climateDecisions", "ClimateDetermination", "{self}.\"state\" <> 'draft'", CHANGED),
    during("c", "changedRequirements", "PartyRequirement", "1 = 1", CHANGED),
    during("c", "changedObligations", "LegalRequirement", "1 = 1", CHANGED),
    during("d1", "opened", "Nonconformity", "1 = 1", Due::Day("detected_on")),
    during("d1", "closed", "Nonconformity", "{self}.\"state\" = 'closed'", Due::Instant("verified_at")),
    now("d1", "open", "Nonconformity", "{self}.\"state\" <> 'closed'"),
    now("d1", "openMajor", "Nonconformity", "{self}.\"state\" <> 'closed' AND {self}.\"grade\" = 'major'"),
    now(
        "d1",
        "overdue",
        "Nonconformity",
        "{self}.\"state\" NOT IN ('implemented', 'closed') AND {self}.\"due_on\" < {today}",
    ),
    during("d1", "repeated", "Nonconformity", "{self}.\"repeats_id\" IS NOT NULL", Due::Day("detected_on")),
    now("d2", "activeMetrics", "Metric", "{self}.\"state\" = 'active'"),
    during(
        "d2",
        "green",
        "Measurement",
        "NOT {self}.\"replaced\" AND {self}.\"verdict\" = 'green'",
        Due::Day("period_to"),
    ),
    during(
        "d2",
        "amber",
        "Measurement",
        "NOT {self}.\"replaced\" AND {self}.\"verdict\" = 'amber'",
        Due::Day("period_to"),
    ),
    during("d2", "red", "Measurement", "NOT {self}.\"replaced\" AND {self}.\"verdict\" = 'red'", Due::Day("period_to")),
    now("d2", "noData", "Metric", "{self}.\"state\" = 'active' AND ({=last_verdict} IS NULL OR {=late})"),
    during("d3", "planned", "Audit", "{self}.\"state\" <> 'cancelled'", Due::Day("planned_from")),
    during("d3", "reported", "Audit", "{self}.\"state\" IN ('reported', 'closed')", Due::Instant("issued_at")),
    during("d3", "majorFindings", "Finding", "{self}.\"grade\" = 'major'", Due::Instant("issued_at")),
    during("d3", "minorFindings", "Finding", "{self}.\"grade\" = 'minor'", Due::Instant("issued_at")),
    during(
        "d3",
        "findingsOfTheBody",
        "Finding",
        "{self}.\"certification_audit_id\" IS NOT NULL",
        Due::Instant("issued_at"),
    ),
    during("d3", "certificationAudits", "CertificationAudit", "{self}.\"state\" = 'done'", Due::Day("done_on")),
    now("d4", "pursued", "Objective", "{self}.\"state\" = 'approved'"),
    now("d4", "overdue", "Objective", "{=overdue}"),
    during("d4", "achieved", "Objective", "{self}.\"state\" = 'achieved'", CHANGED),
    during("d4", "missed", "Objective", "{self}.\"state\" = 'missed'", CHANGED),
    during("e", "complaints", "Nonconformity", "{self}.\"source\" = 'complaint'", Due::Day("detected_on")),
    during("e", "broughtUpBySuppliers", "Nonconformity", "{self}.\"source\" = 'supplier'", Due::Day("detected_on")),
    during("e", "supplierAssessments", "SupplierAssessment", "1 = 1", Due::Instant("concluded_at")),
    during("e", "suggestions", "Improvement", "{self}.\"source\" = 'suggestion'", Due::Instant("created_at")),
    during(
        "e",
        "incidents",
        "Incident",
        "NOT {self}.\"confidential\" AND {self}.\"declared_at\" IS NOT NULL",
        Due::Instant("declared_at"),
    ),
    now("f", "risks", "Risk", "{self}.\"state\" <> 'closed'"),
    now("f", "aboveCriterion", "Risk", "{self}.\"state\" <> 'closed' AND {self}.\"above_criterion\""),
    now("f", "onTimeTreatment", "Risk", "{self}.\"state\" <> 'closed' AND {=handling} = 'onTimeTreatment'"),
    now("f", "overdueTreatment", "Risk", "{self}.\"state\" <> 'closed' AND {=handling} = 'overdueTreatment'"),
    now("f", "accepted", "Risk", "{self}.\"state\" <> 'closed' AND {=handling} = 'accepted'"),
    now("f", "unhandled", "Risk", "{self}.\"state\" <> 'closed' AND {=handling} = 'unhandled'"),
    now("f", "plansRunning", "TreatmentPlan", "{self}.\"state\" = 'approved'"),
    during("f", "assessments", "Campaign", "{self}.\"state\" = 'approved'", Due::Instant("approved_at")),
    during("g", "proposed", "Improvement", "1 = 1", Due::Instant("created_at")),
    during("g", "implemented", "Improvement", "{self}.\"state\" = 'implemented'", CHANGED),
    during("g", "opportunitiesFound", "Finding", "{self}.\"grade\" = 'opportunity'", Due::Instant("issued_at")),
    during(
        "g",
        "lessonsOfIncidents",
        "Incident",
        "NOT {self}.\"confidential\" AND {self}.\"lessons\" IS NOT NULL",
        Due::Instant("closed_at"),
    ),
    now("g", "opportunities", "Opportunity", "{self}.\"state\" IN ('identified', 'planned')"),
];

/// How many records are named for each figure.
const NAMED: u64 = 25;

/// All inputs as of now. Their cost grows with the number of records, not of figures.
pub(super) async fn compile(caller: &Caller, row: &management_review::Model) -> Outcome<Vec<ReviewInput>> {
    whole(caller)?;
    let span = Some((row.period_from, row.period_to));
    let probe = |figure: &Figure| Probe {
        of: figure.of,
        verb: Action::List,
        is: figure.is,
        due: figure.at,
        span: span.filter(|_| figure.at != Due::Never),
    };
    let probes: Vec<Probe> = FIGURES.iter().map(probe).collect();
    let answers = caller.probe(&probes, None, NAMED).await?;
    let inputs = LETTERS.iter().map(|(letter, title)| {
        let (mut figures, mut records, mut total) = (Map::new(), Vec::new(), 0);
        for (figure, answer) in FIGURES.iter().zip(&answers).filter(|(figure, _)| figure.letter == *letter) {
            figures.insert(figure.name.to_owned(), json!(answer.total));
            total += answer.total;
            records.extend(answer.first.iter().map(|found| found.reference.clone()));
        }
        records.sort_unstable();
        records.dedup();
        ReviewInput {
            letter: (*letter).to_owned(),
            title: (*title).to_owned(),
            as_of: caller.now(),
            none: total == 0,
            figures: Json(figures.into()),
            records: Words(records),
            comment: None,
        }
    });
    Ok(inputs.collect())
}

/// Figures and references tell of the whole organisation: not of use to external auditors who look into a part of it.
pub const FOR_AUDITORS: Frozen = Frozen {
    column: "inputs",
    of: &["Action", "Issue", "Nonconformity", "Risk", "Objective", "Improvement"],
    outside: true,
    blank: |inputs, remit| {
        let inputs = inputs.as_array_mut().filter(|_| remit.is_some()).into_iter().flatten();
        for input in inputs.filter_map(Value::as_object_mut) {
            input.insert("figures".into(), json!({}));
            input.insert("records".into(), json!([]));
        }
    },
};

/// Whoever compiles sees all of what is counted: a figure with holes misleads.
fn whole(caller: &Caller) -> Outcome<()> {
    for spec in [Task::SPEC, Objective::SPEC, Risk::SPEC, Nonconformity::SPEC, Improvement::SPEC] {
        let condition = caller.access.condition(Action::List, spec.policy_type)?;
        if !condition.admits_organisation(caller.organisation()) {
            let detail = format!("the inputs are drawn from every {}; you may not see all of them", spec.noun);
            return Err(Error::Denied(detail));
        }
    }
    Ok(())
}
