//! What evidence proves: for controls and the days between, for risks, and in the Statement of Applicability.

use super::evidence::{ALL, brought};
use crate::app::App;
use crate::persona::Persona;
use crate::records::{Team, risk};
use chrono::Duration;
use serde_json::{Value, json};

#[tokio::test]
async fn i_49_a_control_lacks_evidence_for_the_days_that_nothing_proves() {
    let app = App::start().await;
    let (owner, manager) = (app.owner().await, app.manager().await);
    let control = |code: &str, applicability: &str| {
        json!({"code": code, "title": code, "applicability": applicability, "reasons": ["business"],
            "justification": "So it is", "evidenceDays": 10})
    };
    let proven = manager.create("controls", control("X.1", "applicable")).await;
    let bare = manager.create("controls", control("X.2", "applicable")).await;
    manager.create("controls", control("X.3", "undecided")).await;
    let window = format!("from={}&to={}", app.in_days(-30), app.in_days(-1));
    let gaps = async |persona: &Persona| persona.get(&format!("/v1/evidence-gaps?{window}")).await.expect(200);
    let state = |told: &Value, id: &str| {
        let rows = told["gaps"].as_array().expect("gaps");
        rows.iter().find(|row| row["controlId"] == id).map(|row| (row["state"].clone(), row["holes"].clone()))
    };
    let all = json!([{"from": app.in_days(-30), "to": app.in_days(-1)}]);
    let told = gaps(&manager).await;
    assert_eq!((&told["applicable"], &told["proven"]), (&json!(2), &json!(0)));
    assert_eq!(state(&told, &proven), Some((json!("missing"), all.clone())));
    let span = json!({"controlIds": [proven], "periodFrom": app.in_days(-25), "periodTo": app.in_days(-15)});
    let piece = brought(&owner, span).await;
    let told = gaps(&manager).await;
    assert_eq!(told["gaps"][0]["pending"], 1);
    manager.act(ALL, &piece, "accept", json!({})).await.expect(200);
    let holes = json!([
        {"from": app.in_days(-30), "to": app.in_days(-26)},
        {"from": app.in_days(-4), "to": app.in_days(-1)},
    ]);
    let told = gaps(&manager).await;
    assert_eq!(state(&told, &proven), Some((json!("partly"), holes)));
    assert_eq!(state(&told, &bare), Some((json!("missing"), all)));
    let before = json!({"controlIds": [proven], "periodFrom": app.in_days(-36), "periodTo": app.in_days(-36)});
    let after = json!({"controlIds": [proven], "periodFrom": app.in_days(-4), "periodTo": app.in_days(-4)});
    let mut last = String::new();
    for span in [before, after] {
        last = brought(&owner, span).await;
        manager.act(ALL, &last, "accept", json!({})).await.expect(200);
    }
    let told = gaps(&manager).await;
    assert_eq!((&told["proven"], state(&told, &proven)), (&json!(1), None));
    let query = format!(
        "{{ evidenceGaps(from: \"{}\", to: \"{}\") {{ applicable proven gaps {{ controlId state holes {{ from to }} }} }} }}",
        app.in_days(-30),
        app.in_days(-1)
    );
    let same = manager.post("/graphql", json!({"query": query})).await.expect(200);
    let same = &same["data"]["evidenceGaps"];
    assert_eq!((&same["proven"], &same["gaps"][0]["holes"]), (&told["proven"], &told["gaps"][0]["holes"]));
    let over = json!({"until": app.in_days(-1), "reason": "It is over"});
    manager.act(ALL, &last, "retain", over).await.expect(200);
    manager.act(ALL, &last, "dispose", json!({"reason": "It is over"})).await.expect(200);
    assert_eq!(gaps(&manager).await["proven"], 0, "what is destroyed proves nothing");
    manager.get("/v1/evidence-gaps?from=2026-03-01&to=2026-01-01").await.problem(400, "malformed");
}

#[tokio::test]
async fn i_35_a_rating_takes_for_granted_what_nothing_proves() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (manager, other) = (&team.manager, app.manager().await);
    let control = |code: &str| {
        json!({"code": code, "title": code, "applicability": "applicable", "reasons": ["business"],
            "justification": "So it is", "status": "implemented"})
    };
    let (proven, bare) =
        (manager.create("controls", control("X.1")).await, manager.create("controls", control("X.2")).await);
    let mut draft = risk("Leak", &team.owner);
    draft["controlIds"] = json!([proven, bare]);
    let risk = manager.create("risks", draft).await;
    let assumed = async || manager.read("risks", &risk).await["assumedControls"].clone();
    assert_eq!(assumed().await, 2);
    let piece = brought(&team.owner, json!({"controlIds": [proven], "validUntil": app.in_days(10)})).await;
    assert_eq!(assumed().await, 2, "what nobody has reviewed proves nothing");
    manager.act(ALL, &piece, "accept", json!({})).await.expect(200);
    let evidenced = async |control: &str| manager.read("controls", control).await["evidenced"].clone();
    assert_eq!((assumed().await, evidenced(&proven).await), (json!(1), json!(true)));
    // What a confidential incident left is known to its team alone, and counts for nothing.
    let incident = other.create("incidents", json!({"title": "Whistle"})).await;
    let declared = json!({"incident": true, "reason": "So it is", "severity": 3, "affects": ["integrity"],
        "managerId": other.id, "teamIds": [manager.id]});
    other.act("incidents", &incident, "assess", declared).await.expect(200);
    let secured = brought(&other, json!({"controlIds": [bare], "incidentId": incident})).await;
    manager.act(ALL, &secured, "accept", json!({})).await.expect(200);
    assert_eq!((assumed().await, evidenced(&bare).await), (json!(0), json!(true)));
    other.change("incidents", &incident, json!({"confidential": true})).await.expect(200);
    assert_eq!((assumed().await, evidenced(&bare).await), (json!(1), json!(false)));
    manager.just("controls", &proven, "retire").await.expect(200);
    assert_eq!(assumed().await, 2, "what was put away is not at work");
    manager.just("controls", &proven, "restore").await.expect(200);
    assert_eq!(assumed().await, 1);
    app.advance(Duration::days(11));
    assert_eq!(assumed().await, 2, "what has worn out proves nothing any more");
}

#[tokio::test]
async fn the_statement_names_the_evidence_that_is_not_for_few() {
    let app = App::start().await;
    let (owner, manager) = (app.owner().await, app.manager().await);
    let control = json!({"code": "X.1", "title": "Logs", "applicability": "applicable", "reasons": ["business"],
        "justification": "So it is"});
    let control = manager.create("controls", control).await;
    for classification in ["internal", "restricted"] {
        let piece = brought(&owner, json!({"controlIds": [control], "classification": classification})).await;
        manager.act(ALL, &piece, "accept", json!({})).await.expect(200);
    }
    brought(&owner, json!({"controlIds": [control]})).await;
    let draft = manager.get("/v1/statements/draft").await.expect(200);
    assert_eq!(draft["entries"][0]["evidence"], json!(["EVI-0001"]));
    let file = manager.get("/v1/statements/draft/export?format=csv").await;
    assert!(file.status == 200 && file.text.contains("EVI-0001") && !file.text.contains("EVI-0002"), "{}", file.text);
}
