//! Twelve treatment plans with their actions: finished, on time, late and held up.

use super::company::{MANAGER, SECOND};
use super::data::{Line, table};
use super::risks;
use super::stage::Stage;
use crate::planning::action::{self, Action};
use crate::planning::risk::{self, Risk};
use crate::planning::treatment_plan::{self, TreatmentPlan};
use crate::resource::Outcome;
use serde_json::{Value, json};
use std::collections::HashMap;

const PLANS: &str = include_str!("data/plans.psv");
const ACTIONS: &str = include_str!("data/actions.psv");

/// The day on which the treatment of each planned risk begins.
pub(super) fn begins() -> Outcome<HashMap<&'static str, i64>> {
    let lines = table(PLANS)?;
    Ok(lines.iter().flat_map(|line| line.list("risks").map(|risk| (risk, line.number("starts")))).collect())
}

/// Plans the lives of all plans and actions.
pub(super) fn plan(stage: &mut Stage) -> Outcome<()> {
    let (actions, risks) = (table(ACTIONS)?, risks::lines()?);
    for line in table(PLANS)? {
        let (key, starts) = (line.text("plan"), line.number("starts"));
        draft(stage, &line);
        let mine: Vec<&Line> = actions.iter().filter(|action| action.text("plan") == key).collect();
        for (i, action) in mine.iter().enumerate() {
            carry_out(stage, action, &format!("{key}/{i}"), &line);
        }
        stage.act_on::<treatment_plan::Submit>(starts + 3, MANAGER, key, json!({}));
        let mut owners: Vec<_> =
            line.list("risks").filter_map(|risk| risks.get(risk)).map(|risk| risk.text("owner")).collect();
        owners.sort_unstable();
        owners.dedup();
        for (day, owner) in (starts + 5..).zip(owners) {
            stage.act_on::<treatment_plan::Approve>(day, owner, key, json!({}));
        }
        if mine.iter().all(|action| matches!(action.text("fate"), "verified" | "cancelled")) {
            let last = mine.iter().map(|action| action.number("due")).max().unwrap_or(starts);
            for risk in line.list("risks").filter_map(|risk| risks.get(risk)) {
                treated(stage, risk, last)?;
            }
            stage.act_on::<treatment_plan::Complete>(last + 5, MANAGER, key, json!({}));
        }
    }
    Ok(())
}

fn draft(stage: &mut Stage, line: &Line) {
    let (key, title, summary) = (line.text("plan"), line.text("title"), line.text("summary"));
    let (risks, due) = (line.text("risks"), stage.date(line.number("due")));
    stage.on(line.number("starts"), move |stage| {
        Box::pin(async move {
            let risks = stage.ids(risks.split(' '))?;
            let draft = json!({"title": title, "summary": summary, "riskIds": risks, "dueOn": due});
            stage.create::<TreatmentPlan>(MANAGER, vec![(key.to_owned(), draft)]).await
        })
    });
}

/// One action from its planning to wherever it stands today.
fn carry_out(stage: &mut Stage, line: &Line, key: &str, plan: &Line) {
    let (owner, due, starts) = (line.text("owner"), line.number("due"), plan.number("starts"));
    let (plan_key, risks, controls) = (plan.text("plan"), plan.text("risks"), line.text("controls"));
    let cost = Some(line.number("cost")).filter(|cost| *cost > 0);
    let mut draft = json!({"title": line.text("title"), "dueOn": stage.date(due), "cost": cost,
        "currency": cost.map(|_| "EUR"), "effortHours": line.number("hours"),
        "priority": if due < 0 { 1 } else { 2 }, "progress": if line.text("fate") == "inProgress" { 40 } else { 0 },
        "description": line.given("text").filter(|_| line.text("fate") == "inProgress")});
    let name = key.to_owned();
    stage.on(starts + 1, move |stage| {
        Box::pin(async move {
            let links = json!({
                "planId": stage.id(plan_key)?, "riskIds": stage.ids(risks.split(' '))?,
                "controlIds": stage.ids(controls.split(' '))?, "ownerId": stage.id(owner)?,
            });
            if let (Some(draft), Value::Object(links)) = (draft.as_object_mut(), links) {
                draft.extend(links);
            }
            stage.create::<Action>(MANAGER, vec![(name, draft)]).await
        })
    });
    let fate = line.text("fate");
    if fate != "open" {
        stage.act_on::<action::Start>(starts + 14, owner, key, json!({}));
    }
    let checker = if owner == SECOND { MANAGER } else { SECOND };
    match fate {
        "verified" | "done" => {
            stage.act_on::<action::Finish>(due - 4, owner, key, json!({"proof": line.text("text")}));
            if fate == "verified" {
                stage.act_on::<action::Verify>(due - 1, checker, key, json!({}));
            }
        }
        "blocked" => stage.act_on::<action::Block>(due - 6, owner, key, json!({"reason": line.text("text")})),
        "cancelled" => stage.act_on::<action::Cancel>(due - 5, MANAGER, key, json!({"reason": line.text("text")})),
        _ => {}
    }
}

/// What was predicted is checked: the chosen controls operate, and the risk is rated afresh and watched.
fn treated(stage: &mut Stage, line: &Line, last: i64) -> Outcome<()> {
    let key = line.text("key");
    let mut controls: Vec<_> = line.list("controls").chain(line.list("planned")).collect();
    controls.sort_unstable();
    controls.dedup();
    let controls = stage.ids(controls)?;
    stage.on(last + 2, move |stage| {
        Box::pin(async move { stage.change::<Risk>(MANAGER, key, &json!({"controlIds": controls})).await })
    });
    let (inherent, reached) = (line.rating("inherent"), line.rating("residual"));
    let ratings = json!({"inherentLikelihood": inherent.map(|r| r.0), "inherentImpact": inherent.map(|r| r.1),
        "currentLikelihood": reached.map(|r| r.0), "currentImpact": reached.map(|r| r.1),
        "rationale": "Rated afresh after the last action was verified; the tests of the controls bear it out"});
    stage.act_on::<risk::Rerate>(last + 3, MANAGER, key, ratings);
    stage.act_on::<risk::Monitor>(last + 4, MANAGER, key, json!({}));
    Ok(())
}
