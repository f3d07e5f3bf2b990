//! Live figures: what computed metrics draw from the records, one statement each.

use crate::caller::Caller;
use crate::improvement::nonconformity::Nonconformity;
use crate::operation::{incident::Incident, supplier::Supplier};
use crate::planning::{action::Action, control::Control, risk::Risk};
use crate::resource::{Error, Outcome, Resource};
use crate::store::{Query, Test};
use crate::support::{document_version::DocumentVersion, training::Training, training_assignment::TrainingAssignment};
use isms_authz::Action as Verb;
use isms_entity::Figure;
use isms_entity::evaluation::metric::Derivation;
use isms_entity::leadership::role_assignment::Role;

/// A figure, and how many records it was drawn from.
pub(super) struct Drawn {
    pub value: Figure,
    pub of: i64,
}

/// Draws a figure; none when there is nothing that it could be drawn from.
pub(super) async fn derive(caller: &Caller, derivation: Derivation) -> Outcome<Option<Drawn>> {
    match derivation {
        Derivation::RisksAboveCriterionUnhandled => {
            let handling = groups::<Risk>(caller, "handling", Query::default()).await?;
            Ok(Some(counted(&handling, &["unhandled"])))
        }
        Derivation::ActionsOverduePercent => {
            let open = Test::OneOf("state", ["open", "inProgress", "blocked"].map(Into::into).into());
            let overdue = groups::<Action>(caller, "overdue", Query::of([open])).await?;
            Ok(percent_of(&overdue, &["true", "1"]))
        }
        Derivation::ControlsImplementedPercent => {
            let applicable = Query::of([Test::is("applicability", "applicable")]);
            Ok(percent_of(&groups::<Control>(caller, "status", applicable).await?, &["implemented"]))
        }
        Derivation::AcknowledgedPercent => acknowledged(caller).await,
        Derivation::AwarenessPercent => awareness(caller).await,
        Derivation::IncidentsOpen => {
            let over = Test::NoneOf("state", ["closed", "noIncident", "reported"].map(Into::into).into());
            let open = Query::of([over, Test::is("confidential", false)]);
            let states = groups::<Incident>(caller, "state", open).await?;
            Ok(Some(counted(&states, &[])))
        }
        Derivation::NonconformitiesOverdue => {
            let overdue = groups::<Nonconformity>(caller, "overdue", Query::default()).await?;
            Ok(Some(counted(&overdue, &["true", "1"])))
        }
        Derivation::SuppliersAssessedPercent => suppliers(caller).await,
    }
}

/// How many records there are for each value of a column, when the caller may see all of them: a figure with holes
/// misleads.
async fn groups<R: Resource>(caller: &Caller, by: &'static str, query: Query) -> Outcome<Vec<(String, i64)>> {
    whole::<R>(caller)?;
    let groups = caller.count_by::<R>(&[by], &query).await?;
    let named = |(keys, n): (Vec<Option<String>>, u64)| {
        let key = keys.into_iter().next().flatten().unwrap_or_default();
        (key, i64::try_from(n).unwrap_or(i64::MAX))
    };
    Ok(groups.into_iter().map(named).collect())
}

/// Those who run or audit the ISMS as a whole see all but confidential incidents, which a figure leaves out.
fn whole<R: Resource>(caller: &Caller) -> Outcome<()> {
    let at_root = |role| caller.holds(role, caller.access.root);
    if [Role::Manager, Role::Management, Role::Auditor].into_iter().any(at_root) {
        return Ok(());
    }
    let condition = caller.access.condition(Verb::List, R::SPEC.policy_type)?;
    if condition.admits_organisation(caller.organisation()) {
        return Ok(());
    }
    Err(Error::Denied(format!("the figure is drawn from every {}; you may not see all of them", R::SPEC.noun)))
}

fn counted(groups: &[(String, i64)], which: &[&str]) -> Drawn {
    let is_it = |key: &str| which.is_empty() || which.contains(&key);
    let value = groups.iter().filter(|(key, _)| is_it(key)).map(|(_, n)| n).sum();
    Drawn { value: Figure::whole(value), of: groups.iter().map(|(_, n)| n).sum() }
}

fn percent_of(groups: &[(String, i64)], which: &[&str]) -> Option<Drawn> {
    let of = groups.iter().map(|(_, n)| n).sum();
    percent(groups.iter().filter(|(key, _)| which.contains(&key.as_str())).map(|(_, n)| n).sum(), of)
}

/// Percent with two decimals, halves up.
fn percent(part: i64, of: i64) -> Option<Drawn> {
    (of > 0).then(|| Drawn { value: Figure((part * 10_000 * 2 + of) / (of * 2) * 100), of })
}

async fn acknowledged(caller: &Caller) -> Outcome<Option<Drawn>> {
    whole::<DocumentVersion>(caller)?;
    let published = Query::of([Test::is("state", "published"), Test::is("acknowledgement_required", true)]);
    let versions = caller.all::<DocumentVersion>(&published).await?;
    let read = versions.iter().map(|found| found.computed.acknowledged).sum();
    Ok(percent(read, versions.iter().map(|found| found.computed.readers).sum()))
}

async fn awareness(caller: &Caller) -> Outcome<Option<Drawn>> {
    let courses = caller.for_rules::<Training>(&Query::of([Test::is("kind", "awareness")])).await?;
    let ids = courses.iter().map(|course| course.id.into()).collect();
    let assigned = Query::of([Test::OneOf("training_id", ids), Test::NoneOf("state", vec!["waived".into()])]);
    Ok(percent_of(&groups::<TrainingAssignment>(caller, "state", assigned).await?, &["completed"]))
}

/// Suppliers that matter and are used, and those of them with an assessment that lets them be used today (I-73).
async fn suppliers(caller: &Caller) -> Outcome<Option<Drawn>> {
    let used = Query::of([
        Test::Compare("criticality", ">=", 3.into()),
        Test::OneOf("state", ["approved", "conditional"].map(Into::into).into()),
    ]);
    Ok(percent_of(&groups::<Supplier>(caller, "assessed", used).await?, &["true", "1"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_percentage_and_a_third_has_two_decimals() {
        assert!(percent(0, 0).is_none());
        assert_eq!(percent(1, 3).map(|drawn| drawn.value), Some(Figure(333_300)));
        assert_eq!(percent(2, 3).map(|drawn| drawn.value), Some(Figure(666_700)));
    }
}
