//! What an acceptance is asked for: the risk as it stands, frozen with its controls and methodology.

use crate::caller::Caller;
use crate::planning::control::Control;
use crate::planning::methodology::Methodology;
use crate::planning::risk::Risk;
use crate::resource::{Error, Outcome, Resource, digest};
use crate::store::{Query, Sort, Test};
use isms_authz::Remit;
use isms_entity::months_on;
use isms_entity::planning::{acceptance, methodology, risk};
use isms_entity::{Common, Json, Recorded};
use serde_json::{Value, json};

/// Checks what was asked for and freezes the state it is asked for.
pub(super) async fn settle(
    caller: &Caller,
    old: Option<&acceptance::Model>,
    row: &mut acceptance::Model,
) -> Outcome<()> {
    if old.is_some_and(|old| old.risk_id != row.risk_id) {
        return Err(Error::field("/riskId", "an acceptance stays with its risk"));
    }
    let risk = caller.named::<Risk>("/riskId", row.risk_id).await?;
    let risk = risk.row;
    let (Some(level), Some(owner), Some(methodology_id)) =
        (Risk::remaining_level(&risk), risk.owner_id, risk.methodology_id)
    else {
        return Err(Error::field("/riskId", "only a risk with an owner and a rating can be accepted"));
    };
    let methodology = caller.fetch::<Methodology>(methodology_id).await?.row;
    row.level = level;
    row.above_criterion = level > methodology.acceptance_level || risk.above_criterion;
    row.risk_owner_id = owner;
    row.methodology_id = methodology.id;
    row.risk_hash.clone_from(&risk.content_hash);
    row.set_common(Common { unit_id: risk.unit_id, ..row.common() });
    check_expiry(caller, row, &methodology)?;
    row.frozen = Json(frozen(caller, &risk, &methodology).await?);
    row.frozen_hash = digest(&row.frozen.0);
    Ok(())
}

fn check_expiry(caller: &Caller, row: &acceptance::Model, methodology: &methodology::Model) -> Outcome<()> {
    let today = caller.today();
    if row.expires_on < today {
        return Err(Error::field("/expiresOn", "is in the past"));
    }
    let longest = months_on(today, methodology.acceptance_months);
    if row.above_criterion && longest.is_none_or(|longest| row.expires_on > longest) {
        let months = methodology.acceptance_months;
        let detail = format!("a risk above the criterion is accepted for {months} months at most (I-38)");
        return Err(Error::field("/expiresOn", detail));
    }
    Ok(())
}

/// The exact state accepted: the risk as its readers see it, its controls and the criterion.
async fn frozen(caller: &Caller, risk: &risk::Model, methodology: &methodology::Model) -> Outcome<Value> {
    let mut content = serde_json::to_value(risk::Draft::from(risk))?;
    let kept = serde_json::to_value(risk::Kept::from(risk))?;
    if let (Some(content), Value::Object(kept)) = (content.as_object_mut(), kept) {
        content.extend(kept);
        content.insert("reference".into(), risk.reference.clone().into());
        content.insert("version".into(), risk.version.into());
    }
    Ok(json!({
        "controls": controls(caller, risk).await?,
        "methodology": {"edition": methodology.edition, "id": methodology.id, "acceptanceLevel": methodology.acceptance_level},
        "risk": content,
    }))
}

/// The controls of a risk as they stand, operating and chosen, in the order of their codes.
pub(super) async fn controls(caller: &Caller, risk: &risk::Model) -> Outcome<Option<Value>> {
    let ids = risk.control_ids.0.iter().chain(&risk.planned_control_ids.0).map(|id| (*id).into()).collect();
    let query = Query { sort: vec![Sort { column: "code", descending: false }], ..Query::of([Test::OneOf("id", ids)]) };
    let controls = caller.for_rules::<Control>(&query.with_retired()).await?;
    Ok(Some(controls.iter().map(|c| json!({"code": c.code, "status": c.status, "changedAt": c.changed_at})).collect()))
}

/// Takes out what tells of records beside the risk.
pub(super) fn blank(frozen: &mut Value, _remit: Option<&Remit>) {
    if let Some(frozen) = frozen.as_object_mut() {
        frozen.remove("controls");
        if let Some(risk) = frozen.get_mut("risk").and_then(Value::as_object_mut) {
            for reference in Risk::SPEC.references.iter().filter(|reference| reference.many) {
                risk.remove(reference.field);
            }
        }
    }
}
