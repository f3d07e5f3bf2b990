//! Exceptions: allowed by somebody else, above the criterion by management, for a year at most.

use crate::app::App;
use crate::records::{Team, annex_a, create_many};
use serde_json::json;

#[tokio::test]
async fn i_77_an_exception_is_allowed_by_somebody_with_the_role_that_its_risk_demands() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let control = create_many(&team.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let risk = team.evaluated("Old press", 5, 5).await;
    let mut draft = json!({
        "title": "Old press", "controlId": control, "reason": "No update", "riskId": risk, "ownerId": team.owner.id,
        "startsOn": app.in_days(0), "expiresOn": app.in_days(400),
    });
    team.manager.post("/v1/exceptions", draft.clone()).await.refuses("/expiresOn");
    draft["expiresOn"] = json!(app.in_days(300));
    let id = team.manager.create("exceptions", draft).await;
    team.owner.just("exceptions", &id, "submit").await.expect(200);
    let other = app.manager().await;
    other.just("exceptions", &id, "approve").await.problem(403, "denied");
    let live = team.management.just("exceptions", &id, "approve").await.expect(200);
    assert_eq!((&live["live"], &live["expired"]), (&json!(true), &json!(false)));
    app.advance(chrono::Duration::days(301));
    assert_eq!(team.manager.read("exceptions", &id).await["expired"], true);
}
