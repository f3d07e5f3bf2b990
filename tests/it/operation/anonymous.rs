//! Reports without a name (A.6.8): nothing that is kept, told or noted leads to who made one.

use super::incident::{bearer, declared};
use crate::app::App;
use chrono::Duration;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use sha2::{Digest, Sha256};

#[tokio::test]
async fn who_reports_anonymously_is_named_nowhere() {
    let app = App::start().await;
    let (member, manager, auditor) = (app.member().await, app.manager().await, app.auditor().await);
    let path = "/v1/incidents:report-anonymously";
    let wrong = json!({"title": "Late", "detectedAt": "2039-03-02T07:00:00Z"});
    member.post(path, wrong).await.refuses("/detectedAt");
    let request = member.request(reqwest::Method::POST, path).header("x-request-id", "the-request-of-a-member");
    let told = crate::persona::send(request.json(&json!({"title": "Files are sold"}))).await;
    assert_eq!(told.expect(202), json!({}));
    app.seal().await;
    let list = manager.get("/v1/incidents").await.expect(200);
    let id = crate::persona::id(&list["items"][0]);
    let nobody = json!(uuid::Uuid::nil());
    for field in ["reportedBy", "createdBy", "updatedBy"] {
        assert_eq!(list["items"][0][field], nobody, "{field}");
    }
    let query = format!("{{ incident(id: \"{id}\") {{ title reportedBy createdBy }} }}");
    let shown = manager.post("/graphql", json!({"query": query})).await.expect(200);
    assert_eq!(shown["data"]["incident"]["createdBy"], nobody, "{shown}");
    let entries = auditor.get("/v1/trail/entries").await.expect(200)["items"].clone();
    let sealed = entries.as_array().expect("entries").iter().find(|entry| entry.to_string().contains(&id));
    let sealed = sealed.expect("the entry of the report");
    for told in [
        manager.get(&format!("/v1/incidents/{id}")).await.text,
        manager.get(&format!("/v1/incidents/{id}/history")).await.text,
        sealed.to_string(),
        shown.to_string(),
    ] {
        assert!(told.contains("Files are sold"), "{told}");
        assert!(!told.contains(&member.id) && !told.contains("the-request-of-a-member"), "{told}");
    }
    // That a manager tells of something is not told either, by the policies that let them.
    manager.post(path, json!({"title": "Doors are open"})).await.expect(202);
    let list = manager.get("/v1/incidents?title=Doors%20are%20open").await.expect(200);
    let doors = crate::persona::id(&list["items"][0]);
    for id in [&id, &doors] {
        let history = manager.get(&format!("/v1/incidents/{id}/history")).await.expect(200);
        assert_eq!(history["items"][0]["reasons"], json!(["anyone-reports-events"]), "{history}");
    }
    // It is nobody's: whoever made it cannot follow it, nor anyone else without a name.
    member.get(&format!("/v1/incidents/{id}")).await.problem(404, "not-found");
    manager.act("incidents", &id, "assess", declared(3)).await.expect(200);
}

#[tokio::test]
async fn a_confidential_report_without_a_name_reaches_those_who_answer_for_incidents() {
    let app = App::start().await;
    let (member, manager) = (app.member().await, app.manager().await);
    let leader = bearer(&app, &manager, "incidentManagement").await;
    let draft = json!({"title": "The manager takes money", "confidential": true});
    member.post("/v1/incidents:report-anonymously", draft).await.expect(202);
    assert_eq!(manager.get("/v1/incidents").await.expect(200)["items"], json!([]));
    assert_eq!(leader.get("/v1/incidents").await.expect(200)["items"][0]["title"], "The manager takes money");
}

#[tokio::test]
async fn an_anonymous_report_leaves_neither_a_use_of_the_token_nor_who_kept_the_key() {
    let app = App::start().await;
    let member = app.member().await;
    app.advance(Duration::minutes(5));
    let path = "/v1/incidents:report-anonymously";
    let again = async |title: &str| {
        let request = member.request(reqwest::Method::POST, path).header("idempotency-key", "only-mine");
        crate::persona::send(request.json(&json!({"title": title}))).await
    };
    assert_eq!(again("Files are sold").await.expect(202), json!({}));
    assert_eq!(again("Files are sold").await.header("idempotency-replayed"), "true");
    again("Files are bought").await.problem(422, "idempotency-key-reused");
    let database = app.database().await;
    let rows = async |sql: &str| {
        let statement = Statement::from_string(database.get_database_backend(), sql.to_owned());
        database.query_all_raw(statement).await.expect("rows")
    };
    let kept = rows("SELECT caller_id, key, fingerprint FROM idempotency_key").await;
    assert_eq!(kept.len(), 1);
    let caller: uuid::Uuid = kept[0].try_get("", "caller_id").expect("an id");
    let [key, fingerprint]: [String; 2] =
        ["key", "fingerprint"].map(|column| kept[0].try_get("", column).expect("text"));
    let body = serde_json::to_vec(&json!({"title": "Files are sold"})).expect("a body");
    let digest = Sha256::new().chain_update(format!("POST\0{path}\0")).chain_update(body).finalize();
    let known: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(caller.to_string() != member.id && key != "only-mine" && fingerprint != known, "{caller} {key}");
    // The last use of the token is from before.
    for use_ in rows("SELECT last_used_at FROM token_use").await {
        let at: i64 = use_.try_get("", "last_used_at").expect("a time");
        assert!(at < app.clock.now().0 - 60_000_000, "{at}");
    }
}
