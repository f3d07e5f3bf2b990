//! What the risk assessment stands on: methodology, catalogues, assets, controls and the statement drawn from them.

use super::company::{DIRECTOR, MANAGER, SECOND};
use super::data::{Line, table};
use super::stage::Stage;
use crate::planning::action::Action;
use crate::planning::asset::Asset;
use crate::planning::control::{self, Control};
use crate::planning::methodology::{self, Methodology};
use crate::planning::statement::{self, Statement};
use crate::planning::threat::{self, Threat};
use crate::planning::vulnerability::{self, Vulnerability};
use crate::resource::Outcome;
use crate::store::Query;
use serde_json::{Value, json};

const ASSETS: &str = include_str!("data/assets.psv");
const CONTROLS: &str = include_str!("data/controls.psv");
const METHODOLOGY: &str = include_str!("data/methodology.json");

/// Plans all of it.
pub(super) fn plan(stage: &mut Stage) {
    stage.on(-358, |stage| Box::pin(catalogues(stage)));
    stage.on(-356, |stage| Box::pin(draft_methodology(stage, MANAGER, "methodology:1", None)));
    stage.act_on::<methodology::Approve>(-352, DIRECTOR, "methodology:1", json!({}));
    stage.on(-340, |stage| Box::pin(assets(stage)));
    stage.on(-325, |stage| Box::pin(decide_controls(stage, true)));
    stage.on(-320, |stage| Box::pin(follow_up(stage)));
    stage.on(-230, |stage| Box::pin(state(stage, "statement:1", "First version for the certification audit")));
    stage.act_on::<statement::Approve>(-226, DIRECTOR, "statement:1", json!({}));
    stage.on(-110, |stage| Box::pin(decide_controls(stage, false)));
    stage.on(-15, |stage| {
        let next = json!({"title": "Risk methodology of Halvren Drives, next edition", "acceptanceMonths": 6, "reviewMonths": 4});
        Box::pin(draft_methodology(stage, SECOND, "methodology:2", Some(next)))
    });
    stage.on(-12, |stage| {
        Box::pin(state(stage, "statement:2", "Controls finished since the first version; plant segmentation under way"))
    });
    stage.act_on::<statement::Approve>(-9, DIRECTOR, "statement:2", json!({}));
}

async fn catalogues(stage: &mut Stage) -> Outcome<()> {
    let drafts = |text: &str| -> Outcome<Vec<(String, Value)>> {
        let all: Vec<Value> = serde_json::from_str(text)?;
        let code = |draft: &Value| draft.get("code").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(all.into_iter().map(|draft| (code(&draft), draft)).collect())
    };
    stage.create::<Threat>(SECOND, drafts(threat::STARTER)?).await?;
    stage.create::<Vulnerability>(SECOND, drafts(vulnerability::STARTER)?).await?;
    let caller = stage.caller(MANAGER).await?.begin().await?;
    control::seed(&caller).await?;
    caller.commit().await?;
    let own = [
        (
            "HAL-1",
            "Signed firmware on all controllers",
            "technological",
            "Controllers start and take updates only when the signature holds; keep the list of those that cannot.",
        ),
        (
            "HAL-2",
            "One-time codes for torque limits",
            "technological",
            "Whoever lifts a torque limit in the field first speaks with the hotline, which leaves a record.",
        ),
        (
            "HAL-3",
            "Handling of weaknesses in products",
            "organisational",
            "Take reports from anybody, answer within three days, publish an advisory with the update.",
        ),
    ];
    let own = own.map(|(code, title, theme, guidance)| {
        (code.into(), json!({"code": code, "title": title, "theme": theme, "guidance": guidance}))
    });
    stage.create::<Control>(MANAGER, own.into()).await?;
    let caller = stage.caller(MANAGER).await?;
    for found in caller.all::<Control>(&Query::default()).await? {
        stage.remember(found.row.code.clone(), found.row.id);
    }
    Ok(())
}

async fn draft_methodology(stage: &mut Stage, who: &str, key: &str, changes: Option<Value>) -> Outcome<()> {
    let mut draft: Value = serde_json::from_str(METHODOLOGY)?;
    if let Some(changes) = changes {
        json_patch::merge(&mut draft, &changes);
    }
    stage.create::<Methodology>(who, vec![(key.to_owned(), draft)]).await
}

/// Assets are made once all that they depend on are there.
async fn assets(stage: &mut Stage) -> Outcome<()> {
    let mut waiting: Vec<(usize, Line)> = table(ASSETS)?.into_iter().enumerate().collect();
    while !waiting.is_empty() {
        let ready = |line: &Line| line.list("depends").all(|other| stage.id(&format!("asset:{other}")).is_ok());
        let (now, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, line)| ready(line));
        if now.is_empty() {
            return Err(crate::resource::Error::Internal("the demo's assets depend on each other in a circle".into()));
        }
        let drafts = now.iter().map(|(i, line)| asset(stage, *i, line)).collect::<Outcome<Vec<_>>>()?;
        stage.create::<Asset>(MANAGER, drafts).await?;
        waiting = later;
    }
    Ok(())
}

fn asset(stage: &Stage, place: usize, line: &Line) -> Outcome<(String, Value)> {
    let depends = line.list("depends").map(|key| stage.id(&format!("asset:{key}"))).collect::<Outcome<Vec<_>>>()?;
    let mut needs = line.list("needs").map(|need| need.parse::<i32>().unwrap_or(1));
    let spread = i64::try_from(place * 37 % 150).unwrap_or_default();
    let highest = line.list("needs").max().unwrap_or("1");
    let reason = match highest {
        "4" => "Loss would stop a plant, endanger people or cost a head start of years",
        "3" => "Loss would break contracts or law, or stop a unit for days",
        _ => "Loss would be a nuisance inside one unit",
    };
    let draft = json!({
        "name": line.text("name"), "description": line.text("description"), "kind": line.text("kind"),
        "unitId": stage.id(&format!("unit:{}", line.text("unit")))?, "ownerId": stage.id(line.text("owner"))?,
        "confidentiality": needs.next(), "integrity": needs.next(), "availability": needs.next(), "needReason": reason,
        "classification": line.text("class"), "personalData": line.text("personal"),
        "location": line.given("location"), "dependsOnIds": depends, "reviewOn": stage.date(spread - 20),
    });
    Ok((format!("asset:{}", line.text("key")), draft))
}

/// The decisions on all controls: as they were first made, when a third was not finished yet, and as they are now.
async fn decide_controls(stage: &mut Stage, first: bool) -> Outcome<()> {
    let mut patches = Vec::new();
    for (i, line) in table(CONTROLS)?.iter().enumerate() {
        let status = line.text("status");
        let unfinished = first && status == "implemented" && i % 3 == 0;
        let since = status == "implemented" && i % 3 == 0 || status == "partial";
        if !first && !since {
            continue;
        }
        let excluded = status == "excluded";
        let maturity = line.number("maturity") - i64::from(first && !excluded && line.number("maturity") > 1);
        let due = match line.number("target") {
            0 if unfinished => stage.date(-105),
            // Evidence of what is in place comes in little by little.
            0 if status == "implemented" => stage.date(90),
            0 => Value::Null,
            _ if first => stage.date(-30),
            days => stage.date(days),
        };
        let spread = i64::try_from(i * 23 % 300).unwrap_or_default();
        let patch = json!({
            "applicability": if excluded { "excluded" } else { "applicable" },
            "status": if excluded { "notStarted" } else if unfinished { "partial" } else { status },
            "description": if excluded { None } else { Some(line.text("description")) },
            "justification": if excluded { line.text("description").to_owned() } else { why(line) },
            "reasons": line.list("reasons").collect::<Vec<_>>(), "maturity": maturity, "targetOn": due,
            "ownerId": line.given("owner").map(|owner| stage.id(owner)).transpose()?,
            "nextTestOn": if status == "implemented" { stage.date(spread - 15) } else { Value::Null },
        });
        patches.push((line.text("code").to_owned(), patch));
    }
    stage.change_all::<Control>(MANAGER, patches).await
}

/// Who sees to the controls that are not there yet, and to evidence of those that are.
async fn follow_up(stage: &mut Stage) -> Outcome<()> {
    let lines = table(CONTROLS)?;
    let mut actions = Vec::new();
    for (key, title, due, done) in [
        ("action:finish-controls", "Finish the controls of the statement that are under way", 180, false),
        ("action:show-controls", "Gather evidence of the controls that are in place", 90, true),
    ] {
        let chosen = lines.iter().filter(|line| (line.text("status") == "implemented") == done);
        let codes = chosen.filter(|line| line.text("status") != "excluded").map(|line| stage.id(line.text("code")));
        let controls = codes.collect::<Outcome<Vec<_>>>()?;
        let draft =
            json!({"title": title, "ownerId": stage.id(MANAGER)?, "dueOn": stage.date(due), "controlIds": controls});
        actions.push((key.to_owned(), draft));
    }
    stage.create::<Action>(MANAGER, actions).await
}

fn why(line: &Line) -> String {
    let reasons = line.list("reasons").map(|reason| match reason {
        "risk" => "Risks on the register rest on it.",
        "legal" => "Law asks for it (GDPR, NIS2 or the Cyber Resilience Act).",
        "contract" => "OEM customers ask for it in their security annexes.",
        "business" => "The company needs it to work at all.",
        _ => "It is good practice in our trade.",
    });
    reasons.collect::<Vec<_>>().join(" ")
}

async fn state(stage: &mut Stage, key: &str, summary: &str) -> Outcome<()> {
    let draft = json!({"title": "Statement of Applicability", "changeSummary": summary,
        "scope": "Development, production, sale and service of electric drives and of Pulse, at plants 1 and 2"});
    stage.create::<Statement>(MANAGER, vec![(key.to_owned(), draft)]).await
}
