//! The plan of action and milestones: nonconformities and the actions that treat or correct, with the risks and findings
//! that they are about.

use super::form::{called, each, given, prop, prose, uuid};
use super::risks::{Treated, known_as, told};
use super::{Scope, findings};
use crate::evaluation::finding::Finding;
use crate::improvement::nonconformity::Nonconformity;
use crate::planning::acceptance::Acceptance;
use crate::planning::action::Action;
use crate::planning::risk::Risk;
use crate::planning::treatment_plan::TreatmentPlan;
use crate::resource::{Outcome, word};
use crate::store::Found;
use isms_entity::improvement::nonconformity;
use isms_entity::planning::action;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What identifies the system that OSCAL wants to know of: a UUID (RFC 4122).
const BY_UUID: &str = "http://ietf.org/rfc/rfc4122";

/// The document's content; none without an item.
pub async fn plan(scope: &Scope<'_>) -> Outcome<Option<Value>> {
    let known = Known::read(scope).await?;
    let nonconformities = known.nonconformities.iter().map(Found::shown).map(|row| known.corrected(scope, row));
    let actions = known.actions.iter().map(Found::shown).filter(|row| is_meant(row));
    let actions = actions.map(|row| known.acted(scope, row));
    let items: Vec<Value> = nonconformities.chain(actions).collect();
    Ok((!items.is_empty()).then(|| {
        json!({
            "system-id": {"identifier-type": BY_UUID, "id": scope.reader.organisation()},
            "findings": known.findings(scope),
            "risks": known.risks(scope),
            "poam-items": items,
        })
    }))
}

/// Whether an action treats a risk or corrects something; others serve objectives, changes and the like.
fn is_meant(row: &action::Model) -> bool {
    let of = [row.plan_id, row.finding_id, row.nonconformity_id];
    of.iter().any(Option::is_some) || !row.risk_ids.0.is_empty()
}

/// What the plan is drawn from.
struct Known {
    nonconformities: Vec<Found<Nonconformity>>,
    actions: Vec<Found<Action>>,
    findings: Vec<Found<Finding>>,
    risks: Vec<Found<Risk>>,
    plans: Vec<Found<TreatmentPlan>>,
    acceptances: Vec<Found<Acceptance>>,
    references: HashMap<Uuid, String>,
    /// The findings and risks among them.
    seen: HashSet<Uuid>,
}

impl Known {
    async fn read(scope: &Scope<'_>) -> Outcome<Self> {
        let nonconformities: Vec<Found<Nonconformity>> = scope.seen().await?;
        let plans: Vec<Found<TreatmentPlan>> = scope.seen().await?;
        let findings: Vec<Found<Finding>> = scope.seen().await?;
        let risks: Vec<Found<Risk>> = scope.seen().await?;
        let references = nonconformities.iter().map(|found| (found.row.id, found.row.reference.clone()));
        let references = references.chain(plans.iter().map(|found| (found.row.id, found.row.reference.clone())));
        Ok(Self {
            references: references.collect(),
            nonconformities,
            actions: scope.seen().await?,
            seen: findings.iter().map(|found| found.row.id).chain(risks.iter().map(|found| found.row.id)).collect(),
            findings,
            risks,
            plans,
            acceptances: scope.seen().await?,
        })
    }

    /// The findings that items answer.
    fn findings(&self, scope: &Scope<'_>) -> Vec<Value> {
        let answered = self.nonconformities.iter().filter_map(|found| found.shown().finding_id);
        let answered = answered.chain(self.actions.iter().filter_map(|found| found.shown().finding_id));
        let answered: HashSet<Uuid> = answered.collect();
        let rows = self.findings.iter().map(Found::shown).filter(|row| answered.contains(&row.id));
        rows.map(|row| findings::found(scope, row, &[])).collect()
    }

    fn risks(&self, scope: &Scope<'_>) -> Vec<Value> {
        let mut treated: HashMap<Uuid, Treated<'_>> = HashMap::new();
        for row in self.plans.iter().map(Found::shown) {
            row.risk_ids.0.iter().for_each(|risk| treated.entry(*risk).or_default().plans.push(row));
        }
        for row in self.actions.iter().map(Found::shown) {
            row.risk_ids.0.iter().for_each(|risk| treated.entry(*risk).or_default().actions.push(row));
        }
        for row in self.acceptances.iter().map(Found::shown) {
            treated.entry(row.risk_id).or_default().acceptances.push(row);
        }
        self.risks.iter().map(|found| told(scope, found, &treated.remove(&found.row.id).unwrap_or_default())).collect()
    }

    /// The finding that is answered, where it is in the plan.
    fn answering(&self, finding: Option<Uuid>) -> Vec<Value> {
        let seen = finding.into_iter().filter(|id| self.seen.contains(id));
        seen.map(|id| json!({"finding-uuid": uuid("finding", id)})).collect()
    }

    fn called(&self, id: Option<Uuid>) -> Option<&String> {
        self.references.get(&id?)
    }

    fn corrected(&self, scope: &Scope<'_>, row: &nonconformity::Model) -> Value {
        let title = called(&row.title, &row.reference);
        let mut props = vec![
            prop("reference", &row.reference),
            prop("grade", word(&row.grade)),
            prop("state", word(&row.state)),
            prop("source", word(&row.source)),
            given("requirement", row.requirement.as_deref()),
            prop("detected-on", row.detected_on),
            given("due-on", row.due_on),
            given("effect", row.effect.as_ref().map(word)),
        ];
        props.extend(each("control", scope.controls.ids(&row.control_ids.0)));
        json!({
            "uuid": uuid("nonconformity", row.id),
            "title": title,
            "description": prose([row.description.as_deref(), row.cause.as_deref(), row.correction.as_deref()])
                .unwrap_or_else(|| title.clone()),
            "props": props,
            "related-findings": self.answering(row.finding_id),
            "remarks": prose([row.correction_enough.as_deref(), row.effectiveness_criteria.as_deref()]),
        })
    }

    fn acted(&self, scope: &Scope<'_>, row: &action::Model) -> Value {
        let title = called(&row.title, &row.reference);
        let mut props = vec![
            prop("reference", &row.reference),
            prop("state", word(&row.state)),
            prop("due-on", row.due_on),
            prop("priority", row.priority),
            prop("progress", row.progress),
            given("plan", self.called(row.plan_id)),
            given("nonconformity", self.called(row.nonconformity_id)),
        ];
        props.extend(each("control", scope.controls.ids(&row.control_ids.0)));
        let risks = row.risk_ids.0.iter().filter(|id| self.seen.contains(id));
        json!({
            "uuid": uuid("action", row.id),
            "title": title,
            "description": prose([row.description.as_deref()]).unwrap_or_else(|| title.clone()),
            "props": props,
            "related-findings": self.answering(row.finding_id),
            "related-risks": risks.map(|id| json!({"risk-uuid": known_as(*id)})).collect::<Vec<_>>(),
            "remarks": prose([row.proof.as_deref()]),
        })
    }
}
