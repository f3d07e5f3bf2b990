//! Usual records: drafts, and whole situations that many tests begin with.

use crate::app::App;
use crate::persona::Persona;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A methodology with five levels of likelihood and impact and four of risk; level 2 is acceptable.
pub fn methodology() -> Value {
    let scale = |labels: &[&str]| labels.iter().map(|label| json!({"label": label})).collect::<Vec<_>>();
    json!({
        "title": "Risk assessment", "approach": "Scenarios, rated with the owners",
        "likelihood": scale(&["rare", "unlikely", "possible", "likely", "almost certain"]),
        "impact": scale(&["negligible", "minor", "moderate", "major", "severe"]),
        "levels": scale(&["low", "medium", "high", "critical"]),
        "matrix": [[1, 1, 1, 2, 2], [1, 1, 2, 2, 3], [1, 2, 2, 3, 3], [2, 2, 3, 3, 4], [2, 3, 3, 4, 4]],
        "acceptanceLevel": 2, "acceptanceMonths": 12, "reviewMonths": 12,
    })
}

/// An asset.
pub fn asset(name: &str) -> Value {
    json!({"name": name, "kind": "software"})
}

/// A risk that can be analysed.
pub fn risk(title: &str, owner: &Persona) -> Value {
    json!({
        "title": title, "ownerId": owner.id, "affects": ["confidentiality"],
        "inherentLikelihood": 5, "inherentImpact": 5,
    })
}

/// A risk with this rating of today.
pub fn rated(title: &str, owner: &Persona, likelihood: i32, impact: i32) -> Value {
    let mut draft = risk(title, owner);
    draft["currentLikelihood"] = likelihood.into();
    draft["currentImpact"] = impact.into();
    draft
}

/// People of one organisation with a methodology in force.
pub struct Team {
    /// Keeps people, roles and tokens.
    pub administrator: Persona,
    /// Runs the ISMS.
    pub manager: Persona,
    /// Approves and accepts.
    pub management: Persona,
    /// Owns risks, assets and actions.
    pub owner: Persona,
    /// Audits.
    pub auditor: Persona,
    /// The methodology in force.
    pub methodology: String,
}

impl Team {
    /// A manager, management and an owner, and a methodology that management has approved.
    pub async fn of(app: &App) -> Self {
        let (manager, management, owner) = (app.manager().await, app.management().await, app.owner().await);
        let methodology = manager.create("methodologies", methodology()).await;
        management.just("methodologies", &methodology, "approve").await.expect(200);
        Self { administrator: app.bootstrap(), manager, management, owner, auditor: app.auditor().await, methodology }
    }

    /// A risk of the owner, evaluated at this rating.
    pub async fn evaluated(&self, title: &str, likelihood: i32, impact: i32) -> String {
        let risk = self.manager.create("risks", rated(title, &self.owner, likelihood, impact)).await;
        self.owner.just("risks", &risk, "analyse").await.expect(200);
        self.owner.just("risks", &risk, "evaluate").await.expect(200);
        risk
    }

    /// A risk whose owner has decided to change it by controls.
    pub async fn to_modify(&self, title: &str, likelihood: i32, impact: i32) -> String {
        let risk = self.evaluated(title, likelihood, impact).await;
        let decision = json!({"treatment": "modify", "residualLikelihood": 1, "residualImpact": 2});
        self.owner.act("risks", &risk, "decide", decision).await.expect(200);
        risk
    }

    /// An action of the owner for this risk, in a plan if one is named.
    pub async fn action(&self, app: &App, risk: &str, plan: Option<&str>, days: i64) -> String {
        let draft = json!({
            "title": "Segment the network", "ownerId": self.owner.id, "dueOn": app.in_days(days),
            "riskIds": [risk], "planId": plan,
        });
        self.manager.create("actions", draft).await
    }

    /// An approved plan with one action for this risk: the plan and the action.
    pub async fn approved_plan(&self, app: &App, risk: &str, days: i64) -> (String, String) {
        let plan = self.manager.create("treatment-plans", json!({"title": "Harden", "riskIds": [risk]})).await;
        let action = self.action(app, risk, Some(&plan), days).await;
        self.manager.just("treatment-plans", &plan, "submit").await.expect(200);
        self.owner.just("treatment-plans", &plan, "approve").await.expect(200);
        (plan, action)
    }

    /// An acceptance of this risk, asked for by the manager.
    pub async fn acceptance(&self, app: &App, risk: &str, days: i64) -> String {
        let draft = json!({"riskId": risk, "justification": "No better way yet", "expiresOn": app.in_days(days)});
        self.manager.create("acceptances", draft).await
    }
}

/// The controls of Annex A as drafts.
pub fn annex_a() -> Vec<Value> {
    let catalogue: Vec<Value> = serde_json::from_str(isms::planning::control::ANNEX_A).expect("the catalogue");
    catalogue
        .iter()
        .map(|entry| {
            json!({
                "code": entry["id"], "title": entry["title"], "theme": entry["theme"], "origin": "annexA",
                "applicability": "applicable", "reasons": ["bestPractice"], "justification": "Good practice",
                "status": "planned", "targetOn": "2039-12-31",
            })
        })
        .collect()
}

/// Makes records in one call and gives their ids, in order.
pub async fn create_many(persona: &Persona, plural: &str, drafts: Vec<Value>) -> Vec<String> {
    let operations: Vec<Value> = drafts.into_iter().map(|draft| json!({"create": draft})).collect();
    let batch = json!({"atomic": true, "operations": operations});
    let reply = persona.post(&format!("/v1/{plural}:batch"), batch).await.expect(200);
    let results = reply["results"].as_array().expect("results");
    results.iter().map(|result| crate::persona::id(&result["record"])).collect()
}

/// An example of each record type that a test has made so far, by the plural name of the type.
pub type Examples = BTreeMap<&'static str, String>;

/// One record of each type; each clause makes its own.
pub async fn one_of_each(app: &App, team: &Team) -> Examples {
    let mut ids = Examples::new();
    crate::planning::examples(app, team, &mut ids).await;
    crate::context::examples(app, team, &mut ids).await;
    crate::leadership::examples(app, team, &mut ids).await;
    crate::support::examples(app, team, &mut ids).await;
    crate::operation::examples(app, team, &mut ids).await;
    crate::evaluation::examples(app, team, &mut ids).await;
    crate::improvement::examples(app, team, &mut ids).await;
    for spec in isms::resources::specs() {
        assert!(ids.contains_key(spec.plural), "there is no example of {} here yet: make one", spec.plural);
    }
    ids
}
