//! Where a nonconformity comes from, what of it stays, and whether it has been there before.

use super::Nonconformity;
use super::acts::took_part;
use crate::caller::Caller;
use crate::evaluation::finding::Finding;
use crate::resource::{Error, Faults, Outcome, Resource};
use crate::store::{Query, Test};
use chrono::Months;
use isms_entity::evaluation::finding::{self, FindingGrade, FindingState};
use isms_entity::improvement::nonconformity::{self, NonconformityGrade, NonconformitySource, NonconformityState};

/// A second one within so many months is the same one come back (I-61).
const SAME_WITHIN: Months = Months::new(12);

/// Checks what was written and takes over what the finding says.
pub(super) async fn settle(
    caller: &Caller,
    old: Option<&nonconformity::Model>,
    row: &mut nonconformity::Model,
) -> Outcome<()> {
    let mut faults = Faults::default();
    faults.when(row.detected_on > caller.today(), "detectedOn", "is in the future");
    faults.when(row.due_on.is_some_and(|due| due < row.detected_on), "dueOn", "comes after it was noticed");
    faults.when(old.is_some_and(|old| old.finding_id != row.finding_id), "findingId", "stays as it was");
    if let Some(old) = old.filter(|old| old.state == NonconformityState::PlanApproved) {
        faults.when(plan(old) != plan(row), "cause", "and all that the plan was approved for stay (I-01)");
    }
    faults.settle()?;
    authors(caller, old, row);
    match (row.finding_id, old) {
        (Some(id), _) => from_finding(caller, row, id).await?,
        (None, None) if row.source == NonconformitySource::InternalAudit => {
            return Err(Error::field("/findingId", "names the finding of the internal audit"));
        }
        _ => {}
    }
    let auditor = row.owner_id.is_some_and(|owner| row.auditor_ids.0.contains(&owner));
    if auditor {
        return Err(Error::field("/ownerId", "found it in an audit, and does not correct it (I-57)"));
    }
    let looked_for = |row: &nonconformity::Model| (row.requirement.clone(), row.unit_id, row.detected_on);
    if old.is_none_or(|old| looked_for(old) != looked_for(row)) {
        row.repeats_id = earlier(caller, row).await?;
    }
    Ok(())
}

/// What the plan is approved for.
fn plan(row: &nonconformity::Model) -> impl PartialEq + use<> {
    (
        row.cause_method,
        row.cause.clone(),
        row.similar_searched,
        row.similar_result.clone(),
        row.correction_enough.clone(),
        row.effectiveness_criteria.clone(),
    )
}

/// Who writes how it is controlled, corrected or to be kept from coming back had a part in it, and so had whoever
/// answered for it before.
fn authors(caller: &Caller, old: Option<&nonconformity::Model>, row: &mut nonconformity::Model) {
    let fresh = nonconformity::Model::default();
    let was = old.unwrap_or(&fresh);
    let control =
        |row: &nonconformity::Model| (row.containment.clone(), row.correction.clone(), row.consequences.clone());
    let wrote = plan(was) != plan(row) || control(was) != control(row);
    let before = old.and_then(|old| old.owner_id).filter(|owner| row.owner_id != Some(*owner));
    took_part(row, before.into_iter().chain(wrote.then(|| caller.id())));
}

/// Grade and requirement are the finding's; the auditors stay with it (I-57, I-83).
async fn from_finding(caller: &Caller, row: &mut nonconformity::Model, id: uuid::Uuid) -> Outcome<()> {
    let query = Query::of([Test::is("id", id)]).with_retired();
    let told = |finding: &finding::Model| finding.state != FindingState::Draft;
    let found = caller.for_rules::<Finding>(&query).await?.into_iter().find(told);
    let Some(finding) = found else { return Err(Error::field("/findingId", "there is no such finding")) };
    row.grade = match finding.grade {
        FindingGrade::Major => NonconformityGrade::Major,
        FindingGrade::Minor => NonconformityGrade::Minor,
        _ => return Err(Error::field("/findingId", "is no nonconformity")),
    };
    row.source = match finding.audit_id {
        Some(_) => NonconformitySource::InternalAudit,
        None => NonconformitySource::Certification,
    };
    row.requirement = finding.requirement;
    row.auditor_ids = finding.auditor_ids;
    Ok(())
}

/// The latest one before it against the same requirement in the same unit, if the caller may know it.
async fn earlier(caller: &Caller, row: &nonconformity::Model) -> Outcome<Option<uuid::Uuid>> {
    let (Some(requirement), Some(since)) = (&row.requirement, row.detected_on.checked_sub_months(SAME_WITHIN)) else {
        return Ok(None);
    };
    let query = Query::of([
        Test::is("requirement", requirement.clone()),
        Test::is("unit_id", row.unit_id),
        Test::Compare("detected_on", ">=", since.into()),
        Test::Compare("detected_on", "<=", row.detected_on.into()),
    ]);
    let others = caller.for_rules::<Nonconformity>(&query).await?.into_iter().filter(|other| other.id != row.id);
    let Some(latest) = others.max_by_key(|other| (other.detected_on, other.created_at, other.id)) else {
        return Ok(None);
    };
    let known = caller.visible(const { &Nonconformity::SPEC }, &[latest.id]).await?;
    Ok(known.contains(&latest.id).then_some(latest.id))
}
