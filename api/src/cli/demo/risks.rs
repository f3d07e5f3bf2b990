//! Eighty risks, each taken as far on its path as its fate says.

use super::company::{DIRECTOR, MANAGER};
use super::data::{Line, table};
use super::stage::Stage;
use crate::planning::acceptance::{self, Acceptance};
use crate::planning::risk::{self, Risk};
use crate::resource::Outcome;
use serde_json::{Value, json};
use std::collections::HashMap;

const RISKS: &str = include_str!("data/risks.psv");

/// Plans the lives of all risks; those that a plan treats are decided on before it begins.
pub(super) fn plan(stage: &mut Stage, begins: &HashMap<&str, i64>) -> Outcome<()> {
    for (i, line) in table(RISKS)?.into_iter().enumerate() {
        let spread = i64::try_from(i * 7 % 40).unwrap_or_default();
        let (key, owner, fate) = (line.text("key"), line.text("owner"), line.text("fate"));
        let decided = match begins.get(key) {
            Some(begin) => begin - 8,
            None => match fate {
                "identified" | "rated" => -2 - spread / 4,
                "analysed" => -30 - spread,
                "evaluated" => -55 - spread,
                _ => -150 - spread,
            },
        };
        let draft = draft_of(stage, &line)?;
        let name = key.to_owned();
        stage.on(decided - 18, move |stage| {
            Box::pin(async move { stage.create::<Risk>(MANAGER, vec![(name, draft)]).await })
        });
        if matches!(fate, "identified" | "rated") {
            continue;
        }
        stage.act_on::<risk::Analyse>(decided - 12, MANAGER, key, json!({}));
        if fate == "analysed" {
            continue;
        }
        stage.act_on::<risk::Evaluate>(decided - 6, MANAGER, key, json!({}));
        if fate == "evaluated" {
            continue;
        }
        let decision = decision_of(stage, &line)?;
        stage.act_on::<risk::Decide>(decided, owner, key, decision);
        ending(stage, &line, decided);
    }
    Ok(())
}

/// What becomes of a risk after its owner has decided.
fn ending(stage: &mut Stage, line: &Line, decided: i64) {
    let (key, owner, fate) = (line.text("key"), line.text("owner"), line.text("fate"));
    match fate {
        "closed" => {
            let because = format!("The cause is gone: {}", line.text("consequence"));
            stage.act_on::<risk::ProposeClosure>(-70, owner, key, json!({"reason": because}));
            stage.act_on::<risk::Close>(-66, MANAGER, key, json!({}));
        }
        "own" | "watch" => stage.act_on::<risk::Monitor>(decided + 4, MANAGER, key, json!({})),
        // Above the criterion they are watched from the day after management has accepted them.
        "accept" | "expiring" | "stale" | "revoked" | "expired" => {
            stage.act_on::<risk::Monitor>(-78, MANAGER, key, json!({}));
        }
        _ => {}
    }
    let last = match fate {
        "accept" | "stale" | "revoked" => 205,
        "own" => 240,
        "expiring" => 12,
        "expired" => -14,
        "share" => 150,
        _ => return,
    };
    let (asked, reason) =
        if fate == "share" { (-5, "The insurer bears part; what remains") } else { (-82, "What remains") };
    accept(stage, line, asked, last, reason);
}

/// The owner asks; management accepts above the criterion, the owner within it.
fn accept(stage: &mut Stage, line: &Line, asked: i64, last: i64, reason: &str) {
    let (risk, owner, fate) = (line.text("key"), line.text("owner"), line.text("fate"));
    let key = format!("acceptance:{risk}");
    let text =
        format!("{reason} is bearable: {}. Further measures would cost more than they save.", line.text("consequence"));
    let (name, expires) = (key.clone(), stage.date(last));
    stage.on(asked, move |stage| {
        Box::pin(async move {
            let draft = json!({"riskId": stage.id(risk)?, "justification": text, "expiresOn": expires,
                "conditions": "Looked at again with every change of the asset or the supplier"});
            stage.create::<Acceptance>(owner, vec![(name, draft)]).await
        })
    });
    match fate {
        "share" => {}
        "own" => stage.act_on::<acceptance::Accept>(asked + 1, owner, &key, json!({})),
        _ => stage.act_on::<acceptance::Accept>(asked + 3, DIRECTOR, &key, json!({})),
    }
    if fate == "revoked" {
        let because = json!({"reason": "The customer's audit made a finding of it; it has to be treated"});
        stage.act_on::<acceptance::Revoke>(-31, DIRECTOR, &key, because);
    }
    if fate == "stale" {
        let worse =
            format!("{}; after the last order the test also serves a second customer", line.text("consequence"));
        stage.on(-26, move |stage| {
            Box::pin(async move { stage.change::<Risk>(owner, risk, &json!({"consequence": worse})).await })
        });
    }
}

/// What is known of the risk when it is raised; its records are there by then, so that ids are filled in on the day.
fn draft_of(stage: &Stage, line: &Line) -> Outcome<Value> {
    let affects = line.list("affects").map(|letter| match letter {
        "C" => "confidentiality",
        "I" => "integrity",
        _ => "availability",
    });
    let mut draft = json!({
        "title": line.text("title"), "kind": line.text("kind"), "category": line.text("category"),
        "cause": line.text("cause"), "event": line.text("event"), "consequence": line.text("consequence"),
        "affects": affects.collect::<Vec<_>>(),
        "unitId": stage.id(&format!("unit:{}", line.text("unit")))?, "ownerId": stage.id(line.text("owner"))?,
        "assetIds": line.list("assets").map(|key| stage.id(&format!("asset:{key}"))).collect::<Outcome<Vec<_>>>()?,
        "threatIds": stage.ids(line.list("threats"))?, "vulnerabilityIds": stage.ids(line.list("weaknesses"))?,
        "controlIds": stage.ids(line.list("controls"))?,
    });
    for (name, rating) in [("inherent", line.rating("inherent")), ("current", line.rating("current"))] {
        if let Some((likelihood, impact)) = rating {
            let why =
                "Rated in the workshop with the owner; incidents of three years and offers of insurers were looked at";
            let ratings = [(format!("{name}Likelihood"), likelihood), (format!("{name}Impact"), impact)];
            if let Some(draft) = draft.as_object_mut() {
                draft.extend(ratings.map(|(field, rating)| (field, rating.into())));
                draft.insert("rationale".into(), why.into());
            }
        }
    }
    Ok(draft)
}

fn decision_of(stage: &Stage, line: &Line) -> Outcome<Value> {
    let (treatment, detail) = match line.text("treatment").split_once(':') {
        Some((treatment, detail)) => (treatment, Some(detail)),
        None => (line.text("treatment"), None),
    };
    let residual = line.rating("residual");
    let ends = (treatment == "avoid").then(|| stage.date(if line.text("fate") == "closed" { -72 } else { 45 }));
    Ok(json!({"treatment": treatment, "detail": detail, "endsOn": ends,
        "plannedControlIds": stage.ids(line.list("planned"))?,
        "residualLikelihood": residual.map(|r| r.0), "residualImpact": residual.map(|r| r.1)}))
}

/// The ratings that a treated risk reaches, and the owner of each risk.
pub(super) fn lines() -> Outcome<HashMap<&'static str, Line>> {
    Ok(table(RISKS)?.into_iter().map(|line| (line.text("key"), line)).collect())
}
