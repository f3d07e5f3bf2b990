//! How long the treatment of a risk may take: its methodology says so for each level (I-41).

use crate::caller::Caller;
use crate::planning::methodology::Methodology;
use crate::planning::risk::Risk;
use crate::resource::{Faults, Outcome};
use crate::store::{Query, Test};
use chrono::{DateTime, Days, Utc};
use isms_entity::planning::{action, methodology, risk};

/// Refuses a due date beyond the limit of a risk's level, counted from its rating. A later one is an extension.
///
/// # Errors
/// Names the day.
pub(super) async fn check(caller: &Caller, old: Option<&action::Model>, row: &action::Model) -> Outcome<()> {
    let same = old.is_some_and(|old| old.risk_ids == row.risk_ids && old.due_on == row.due_on);
    if same || row.risk_ids.0.is_empty() {
        return Ok(());
    }
    let ids = row.risk_ids.0.iter().map(|id| (*id).into()).collect();
    let risks = caller.for_rules::<Risk>(&Query::of([Test::OneOf("id", ids)])).await?;
    let versions = risks.iter().filter_map(|risk| risk.methodology_id).map(Into::into).collect();
    let versions = caller.for_rules::<Methodology>(&Query::of([Test::OneOf("id", versions)])).await?;
    let mut faults = Faults::default();
    for risk in &risks {
        let methodology = versions.iter().find(|version| Some(version.id) == risk.methodology_id);
        if let Some(last) = methodology.and_then(|methodology| last_day(risk, methodology))
            && row.due_on > last
        {
            faults.add("dueOn", format!("a risk of this level is to be treated by {last} (I-41)"));
        }
    }
    faults.settle()
}

fn last_day(risk: &risk::Model, methodology: &methodology::Model) -> Option<chrono::NaiveDate> {
    let level = usize::try_from(risk.current_level?).ok()?.checked_sub(1)?;
    let days = u64::try_from(methodology.levels.0.get(level)?.treat_within_days?).ok()?;
    DateTime::<Utc>::from(risk.assessed_at?).date_naive().checked_add_days(Days::new(days))
}
