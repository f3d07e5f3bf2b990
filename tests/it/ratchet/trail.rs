//! Every write leaves exactly one trail entry for each record that it changed; no read and no refusal leaves any.

use super::rows;
use crate::app::App;
use crate::persona::send;
use crate::records::{Team, one_of_each, rated};
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::json;

#[tokio::test]
async fn every_version_of_every_record_has_exactly_one_entry() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let ids = one_of_each(&app, &team).await;
    let (manager, owner, management) = (&team.manager, &team.owner, &team.management);

    // Every kind of write: plain ones, acts that change several records, batches that fail in part, dry runs.
    management.just("acceptances", &ids["acceptances"], "accept").await.expect(200);
    management.act("acceptances", &ids["acceptances"], "revoke", json!({"reason": "New facts"})).await.expect(200);
    management.just("statements", &ids["statements"], "approve").await.expect(200);
    owner.act("actions", &ids["actions"], "finish", json!({"proof": "Report"})).await.expect(200);
    manager.just("actions", &ids["actions"], "verify").await.expect(200);
    let second = manager.create("methodologies", crate::records::methodology()).await;
    management.just("methodologies", &second, "approve").await.expect(200);
    manager.just("assets", &ids["assets"], "retire").await.expect(200);
    manager.just("assets", &ids["assets"], "restore").await.expect(200);
    manager.just("assets", &ids["assets"], "restore").await.expect(200);
    manager.post("/v1/risks", rated("Off the scale", owner, 9, 9)).await.expect(422);
    for flags in [json!({}), json!({"dryRun": true}), json!({"atomic": true})] {
        let mut batch = flags;
        batch["operations"] = json!([{"create": {"name": "New", "kind": "site"}}, {"create": {}}]);
        manager.post("/v1/assets:batch", batch).await;
    }
    for _ in 0..2 {
        let request = manager.request(Method::POST, "/v1/assets").header("idempotency-key", "once");
        send(request.json(&json!({"name": "Once", "kind": "site"}))).await.expect(201);
    }
    let unit = app.unit("Works", None).await;
    app.bootstrap().change("units", &unit, json!({"name": "Workshop"})).await.expect(200);

    let database = app.database().await;
    let (mut records, mut versions) = (0, 0);
    for spec in isms::resources::specs() {
        let table = format!("\"{}\"", spec.table);
        let entries = "SELECT COUNT(*) FROM trail_entry t WHERE t.record_id = r.id AND t.record_version <= r.version";
        let wrong = rows(&database, &format!("SELECT reference FROM {table} r WHERE ({entries}) <> version")).await;
        assert!(wrong.is_empty(), "{table}: {wrong:?} have more or fewer entries than versions");
        for version in rows(&database, &format!("SELECT version FROM {table}")).await {
            records += 1;
            versions += version.parse::<i64>().expect("a version");
        }
    }
    let entries = rows(&database, "SELECT COUNT(*) FROM trail_entry").await;
    assert_eq!(entries, [versions.to_string()], "entries that belong to no version");
    let gaps = "SELECT COUNT(*) FROM trail_entry t WHERE t.position > 1 AND NOT EXISTS (SELECT 1 FROM trail_entry b \
                WHERE b.organisation_id = t.organisation_id AND b.position = t.position - 1)";
    assert_eq!(rows(&database, gaps).await, ["0"], "positions with gaps");
    println!("{versions} entries of {records} records examined");
    assert!(versions > records && records > 100);

    // Each entry knows when the next one of its record was made, and a database from before it did learns it as it is migrated.
    let next =
        "SELECT n.at FROM trail_entry n WHERE n.record_id = t.record_id AND n.record_version = t.record_version + 1";
    let wrong = format!("SELECT COUNT(*) FROM trail_entry t WHERE t.superseded_at <> COALESCE(({next}), {})", i64::MAX);
    assert_eq!(rows(&database, &wrong).await, ["0"], "entries that do not know what came after them");
    for step in [
        "DROP INDEX IF EXISTS trail_entry_organisation_id_record_type_superseded_at_at_record_id",
        "ALTER TABLE trail_entry DROP COLUMN superseded_at",
        "DELETE FROM seaql_migrations WHERE version = 'm20261130_000019_superseded'",
    ] {
        database.execute_unprepared(step).await.expect("the step before");
    }
    let store = isms::store::Store::connect(app.database_url(), 2).await.expect("a database");
    store.migrate().await.expect("migrations run");
    assert_eq!(rows(&database, &wrong).await, ["0"], "entries that were there and do not know what came after them");
    let superseded = format!("SELECT COUNT(*) FROM trail_entry WHERE superseded_at < {}", i64::MAX);
    assert_eq!(rows(&database, &superseded).await, [(versions - records).to_string()]);
}

#[tokio::test]
async fn no_read_and_no_refusal_leaves_an_entry() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let ids = one_of_each(&app, &team).await;
    let (auditor, member) = (app.auditor().await, app.member().await);
    let database = app.database().await;
    let count = "SELECT COUNT(*) FROM trail_entry";
    let before = rows(&database, count).await;
    let (mut reads, mut refusals) = (0, 0);
    for (method, path) in isms::app::registry().operations() {
        let plural = path.strip_prefix("/v1/").unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
        let at = path.replace("{id}", ids.get(plural).map(String::as_str).unwrap_or("none"));
        if method == "GET" {
            for persona in [&auditor, &team.manager] {
                persona.get(&at).await;
                reads += 1;
            }
        } else if plural != "api-tokens" {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let request = member.request(method, &at).header("if-match", "*").json(&json!({}));
            let reply = send(request).await;
            assert!(reply.status >= 400, "{path}: a member changed something: {}", reply.text);
            refusals += 1;
        }
    }
    assert_eq!(rows(&database, count).await, before);
    println!("{reads} reads and {refusals} refusals examined");
    assert!(reads > 50 && refusals > 50);
}

#[tokio::test]
async fn an_entry_tells_what_later_uses_need() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let manager = app.manager().await;
    let draft = json!({"name": "Press", "kind": "hardware", "unitId": north});
    let id = manager.create("assets", draft).await;
    manager.change("assets", &id, json!({"unitId": south})).await.expect(200);
    let database = app.database().await;
    let of = async |column: &str| {
        let sql = format!("SELECT {column} FROM trail_entry WHERE record_type = 'Asset' AND record_version = 2");
        rows(&database, &sql).await.remove(0)
    };
    let units = of("unit_ids").await;
    assert!(units.contains(&north) && units.contains(&south), "{units}");
    assert_eq!(of("act").await, "update");
    assert_eq!(of("actor_type").await, "User");
    assert!(of("authentication").await.contains("tokenId"));
    assert!(of("reasons").await.contains("managers-maintain"));
    assert!(of("before").await.contains(&north) && of("after").await.contains(&south));
}
