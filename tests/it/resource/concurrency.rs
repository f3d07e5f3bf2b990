//! Two at once: one wins, the other is told; invariants over several records hold.

use crate::app::App;
use crate::persona::Persona;
use crate::records::{Team, annex_a, asset, create_many, methodology};
use serde_json::json;

#[tokio::test]
async fn of_two_concurrent_changes_one_wins() {
    let app = App::start().await;
    let (one, two) = (app.manager().await, app.manager().await);
    let id = one.create("assets", asset("Press")).await;
    for round in 0..5 {
        let path = format!("/v1/assets/{id}");
        let tag = one.get(&path).await.etag;
        let (a, b) = tokio::join!(
            one.patch(&path, &tag, json!({"location": format!("A{round}")})),
            two.patch(&path, &tag, json!({"location": format!("B{round}")})),
        );
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{} {}", a.text, b.text);
    }
    let history = one.get(&format!("/v1/assets/{id}/history")).await.expect(200);
    assert_eq!(history["items"].as_array().map(Vec::len), Some(6));
}

#[tokio::test]
async fn of_two_concurrent_approvals_one_is_in_force() {
    let app = App::start().await;
    let (manager, one, two) = (app.manager().await, app.management().await, app.management().await);
    let a = manager.create("methodologies", methodology()).await;
    let b = manager.create("methodologies", methodology()).await;
    let (first, second) =
        tokio::join!(one.just("methodologies", &a, "approve"), two.just("methodologies", &b, "approve"));
    assert_eq!((first.status, second.status), (200, 200), "{} {}", first.text, second.text);
    assert_eq!(manager.every("/v1/methodologies?state=approved").await.len(), 1);
    assert_eq!(manager.every("/v1/methodologies?state=superseded").await.len(), 1);
}

#[tokio::test]
async fn the_same_approval_twice_at_once_counts_once() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.evaluated("Fire", 4, 4).await;
    let acceptance = team.acceptance(&app, &risk, 30).await;
    let accept = async |who: &Persona| who.just("acceptances", &acceptance, "accept").await;
    let (a, b) = tokio::join!(accept(&team.management), accept(&team.management));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert!(matches!(statuses, [200, 409 | 412]), "{} {}", a.text, b.text);
}

#[tokio::test]
async fn two_dependencies_made_at_once_make_no_circle() {
    let app = App::start().await;
    let (one, two) = (app.manager().await, app.manager().await);
    let a = one.create("assets", asset("A")).await;
    let b = one.create("assets", asset("B")).await;
    let (first, second) = tokio::join!(
        one.change("assets", &a, json!({"dependsOnIds": [b]})),
        two.change("assets", &b, json!({"dependsOnIds": [a]})),
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{} {}", first.text, second.text);
}

#[tokio::test]
async fn two_units_do_not_move_under_each_other_at_once() {
    let app = App::start().await;
    let (one, two) = (app.administrator().await, app.administrator().await);
    let a = app.unit("A", None).await;
    let b = app.unit("B", None).await;
    let (first, second) =
        tokio::join!(one.change("units", &a, json!({"parentId": b})), two.change("units", &b, json!({"parentId": a})),);
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{} {}", first.text, second.text);
}

#[tokio::test]
async fn references_given_out_at_once_differ() {
    let app = App::start().await;
    let manager = app.manager().await;
    let make = async |name: &str| manager.post("/v1/assets", asset(name)).await.expect(201)["reference"].clone();
    let made = tokio::join!(make("A"), make("B"), make("C"), make("D"), make("E"), make("F"));
    let made: std::collections::HashSet<_> =
        [made.0, made.1, made.2, made.3, made.4, made.5].iter().map(ToString::to_string).collect();
    assert_eq!(made.len(), 6);
}

#[tokio::test]
async fn of_an_approval_and_an_edit_at_once_one_wins() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    create_many(&team.manager, "controls", annex_a()).await;
    let methodology = team.manager.create("methodologies", methodology()).await;
    let statement = team.manager.create("statements", json!({"title": "SoA"})).await;
    for (plural, id) in [("methodologies", methodology), ("statements", statement)] {
        let path = format!("/v1/{plural}/{id}");
        let tag = team.manager.get(&path).await.etag;
        let approve = format!("{path}/approve");
        let (edit, approval) = tokio::join!(
            team.manager.patch(&path, &tag, json!({"title": "Another"})),
            team.management.post_to(&approve, &tag, json!({})),
        );
        let mut statuses = [edit.status, approval.status];
        statuses.sort_unstable();
        assert!(matches!(statuses, [200, 409 | 412]), "{plural}: {} {}", edit.text, approval.text);
        let seen = team.manager.read(plural, &id).await;
        let expected = if edit.status == 200 { "Another" } else { "approved" };
        assert!(seen["title"] == expected || seen["state"] == expected, "{seen}");
        assert!(
            seen["title"] != "Another" || seen["state"] != "approved",
            "what was edited was approved unseen: {seen}"
        );
    }
}

#[tokio::test]
async fn of_two_statements_approved_at_once_one_is_in_force() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let second = app.management().await;
    create_many(&team.manager, "controls", annex_a()).await;
    let make = async |title: &str| team.manager.create("statements", json!({"title": title})).await;
    let (a, b) = (make("One").await, make("Two").await);
    let (first, other) =
        tokio::join!(team.management.just("statements", &a, "approve"), second.just("statements", &b, "approve"));
    assert_eq!((first.status, other.status), (200, 200), "{} {}", first.text, other.text);
    assert_eq!(team.manager.every("/v1/statements?state=approved").await.len(), 1);
    assert_eq!(team.manager.every("/v1/statements?state=superseded").await.len(), 1);
}
