//! The story that the product exists for: a whole risk assessment by a manager, an owner and management.

use crate::app::App;
use crate::records::{annex_a, asset, create_many, methodology};
use chrono::Duration;
use serde_json::json;

/// How the two risks of the story are being handled, as the manager's list says.
async fn handling(persona: &crate::persona::Persona, risk: &str) -> String {
    persona.read("risks", risk).await["handling"].as_str().expect("a handling").to_owned()
}

#[tokio::test]
async fn a_risk_assessment_from_methodology_to_monitoring() {
    let app = App::start().await;
    let works = app.unit("Works", None).await;
    let (manager, management) = (app.manager().await, app.management().await);
    let owner = app.owner_of(&works).await;

    // Before anything is rated, management approves how (6.1.2 a).
    let draft = json!({"title": "Ransomware", "currentLikelihood": 4, "currentImpact": 4});
    manager.post("/v1/risks", draft).await.refuses("/currentLikelihood");
    let method = manager.create("methodologies", methodology()).await;
    manager.just("methodologies", &method, "approve").await.problem(403, "denied");
    let approved = management.just("methodologies", &method, "approve").await.expect(200);
    assert_eq!((&approved["state"], &approved["approvedBy"]), (&json!("approved"), &json!(management.id)));

    // What is worth protecting, and what can go wrong (6.1.2 c).
    let mut server = asset("Production server");
    server["unitId"] = json!(works);
    server["ownerId"] = json!(owner.id);
    let server = manager.create("assets", server).await;
    let mut service = asset("Order service");
    service["dependsOnIds"] = json!([server]);
    service["availability"] = json!(4);
    manager.create("assets", service).await;
    assert_eq!(manager.read("assets", &server).await["effectiveAvailability"], 4);
    let threat = json!({"name": "Extortion by encryption", "nature": "deliberate", "category": "attack"});
    let threat = manager.create("threats", threat).await;
    let weakness = json!({"name": "Unpatched systems", "kind": "technical", "assetIds": [server]});
    let weakness = manager.create("vulnerabilities", weakness).await;
    let segmentation = manager.create("controls", json!({"code": "OWN-1", "title": "Segmented networks"})).await;

    // Identified, analysed, evaluated (6.1.2 c to e).
    let risk = manager
        .create(
            "risks",
            json!({
                "title": "Ransomware stops production", "unitId": works, "ownerId": owner.id,
                "cause": "Phishing", "event": "Encryption of servers", "consequence": "A week without orders",
                "affects": ["integrity", "availability"], "assetIds": [server],
                "threatIds": [threat], "vulnerabilityIds": [weakness],
                "inherentLikelihood": 5, "inherentImpact": 5,
            }),
        )
        .await;
    owner.just("risks", &risk, "analyse").await.refuses("/currentLikelihood");
    let rating = json!({"currentLikelihood": 4, "currentImpact": 5});
    let rated = owner.change("risks", &risk, rating).await.expect(200);
    assert_eq!((&rated["currentLevel"], &rated["aboveCriterion"]), (&json!(4), &json!(true)));
    assert_eq!(owner.just("risks", &risk, "analyse").await.expect(200)["state"], "analysed");
    assert_eq!(owner.just("risks", &risk, "evaluate").await.expect(200)["state"], "evaluated");
    assert_eq!(handling(&manager, &risk).await, "unhandled");

    // The owner decides; the manager cannot do it for them (6.1.3 a, f).
    let decision = json!({
        "treatment": "modify", "plannedControlIds": [segmentation],
        "residualLikelihood": 2, "residualImpact": 3,
    });
    manager.act("risks", &risk, "decide", decision.clone()).await.problem(403, "denied");
    let decided = owner.act("risks", &risk, "decide", decision).await.expect(200);
    assert_eq!((&decided["state"], &decided["residualLevel"]), (&json!("treatmentDecided"), &json!(2)));

    // The plan needs an action, then the risk owner's approval (6.1.3 e, f).
    let plan = manager.create("treatment-plans", json!({"title": "Segment", "riskIds": [risk]})).await;
    manager.just("treatment-plans", &plan, "submit").await.refuses("/actions");
    let action = manager
        .create(
            "actions",
            json!({
                "title": "Split the plant network", "ownerId": owner.id, "planId": plan, "unitId": works,
                "riskIds": [risk], "controlIds": [segmentation], "dueOn": app.in_days(30),
                "cost": 1_200_000, "currency": "EUR", "effortHours": 80,
            }),
        )
        .await;
    manager.just("treatment-plans", &plan, "submit").await.expect(200);
    manager.just("treatment-plans", &plan, "approve").await.problem(403, "denied");
    let approved = owner.just("treatment-plans", &plan, "approve").await.expect(200);
    assert_eq!(approved["state"], "approved");
    assert_eq!(manager.read("risks", &risk).await["state"], "inTreatment");
    assert_eq!(handling(&manager, &risk).await, "onTimeTreatment");
    app.advance(Duration::days(31));
    assert_eq!(handling(&manager, &risk).await, "overdueTreatment");

    // Done with proof by the owner, verified by somebody else (8.3, I-02).
    owner.just("actions", &action, "start").await.expect(200);
    owner.act("actions", &action, "finish", json!({"proof": " "})).await.refuses("/proof");
    owner.act("actions", &action, "finish", json!({"proof": "Change 4711 closed"})).await.expect(200);
    owner.just("actions", &action, "verify").await.problem(403, "denied");
    owner.just("risks", &risk, "monitor").await.problem(409, "conflict");
    manager.just("actions", &action, "verify").await.expect(200);
    manager.just("treatment-plans", &plan, "complete").await.expect(200);

    // A prediction is not today's rating: it takes a fresh one (I-31).
    owner.just("risks", &risk, "monitor").await.problem(409, "conflict");
    app.advance(Duration::hours(1));
    let fresh = json!({"currentLikelihood": 2, "currentImpact": 3, "rationale": "Tested in an exercise"});
    owner.change("risks", &risk, fresh).await.expect(200);
    let monitored = owner.just("risks", &risk, "monitor").await.expect(200);
    assert_eq!((&monitored["state"], &monitored["handling"]), (&json!("monitored"), &json!("withinCriterion")));
    assert_eq!(monitored["overdue"], false);
    app.advance(Duration::days(400));
    assert_eq!(manager.read("risks", &risk).await["overdue"], true);
}

#[tokio::test]
async fn a_risk_above_the_criterion_is_accepted_by_management_until_it_changes() {
    let app = App::start().await;
    let (manager, management, owner) = (app.manager().await, app.management().await, app.owner().await);
    let method = manager.create("methodologies", methodology()).await;
    management.just("methodologies", &method, "approve").await.expect(200);
    let risk = manager.create("risks", crate::records::rated("Old lathe controller", &owner, 4, 4)).await;
    owner.just("risks", &risk, "analyse").await.expect(200);
    owner.just("risks", &risk, "evaluate").await.expect(200);
    owner.act("risks", &risk, "decide", json!({"treatment": "retain"})).await.expect(200);

    let draft = json!({"riskId": risk, "justification": "Replacement is ordered", "expiresOn": app.in_days(180)});
    let acceptance = owner.create("acceptances", draft).await;
    owner.just("acceptances", &acceptance, "accept").await.problem(403, "denied");
    manager.just("acceptances", &acceptance, "accept").await.problem(403, "denied");
    let accepted = management.just("acceptances", &acceptance, "accept").await.expect(200);
    assert_eq!((&accepted["state"], &accepted["valid"]), (&json!("accepted"), &json!(true)));
    assert_eq!(handling(&manager, &risk).await, "accepted");

    // What was accepted is this exact risk.
    owner.change("risks", &risk, json!({"consequence": "The whole line stops"})).await.expect(200);
    let stale = manager.get("/v1/acceptances?stale=true").await.expect(200);
    assert_eq!(stale["items"][0]["id"], acceptance.as_str());
    assert_eq!(stale["items"][0]["valid"], false);
    assert_eq!(handling(&manager, &risk).await, "unhandled");
}

#[tokio::test]
async fn a_statement_of_applicability_is_drawn_up_approved_and_replaced() {
    let app = App::start().await;
    let (manager, management, member) = (app.manager().await, app.management().await, app.member().await);
    manager.post("/v1/statements", json!({"title": "SoA"})).await.refuses("/entries");
    let controls = create_many(&manager, "controls", annex_a()).await;
    assert_eq!(controls.len(), 93);

    let first = manager.create("statements", json!({"title": "SoA", "scope": "All sites"})).await;
    assert_eq!(manager.read("statements", &first).await["entries"].as_array().map(Vec::len), Some(93));
    member.get(&format!("/v1/statements/{first}")).await.problem(404, "not-found");
    manager.just("statements", &first, "approve").await.problem(403, "denied");
    let approved = management.just("statements", &first, "approve").await.expect(200);
    assert_eq!((&approved["state"], &approved["edition"]), (&json!("approved"), &json!(1)));
    member.get(&format!("/v1/statements/{first}")).await.expect(200);

    let exclusion = json!({
        "applicability": "excluded", "status": "notStarted", "reasons": [],
        "justification": "Nothing is developed in-house",
    });
    manager.change("controls", &controls[92], exclusion).await.expect(200);
    let second = manager.create("statements", json!({"title": "SoA", "changeSummary": "No development"})).await;
    management.just("statements", &second, "approve").await.expect(200);
    let before = manager.read("statements", &first).await;
    assert_eq!(before["state"], "superseded");
    assert_eq!(before["entries"][92]["applicability"], "applicable", "an approved version is frozen");
    assert_eq!(manager.read("statements", &second).await["entries"][92]["applicability"], "excluded");
    let in_force = member.get("/v1/statements?state=approved").await.expect(200);
    assert_eq!(in_force["items"].as_array().map(Vec::len), Some(1));
}
