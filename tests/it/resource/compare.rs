//! What is different between two instants, and samples that both sides draw alike.

use crate::app::App;
use crate::evaluation::engagement::open;
use crate::records::{Team, risk};
use chrono::Duration;
use serde_json::{Value, json};

fn kinds(told: &Value) -> Vec<(&str, &str)> {
    let items = told["items"].as_array().expect("items").iter();
    items
        .map(|item| (item["reference"].as_str().expect("a reference"), item["kind"].as_str().expect("a kind")))
        .collect()
}

#[tokio::test]
async fn two_days_are_compared_for_a_record_and_for_all() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let fire = team.manager.create("risks", risk("Fire", &team.owner)).await;
    team.manager.create("risks", risk("Flood", &team.owner)).await;
    let day = app.in_days(0);
    app.advance(Duration::days(3));
    team.manager.change("risks", &fire, json!({"title": "Fire in the hall"})).await.expect(200);
    team.manager.create("risks", risk("Storm", &team.owner)).await;
    let told = team.manager.get(&format!("/v1/risks:differences?from={day}")).await.expect(200);
    assert_eq!(kinds(&told), [("RSK-0001", "changed"), ("RSK-0003", "added")]);
    assert_eq!(
        (&told["items"][0]["before"]["title"], &told["items"][0]["after"]["title"]),
        (&json!("Fire"), &json!("Fire in the hall"))
    );
    assert_eq!(told["items"][0]["before"].get("ownerId"), None, "only what differs: {told}");
    let page = team.manager.get(&format!("/v1/risks:differences?from={day}&limit=1")).await.expect(200);
    let next = page["nextCursor"].as_str().expect("more");
    let rest = team.manager.get(&format!("/v1/risks:differences?from={day}&limit=1&cursor={next}")).await.expect(200);
    assert_eq!((kinds(&rest), &rest["nextCursor"]), (vec![("RSK-0003", "added")], &Value::Null));
    let one = team.manager.get(&format!("/v1/risks/{fire}/differences?from={day}")).await.expect(200);
    assert_eq!(kinds(&one), [("RSK-0001", "changed")]);
    let same = format!("/v1/risks/{fire}/differences?from={day}&to={}", app.in_days(-1));
    assert_eq!(kinds(&team.manager.get(&same).await.expect(200)), []);
    for wrong in ["?from=2026-03-05&to=2026-03-04", "?from=2030-01-01", "?from=soon", "?from=2026-03-02&limit=0"] {
        team.manager.get(&format!("/v1/risks:differences{wrong}")).await.problem(400, "malformed");
    }
    app.member().await.get(&format!("/v1/risks/{fire}/differences?from={day}")).await.problem(404, "not-found");
    assert_eq!(kinds(&app.member().await.get(&format!("/v1/risks:differences?from={day}")).await.expect(200)), []);
}

#[tokio::test]
async fn an_auditor_compares_within_the_window_and_sees_nothing_else() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let plant = app.unit("Plant", None).await;
    let mut draft = risk("Fire", &team.owner);
    draft["unitId"] = plant.clone().into();
    let fire = team.manager.create("risks", draft).await;
    let other = team.manager.create("risks", risk("Flood", &team.owner)).await;
    let day = app.in_days(0);
    app.advance(Duration::days(2));
    for id in [&fire, &other] {
        team.manager.change("risks", id, json!({"title": "Anew"})).await.expect(200);
    }
    let engagement = open(&app, &team.manager, &team.management, json!({"unitIds": [plant], "windowFrom": day})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    let told = auditor.get(&format!("/v1/risks:differences?from={day}&limit=1")).await.expect(200);
    assert_eq!((kinds(&told), &told["nextCursor"]), (vec![("RSK-0001", "changed")], &Value::Null));
    auditor.get(&format!("/v1/risks/{other}/differences?from={day}")).await.problem(404, "not-found");
    let early = auditor.get("/v1/risks:differences?from=2026-02-01").await;
    assert!(early.status == 400 && early.text.contains("from: lies outside the window"), "{}", early.text);
    // What was moved out of the scope is not there, before nor after.
    team.manager.change("risks", &fire, json!({"unitId": app.root().await})).await.expect(200);
    assert_eq!(kinds(&auditor.get(&format!("/v1/risks:differences?from={day}")).await.expect(200)), []);
}

#[tokio::test]
async fn both_sides_draw_the_same_sample() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    for n in 0..30 {
        team.manager.create("risks", risk(&format!("Risk {n}"), &team.owner)).await;
    }
    let engagement = open(&app, &team.manager, &team.management, json!({})).await;
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    let path = "/v1/risks:sample?size=5&seed=spring&state=identified";
    let (theirs, ours) = (auditor.get(path).await.expect(200), team.manager.get(path).await.expect(200));
    assert_eq!((&theirs, &theirs["population"]), (&ours, &json!(30)));
    assert_eq!(theirs["drawn"].as_array().map(Vec::len), Some(5));
    let other = auditor.get("/v1/risks:sample?size=5&seed=autumn&state=identified").await.expect(200);
    assert_ne!(other["drawn"], theirs["drawn"]);
    for wrong in
        ["size=0&seed=x", "size=501&seed=x", "size=5", "size=5&seed=", "size=5&seed=x&limit=3", "size=5&seed=x&no=1"]
    {
        auditor.get(&format!("/v1/risks:sample?{wrong}")).await.problem(400, "malformed");
    }
    let none = app.member().await.get("/v1/risks:sample?size=5&seed=spring").await.expect(200);
    assert_eq!((&none["population"], &none["drawn"]), (&json!(0), &json!([])));
    let noted = team.manager.get(&format!("/v1/engagements/{engagement}/readings")).await.expect(200);
    assert!(noted.to_string().contains("risks:sample?size=5&seed=spring"), "{noted}");
}
