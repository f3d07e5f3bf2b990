//! Writing: merge patches, fields that are refused, references that are checked, retiring and restoring.

use crate::app::App;
use crate::records::asset;
use serde_json::json;

#[tokio::test]
async fn a_merge_patch_changes_what_it_names_and_null_takes_away() {
    let app = App::start().await;
    let manager = app.manager().await;
    let draft =
        json!({"name": "Press", "kind": "hardware", "location": "Hall", "description": "Old", "availability": 3});
    let id = manager.create("assets", draft).await;
    let seen = manager.change("assets", &id, json!({"location": null, "availability": 4})).await.expect(200);
    assert_eq!(
        (&seen["location"], &seen["description"], &seen["availability"]),
        (&json!(null), &json!("Old"), &json!(4))
    );
}

#[tokio::test]
async fn a_patch_that_changes_nothing_leaves_no_trace() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    for patch in [json!({}), json!({"name": "Press"})] {
        assert_eq!(manager.change("assets", &id, patch).await.expect(200)["version"], 1);
    }
    let history = manager.get(&format!("/v1/assets/{id}/history")).await.expect(200);
    assert_eq!(history["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_patch_is_an_object() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    for patch in [json!([]), json!(1), json!("x"), json!(null), json!(true)] {
        manager.change("assets", &id, patch).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn fields_that_are_not_written_are_refused_with_their_pointer() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    for field in [
        "nonsense",
        "id",
        "version",
        "reference",
        "createdAt",
        "createdBy",
        "retiredAt",
        "organisationId",
        "effectiveIntegrity",
        "overdue",
        "allowedActions",
    ] {
        let pointer = format!("/{field}");
        let mut draft = asset("Press");
        draft[field] = json!(1);
        manager.post("/v1/assets", draft).await.refuses(&pointer);
        manager.change("assets", &id, json!({field: 1})).await.refuses(&pointer);
    }
}

#[tokio::test]
async fn a_misspelt_field_is_refused_even_when_it_is_to_be_cleared() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    for field in ["owner_id", "nonsense", "id", "reference", "allowedActions"] {
        manager.change("assets", &id, json!({field: null})).await.refuses(&format!("/{field}"));
        let mut draft = asset("Saw");
        draft[field] = json!(null);
        manager.post("/v1/assets", draft).await.refuses(&format!("/{field}"));
    }
    assert_eq!(manager.read("assets", &id).await["version"], 1);
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_point() {
    let app = App::start().await;
    let manager = app.manager().await;
    let body = r#"{"name": "Press", "kind": "hardware", "availability": 3.0}"#;
    let request = manager.request(reqwest::Method::POST, "/v1/assets").header("content-type", "application/json");
    let made = crate::persona::send(request.body(body)).await.expect(201);
    assert_eq!(made["availability"], 3);
}

#[tokio::test]
async fn names_hold_what_is_seen_and_nothing_else() {
    let app = App::start().await;
    let (manager, administrator) = (app.manager().await, app.bootstrap());
    for strange in ["\r", "\n", "\t", "\u{202e}", "\u{200b}", "\u{feff}", "\u{2067}", "\u{ad}", "\u{2028}", "\u{e0041}"]
    {
        manager.post("/v1/assets", asset(&format!("Pr{strange}ess"))).await.refuses("/name");
        manager.post("/v1/risks", json!({"title": format!("Fi{strange}re")})).await.refuses("/title");
        let person = json!({"name": format!("Il{strange}se"), "email": "ilse@example.org"});
        administrator.post("/v1/users", person).await.refuses("/name");
        let person = json!({"name": "Ilse", "email": format!("ilse{strange}@example.org")});
        administrator.post("/v1/users", person).await.refuses("/email");
    }
    manager.create("assets", asset("Presse \u{26a0}\u{fe0f} Zürich 東京")).await;
    let unlikely = json!({"title": "x", "detectedAt": "-262143-01-01T00:00:00Z"});
    manager.post("/v1/incidents", unlikely).await.refuses("/detectedAt");
}

#[tokio::test]
async fn a_text_that_is_refused_at_one_door_is_refused_at_the_other() {
    let app = App::start().await;
    let manager = app.manager().await;
    for letter in ["\u{ad}", "\u{200b}", "\u{200f}", "\u{202e}", "\u{2066}", "\u{feff}", "\u{e0041}", "\u{1}"] {
        let text = format!("Da{letter}ta");
        let mut draft = asset("Press");
        draft["description"] = json!(text);
        manager.post("/v1/assets", draft).await.refuses("/description");
        let file = format!("name,kind,description\nPress,hardware,{text}\n");
        manager.import("assets", file).await.problem(422, "invalid");
    }
    for letter in ["\n", "\t", "ü", "\u{200d}", "\u{fe0f}", "東"] {
        let mut draft = asset("Press");
        draft["description"] = json!(format!("Da{letter}ta"));
        manager.create("assets", draft).await;
        let file = format!("name,kind,description\nPress,hardware,\"Da{letter}ta\"\n");
        assert_eq!(manager.import("assets", file).await.expect(200)["created"], 1, "{letter:?}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let app = App::start().await;
    let manager = app.manager().await;
    let problem =
        manager.post("/v1/assets", json!({"nonsense": 1, "name": "", "kind": null})).await.refuses("/nonsense");
    let pointers: Vec<_> = problem["errors"].as_array().expect("errors").iter().map(|e| e["pointer"].clone()).collect();
    for pointer in ["/nonsense", "/name", "/kind"] {
        assert!(pointers.contains(&json!(pointer)), "{pointer}: {problem}");
    }
}

#[tokio::test]
async fn a_field_of_the_wrong_type_is_named() {
    let app = App::start().await;
    let manager = app.manager().await;
    for (field, value) in [
        ("name", json!(1)),
        ("name", json!(["x"])),
        ("kind", json!("press")),
        ("kind", json!(1)),
        ("ownerId", json!("me")),
        ("ownerId", json!(7)),
        ("availability", json!("high")),
        ("availability", json!(1.5)),
        ("availability", json!(99_999_999_999_i64)),
        ("dependsOnIds", json!("all")),
        ("dependsOnIds", json!(["x"])),
        ("reviewOn", json!("tomorrow")),
        ("reviewOn", json!("2026-02-30")),
        ("name", json!({"a": 1})),
    ] {
        let mut draft = asset("Press");
        draft[field] = value;
        let place = if draft[field].is_array() && field == "dependsOnIds" { "/0" } else { "" };
        manager.post("/v1/assets", draft).await.refuses(&format!("/{field}{place}"));
    }
}

#[tokio::test]
async fn a_reference_that_points_nowhere_is_refused_without_telling_why() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let (manager, owner) = (app.manager().await, app.owner_of(&unit).await);
    let other = app.person_of(&app.stranger(), "manager", None).await;
    let foreign = other.create("assets", asset("Theirs")).await;
    let hidden = manager.create("assets", asset("Hidden")).await;
    let retired = manager.create("assets", json!({"name": "Gone", "kind": "site", "unitId": unit})).await;
    manager.just("assets", &retired, "retire").await.expect(200);
    let nowhere = uuid::Uuid::now_v7().to_string();
    let mut texts = std::collections::HashSet::new();
    for id in [&foreign, &hidden, &retired, &nowhere] {
        let draft = json!({"name": "New", "kind": "site", "unitId": unit, "dependsOnIds": [id]});
        let problem = owner.post("/v1/assets", draft).await.refuses("/dependsOnIds/0");
        texts.insert(problem.to_string().replace(id.as_str(), "ID"));
    }
    assert_eq!(texts.len(), 1, "{texts:?}");
}

#[tokio::test]
async fn the_same_record_is_named_once() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Disk")).await;
    let draft = json!({"name": "Shop", "kind": "service", "dependsOnIds": [id, id]});
    manager.post("/v1/assets", draft).await.refuses("/dependsOnIds");
}

#[tokio::test]
async fn references_count_up_and_are_never_used_again() {
    let app = App::start().await;
    let manager = app.manager().await;
    let first = manager.create("assets", asset("A")).await;
    manager.just("assets", &first, "retire").await.expect(200);
    manager.post("/v1/assets", json!({"name": "", "kind": "site"})).await.refuses("/name");
    let second = manager.create("assets", asset("B")).await;
    assert_eq!(manager.read("assets", &second).await["reference"], "AST-0002");
}

#[tokio::test]
async fn a_retired_record_rests_until_it_is_restored() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    let retired = manager.just("assets", &id, "retire").await.expect(200);
    assert_eq!((&retired["retiredAt"], &retired["allowedActions"]), (&json!(app.now()), &json!(["restore"])));
    assert_eq!(manager.every("/v1/assets").await, Vec::<String>::new());
    assert_eq!(manager.every("/v1/assets?retired=true").await, vec![id.clone()]);
    assert_eq!(manager.every("/v1/assets?retired=any").await, vec![id.clone()]);
    let reply = manager.change("assets", &id, json!({"location": "Yard"})).await;
    assert!(matches!(reply.status, 403 | 409), "{}", reply.text);
    assert_eq!(manager.just("assets", &id, "retire").await.expect(200)["version"], 2, "once is enough");
    assert_eq!(manager.just("assets", &id, "restore").await.expect(200)["retiredAt"], json!(null));
    assert_eq!(manager.every("/v1/assets").await, vec![id]);
}

#[tokio::test]
async fn a_retired_risk_goes_no_further() {
    let app = App::start().await;
    let team = crate::records::Team::of(&app).await;
    let id = team.manager.create("risks", crate::records::rated("Fire", &team.owner, 2, 2)).await;
    team.manager.just("risks", &id, "retire").await.expect(200);
    let reply = team.owner.just("risks", &id, "analyse").await;
    assert!(matches!(reply.status, 403 | 409), "{}", reply.text);
}

#[tokio::test]
async fn nothing_is_ever_erased() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    let reply = crate::persona::send(manager.request(reqwest::Method::DELETE, &format!("/v1/assets/{id}"))).await;
    reply.problem(405, "method-not-allowed");
    manager.get(&format!("/v1/assets/{id}")).await.expect(200);
}

#[tokio::test]
async fn i_05_nothing_is_deleted_by_anybody() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    let document = manager.get("/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.values().all(|path| path.get("delete").is_none()));
    println!("{} paths without DELETE", paths.len());
    crate::persona::send(manager.request(reqwest::Method::DELETE, &format!("/v1/assets/{id}"))).await.expect(405);
    manager.just("assets", &id, "retire").await.expect(200);
    assert_eq!(manager.read("assets", &id).await["name"], "Press");
    assert_eq!(manager.get(&format!("/v1/assets/{id}/history")).await.expect(200)["items"][0]["act"], "retire");
}
