//! Management reviews: every input frozen before they are held, decisions owned, minutes approved by the chair.

use crate::app::App;
use crate::records::Team;
use serde_json::json;

/// A review that management chairs.
pub async fn planned(app: &App, team: &Team) -> String {
    let draft = json!({
        "title": "Review", "plannedOn": app.in_days(10), "periodFrom": app.in_days(-365), "periodTo": app.in_days(10),
        "chairId": team.management.id, "attendeeIds": [team.management.id, team.manager.id],
    });
    team.manager.create("management-reviews", draft).await
}

#[tokio::test]
async fn i_62_a_review_is_held_with_every_input_and_i_65_its_minutes_are_frozen() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (manager, management) = (&team.manager, &team.management);
    team.evaluated("Fire", 5, 5).await;
    let id = planned(&app, &team).await;
    manager.act("management-reviews", &id, "hold", json!({})).await.problem(409, "conflict");
    let compiled = manager.just("management-reviews", &id, "compile").await.expect(200);
    let inputs = compiled["inputs"].as_array().expect("inputs");
    assert_eq!(inputs.len(), 10);
    let risks = inputs.iter().find(|input| input["letter"] == "f").expect("f");
    assert_eq!((&risks["figures"]["unhandled"], &risks["records"]), (&json!(1), &json!(["RSK-0001"])));
    assert!(inputs.iter().any(|input| input["letter"] == "e" && input["none"] == true));
    manager.act("management-reviews", &id, "hold", json!({})).await.expect(200);
    manager.just("management-reviews", &id, "submit-minutes").await.refuses("/decisions");
    let vague = json!({"decisions": [{"kind": "risk", "text": "Treat the fire"}]});
    manager.change("management-reviews", &id, vague).await.refuses("/decisions/0/ownerId");
    let minutes = json!({
        "minutes": "All was looked at", "suitable": true, "adequate": true, "effective": false, "conclusion": "One fire",
        "decisions": [{"kind": "risk", "text": "Treat the fire", "ownerId": team.owner.id, "dueOn": app.in_days(30)}],
    });
    manager.change("management-reviews", &id, minutes).await.expect(200);
    manager.just("management-reviews", &id, "submit-minutes").await.expect(200);
    manager.just("management-reviews", &id, "approve").await.problem(403, "denied");
    let approved = management.just("management-reviews", &id, "approve").await.expect(200);
    assert_eq!(approved["contentHash"].as_str().map(str::len), Some(64));
    manager.change("management-reviews", &id, json!({"minutes": "Other"})).await.problem(403, "denied");
    let actions = manager.get(&format!("/v1/actions?reviewId={id}")).await.expect(200);
    assert_eq!(actions["items"][0]["title"], "Treat the fire");
    let printed = manager.get(&format!("/v1/management-reviews/{id}/minutes.pdf")).await;
    assert_eq!((printed.status, printed.header("content-type")), (200, "application/pdf"));
    app.member().await.get(&format!("/v1/management-reviews/{id}/minutes.pdf")).await.problem(404, "not-found");
}

#[tokio::test]
async fn i_64_the_chair_is_top_management_and_does_not_run_the_isms() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let draft = |chair: &str| {
        json!({"title": "Review", "plannedOn": app.in_days(10), "periodFrom": app.in_days(-365),
            "periodTo": app.in_days(10), "chairId": chair})
    };
    team.manager.post("/v1/management-reviews", draft(&team.owner.id)).await.refuses("/chairId");
    let both = app.management().await;
    app.bootstrap().create("role-assignments", json!({"userId": both.id, "role": "manager"})).await;
    team.manager.post("/v1/management-reviews", draft(&both.id)).await.refuses("/chairId");
}
