//! What a review has to be: a period, which may still run when the review is held, and a chair from top management
//! (I-64).

use crate::caller::Caller;
use crate::leadership::role_assignment::RoleAssignment;
use crate::resource::{Error, Faults, Outcome};
use crate::store::{Query, Test};
use isms_entity::evaluation::management_review::DecisionKind;
use isms_entity::evaluation::management_review::{self, ReviewState};
use isms_entity::leadership::role_assignment::Role;

/// Checks what was written.
pub(super) async fn settle(
    caller: &Caller,
    old: Option<&management_review::Model>,
    row: &mut management_review::Model,
) -> Outcome<()> {
    let mut faults = Faults::default();
    faults.when(row.period_to < row.period_from, "periodTo", "does not come before the first day");
    if let Some(old) = old.filter(|old| old.state != ReviewState::Planned) {
        let period = |row: &management_review::Model| (row.period_from, row.period_to);
        faults.when(period(old) != period(row), "periodFrom", "is the one that the inputs were compiled for");
    }
    decisions(row, &mut faults);
    actions(old, row, &mut faults);
    faults.settle()?;
    if old.is_none_or(|old| old.chair_id != row.chair_id) {
        chair(caller, row).await?;
    }
    Ok(())
}

/// Each decision says what, and who until when, or that nothing is to be done and why (I-63).
fn decisions(row: &management_review::Model, faults: &mut Faults) {
    for (i, decision) in row.decisions.0.iter().enumerate() {
        let at = |field: &str| format!("decisions/{i}/{field}");
        faults.when(crate::resource::is_blank(&decision.text), &at("text"), "says what was decided, or why nothing");
        let assigned = decision.owner_id.is_some() || decision.due_on.is_some();
        if decision.kind == DecisionKind::None {
            faults.when(assigned, &at("kind"), "is none: then nobody has to do anything (I-63)");
        } else {
            faults.when(decision.owner_id.is_none(), &at("ownerId"), "names who carries it out (I-63)");
            faults.when(decision.due_on.is_none(), &at("dueOn"), "says by when (I-63)");
        }
    }
}

/// A decision keeps the action that it became, even if it is written anew without it.
fn actions(old: Option<&management_review::Model>, row: &mut management_review::Model, faults: &mut Faults) {
    let before = old.map_or(&[][..], |old| old.decisions.0.as_slice());
    let mut named: Vec<_> = row.decisions.0.iter().filter_map(|decision| decision.action_id).collect();
    for decision in &mut row.decisions.0 {
        if decision.kind == DecisionKind::None {
            decision.action_id = None;
        } else if decision.action_id.is_none() {
            let same = before.iter().filter(|before| before.text == decision.text);
            decision.action_id = same.filter_map(|before| before.action_id).find(|id| !named.contains(id));
            named.extend(decision.action_id);
        }
    }
    for (i, decision) in row.decisions.0.iter().enumerate().filter(|(_, decision)| decision.action_id.is_some()) {
        let known = before.iter().any(|before| before.action_id == decision.action_id);
        let once = row.decisions.0.iter().filter(|other| other.action_id == decision.action_id).count() == 1;
        let told = "names the action that this decision became, and is not for others to set";
        faults.when(!known || !once, &format!("decisions/{i}/actionId"), told);
    }
}

/// The chair holds the role management today, and does not run the ISMS (I-64).
///
/// # Errors
/// Names the chair.
pub(super) async fn chair(caller: &Caller, row: &management_review::Model) -> Outcome<()> {
    let held = caller.for_rules::<RoleAssignment>(&Query::of([Test::is("user_id", row.chair_id)])).await?;
    let above = caller.access.units.above(row.unit_id);
    let today = caller.today();
    let holds = |role| {
        held.iter().any(|held| {
            held.role == role
                && above.contains(&held.unit_id)
                && held.valid_from.is_none_or(|from| from <= today)
                && held.valid_until.is_none_or(|until| until >= today)
        })
    };
    if !holds(Role::Management) {
        return Err(Error::field("/chairId", "names nobody from top management: they hold the role management (I-64)"));
    }
    if holds(Role::Manager) {
        return Err(Error::field("/chairId", "runs the ISMS, and does not chair its review (I-64)"));
    }
    Ok(())
}
