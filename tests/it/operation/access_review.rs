//! Reviews of access: what everybody may do is listed, decided on by somebody else (I-79), and carried out.

use crate::app::App;
use crate::persona::Persona;
use crate::records::Team;
use serde_json::{Value, json};

async fn open(app: &App, manager: &Persona, reviewer: &Persona) -> (String, Vec<Value>) {
    let draft = json!({"title": "Who may do what", "reviewerId": reviewer.id, "dueOn": app.in_days(30)});
    let review = manager.create("access-reviews", draft).await;
    manager.just("access-reviews", &review, "open").await.expect(200);
    let rights = manager.get(&format!("/v1/access-rights?reviewId={review}&limit=200")).await.expect(200);
    (review, rights["items"].as_array().expect("rights").clone())
}

fn of<'a>(rights: &'a [Value], person: &Persona, kind: &str) -> &'a str {
    let right = rights.iter().find(|right| right["personId"] == person.id.as_str() && right["kind"] == kind);
    right.expect("a right")["id"].as_str().expect("an id")
}

#[tokio::test]
async fn a_review_lists_every_role_duty_token_and_invitation_as_it_stands() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let duty = json!({"title": "Leads", "duty": "incidentManagement", "holderId": team.owner.id});
    let duty = team.management.create("responsibilities", duty).await;
    team.owner.just("responsibilities", &duty, "accept").await.expect(200);
    let (review, rights) = open(&app, &team.manager, &team.management).await;
    let role = rights.iter().find(|right| right["id"] == of(&rights, &team.auditor, "role")).expect("a role");
    assert_eq!(
        (&role["title"], &role["held"], &role["state"]),
        (&json!("role auditor"), &json!(true), &json!("undecided"))
    );
    of(&rights, &team.owner, "duty");
    of(&rights, &team.owner, "token");
    let read = team.manager.read("access-reviews", &review).await;
    assert_eq!(read["undecided"], rights.len());
    team.manager.just("access-reviews", &review, "open").await.problem(409, "conflict");
}

#[tokio::test]
async fn i_79_nobody_confirms_their_own_rights() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (review, rights) = open(&app, &team.manager, &team.manager).await;
    let own = of(&rights, &team.manager, "role");
    let keep = json!({"decision": "keep"});
    team.manager.act("access-rights", own, "decide", keep.clone()).await.problem(403, "denied");
    team.manager.just("access-rights", own, "retire").await.problem(403, "denied");
    for right in rights.iter().filter(|right| right["personId"] != team.manager.id.as_str()) {
        team.manager
            .act("access-rights", right["id"].as_str().expect("an id"), "decide", keep.clone())
            .await
            .expect(200);
    }
    let done = json!({"conclusion": "All is needed"});
    team.manager.act("access-reviews", &review, "complete", done.clone()).await.problem(409, "conflict");
    for right in rights.iter().filter(|right| right["personId"] == team.manager.id.as_str()) {
        let id = right["id"].as_str().expect("an id");
        team.management.act("access-rights", id, "decide", keep.clone()).await.expect(200);
    }
    let completed = team.manager.act("access-reviews", &review, "complete", done).await.expect(200);
    assert_eq!((&completed["state"], &completed["undecided"]), (&json!("completed"), &json!(0)));
    team.management.act("access-rights", own, "decide", keep).await.problem(409, "conflict");
}

#[tokio::test]
async fn what_is_taken_away_is_gone_before_it_counts_as_carried_out() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (_, rights) = open(&app, &team.manager, &team.management).await;
    let right = of(&rights, &team.auditor, "role");
    team.management.act("access-rights", right, "decide", json!({"decision": "revoke"})).await.refuses("/reason");
    // The administrator sees it once there is something to do.
    team.administrator.get(&format!("/v1/access-rights/{right}")).await.problem(404, "not-found");
    let revoke = json!({"decision": "revoke", "reason": "Left the audit team"});
    team.management.act("access-rights", right, "decide", revoke).await.expect(200);
    team.administrator.just("access-rights", right, "carry-out").await.problem(409, "conflict");
    app.advance(chrono::Duration::days(7));
    assert_eq!(team.manager.read("access-rights", right).await["overdue"], false);
    app.advance(chrono::Duration::days(1));
    assert_eq!(team.manager.read("access-rights", right).await["overdue"], true);
    let source = team.manager.read("access-rights", right).await["sourceId"].clone();
    team.administrator.just("role-assignments", source.as_str().expect("a role"), "retire").await.expect(200);
    let done = team.administrator.just("access-rights", right, "carry-out").await.expect(200);
    assert_eq!((&done["state"], &done["held"], &done["overdue"]), (&json!("carriedOut"), &json!(false), &json!(false)));
}

#[tokio::test]
async fn another_system_is_reviewed_by_the_rights_that_were_entered_for_it() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let asset = team.manager.create("assets", crate::records::asset("Works database")).await;
    let draft = json!({
        "title": "Database", "assetId": asset, "reviewerId": team.owner.id, "dueOn": app.in_days(9),
    });
    let review = team.manager.create("access-reviews", draft).await;
    team.manager.just("access-reviews", &review, "open").await.problem(409, "conflict");
    let draft = json!({"reviewId": review, "title": "reads all tables"});
    team.manager.post("/v1/access-rights", draft.clone()).await.refuses("/holder");
    let right = json!({"reviewId": review, "title": "reads all tables", "holder": "svc-report"});
    let right = team.manager.create("access-rights", right).await;
    team.manager.just("access-reviews", &review, "open").await.expect(200);
    let tasks = team.owner.get("/v1/tasks").await.expect(200).to_string();
    assert!(tasks.contains("Decide on the access right"), "{tasks}");
    let change = json!({"decision": "change", "reason": "Reads the reports alone"});
    team.owner.act("access-rights", &right, "decide", change).await.expect(200);
    let done = json!({"conclusion": "One account may do less"});
    team.owner.act("access-reviews", &review, "complete", done).await.expect(200);
    team.manager.just("access-rights", &right, "carry-out").await.expect(200);
    team.manager.change("access-rights", &right, json!({"title": "anything"})).await.problem(409, "conflict");
    team.manager.just("access-reviews", &review, "retire").await.problem(403, "denied");
}

#[tokio::test]
async fn whoever_is_named_anew_reviews_and_nobody_confirms_what_they_entered() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let asset = team.manager.create("assets", crate::records::asset("Works database")).await;
    let draft = json!({
        "title": "Database", "assetId": asset, "reviewerId": team.manager.id, "dueOn": app.in_days(9),
    });
    let review = team.manager.create("access-reviews", draft).await;
    let right = json!({"reviewId": review, "title": "may do all", "holder": "my account"});
    let right = team.manager.create("access-rights", right).await;
    team.manager.change("access-reviews", &review, json!({"reviewerId": team.owner.id})).await.expect(200);
    assert_eq!(team.manager.read("access-rights", &right).await["reviewerId"], team.owner.id.as_str());
    team.manager.change("access-reviews", &review, json!({"reviewerId": team.manager.id})).await.expect(200);
    team.manager.just("access-reviews", &review, "open").await.expect(200);
    let keep = json!({"decision": "keep"});
    team.manager.act("access-rights", &right, "decide", keep.clone()).await.problem(403, "denied");
    // Owners see what is theirs to decide or to have, not who else may do what.
    team.owner.get(&format!("/v1/access-rights/{right}")).await.problem(404, "not-found");
    team.management.act("access-rights", &right, "decide", keep).await.expect(200);
}
