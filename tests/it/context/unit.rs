//! Units are a tree with one root (I-12), and rights follow it.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn a_unit_without_a_parent_lies_under_the_root() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    assert_eq!(app.bootstrap().read("units", &unit).await["parentId"], app.root().await);
}

#[tokio::test]
async fn a_unit_cannot_lie_under_itself() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    app.bootstrap().change("units", &unit, json!({"parentId": unit})).await.refuses("/parentId");
}

#[tokio::test]
async fn i_12_a_unit_cannot_lie_under_a_unit_below_it() {
    let app = App::start().await;
    let top = app.unit("Works", None).await;
    let middle = app.unit("Hall", Some(&top)).await;
    let bottom = app.unit("Line", Some(&middle)).await;
    app.bootstrap().change("units", &top, json!({"parentId": bottom})).await.refuses("/parentId");
}

#[tokio::test]
async fn the_root_stays_where_it_is() {
    let app = App::start().await;
    let (root, unit) = (app.root().await, app.unit("Works", None).await);
    app.bootstrap().change("units", &root, json!({"parentId": unit})).await.problem(409, "conflict");
    app.bootstrap().just("units", &root, "retire").await.problem(409, "conflict");
}

#[tokio::test]
async fn a_unit_of_another_organisation_is_no_parent() {
    let app = App::start().await;
    let foreign = app.stranger().create("units", json!({"name": "Elsewhere"})).await;
    app.bootstrap().post("/v1/units", json!({"name": "Works", "parentId": foreign})).await.refuses("/parentId");
}

#[tokio::test]
async fn rights_move_with_a_unit_and_all_below_it() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let hall = app.unit("Hall", Some(&north)).await;
    let line = app.unit("Line", Some(&hall)).await;
    let (of_north, of_south) = (app.owner_of(&north).await, app.owner_of(&south).await);
    let asset =
        app.manager().await.create("assets", json!({"name": "Press", "kind": "hardware", "unitId": line})).await;
    let path = format!("/v1/assets/{asset}");
    of_north.get(&path).await.expect(200);
    of_south.get(&path).await.problem(404, "not-found");

    app.bootstrap().change("units", &hall, json!({"parentId": south})).await.expect(200);

    of_north.get(&path).await.problem(404, "not-found");
    of_south.get(&path).await.expect(200);
    assert_eq!(of_north.every("/v1/assets").await, Vec::<String>::new());
    assert_eq!(of_south.every("/v1/assets").await, vec![asset]);
}

#[tokio::test]
async fn a_new_unit_below_gives_its_records_to_those_above() {
    let app = App::start().await;
    let north = app.unit("North", None).await;
    let owner = app.owner_of(&north).await;
    let manager = app.manager().await;
    let hall = app.unit("Hall", Some(&north)).await;
    let asset = manager.create("assets", json!({"name": "Press", "kind": "hardware", "unitId": hall})).await;
    assert_eq!(owner.every("/v1/assets").await, vec![asset]);
}

#[tokio::test]
async fn a_unit_with_units_below_is_not_retired() {
    let app = App::start().await;
    let top = app.unit("Works", None).await;
    let below = app.unit("Hall", Some(&top)).await;
    let administrator = app.bootstrap();
    administrator.just("units", &top, "retire").await.problem(409, "conflict");
    administrator.just("units", &below, "retire").await.expect(200);
    administrator.just("units", &top, "retire").await.expect(200);
}

#[tokio::test]
async fn i_12_a_unit_that_still_owns_records_is_not_retired() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let manager = app.manager().await;
    let asset = manager.create("assets", json!({"name": "Press", "kind": "hardware", "unitId": unit})).await;
    app.bootstrap().just("units", &unit, "retire").await.problem(409, "conflict");
    manager.change("assets", &asset, json!({"unitId": app.root().await})).await.expect(200);
    app.bootstrap().just("units", &unit, "retire").await.expect(200);
}

#[tokio::test]
async fn a_record_is_not_moved_to_where_one_may_not_write() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let manager = app.person("manager", Some(&north)).await;
    let asset = manager.create("assets", json!({"name": "Press", "kind": "hardware", "unitId": north})).await;
    manager.change("assets", &asset, json!({"unitId": south})).await.problem(403, "denied");
}

#[tokio::test]
async fn a_retired_unit_takes_no_new_records() {
    let app = App::start().await;
    let unit = app.unit("Works", None).await;
    let administrator = app.bootstrap();
    administrator.just("units", &unit, "retire").await.expect(200);
    let manager = app.manager().await;
    let draft = json!({"name": "Press", "kind": "hardware", "unitId": unit});
    manager.post("/v1/assets", draft).await.refuses("/unitId");
    administrator.post("/v1/units", json!({"name": "Hall", "parentId": unit})).await.refuses("/parentId");
}

#[tokio::test]
async fn a_unit_is_moved_by_an_administrator_of_the_units_above_and_not_by_its_own() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let hall = app.unit("Hall", Some(&north)).await;
    let local = app.person("administrator", Some(&hall)).await;
    local.change("units", &hall, json!({"name": "Great hall"})).await.expect(200);
    local.change("units", &hall, json!({"parentId": south})).await.problem(403, "denied");
    local.just("units", &hall, "retire").await.problem(403, "denied");
    let of_north = app.person("administrator", Some(&north)).await;
    of_north.change("units", &hall, json!({"parentId": south})).await.problem(403, "denied");
    app.bootstrap().change("units", &hall, json!({"parentId": south})).await.expect(200);
}

#[tokio::test]
async fn the_organisation_stays_at_its_root() {
    let app = App::start().await;
    let unit = app.unit("North", None).await;
    let organisation = app.bootstrap().every("/v1/organisations").await.remove(0);
    for persona in [app.bootstrap(), app.manager().await] {
        persona.change("organisations", &organisation, json!({"unitId": unit})).await.problem(409, "conflict");
        persona.change("organisations", &organisation, json!({"sector": "26.20"})).await.expect(200);
    }
}
