//! Suppliers: one that matters is used only with a valid assessment and a contract.

use crate::app::App;
use crate::assurance::readiness::rule;
use crate::evaluation::metric::active;
use crate::records::Team;
use serde_json::json;

#[tokio::test]
async fn i_72_a_supplier_that_matters_is_approved_only_with_an_assessment_and_a_contract() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("suppliers", json!({"name": "Host", "criticality": 4, "kind": "cloud"})).await;
    manager.act("suppliers", &id, "approve", json!({})).await.problem(409, "conflict");
    let answers = json!([
        {"question": "Backups?", "answer": "yes", "weight": 3}, {"question": "Tests?", "answer": "partly"},
        {"question": "Drones?", "answer": "notApplicable", "weight": 9},
    ]);
    let assessment = json!({"title": "Look", "supplierId": id, "answers": answers});
    let assessment = manager.create("supplier-assessments", assessment).await;
    assert_eq!(manager.read("supplier-assessments", &assessment).await["score"], 87);
    let outcome = json!({"conclusion": "ok", "validUntil": app.in_days(300)});
    manager.act("supplier-assessments", &assessment, "conclude", outcome).await.expect(200);
    manager.act("suppliers", &id, "approve", json!({})).await.problem(409, "conflict");
    manager.create("contracts", json!({"title": "Hosting", "supplierId": id})).await;
    assert_eq!(manager.act("suppliers", &id, "approve", json!({})).await.expect(200)["state"], "approved");
    manager.change("supplier-assessments", &assessment, json!({"findings": "None"})).await.problem(403, "denied");
}

#[tokio::test]
async fn i_73_a_certificate_counts_only_if_it_covers_the_service() {
    let app = App::start().await;
    let manager = app.manager().await;
    let supplier = manager.create("suppliers", json!({"name": "Host"})).await;
    let paper = json!({
        "title": "ISO", "supplierId": supplier, "method": "certificate", "certificateExpiresOn": app.in_days(100),
    });
    let id = manager.create("supplier-assessments", paper).await;
    let outcome = |days: i64| json!({"conclusion": "ok", "validUntil": app.in_days(days)});
    manager.act("supplier-assessments", &id, "conclude", outcome(90)).await.refuses("/coversService");
    manager.change("supplier-assessments", &id, json!({"coversService": true})).await.expect(200);
    manager.act("supplier-assessments", &id, "conclude", outcome(200)).await.refuses("/validUntil");
    manager.act("supplier-assessments", &id, "conclude", outcome(90)).await.expect(200);
}

#[tokio::test]
async fn i_72_an_exception_lets_a_supplier_be_used_while_it_lives() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let id = team.manager.create("suppliers", json!({"name": "Host", "criticality": 4})).await;
    let risk = team.evaluated("Host fails", 1, 1).await;
    let draft = json!({
        "title": "Host for now", "supplierId": id, "reason": "No other one in time", "riskId": risk,
        "startsOn": app.in_days(0), "expiresOn": app.in_days(60),
    });
    let exception = team.manager.create("exceptions", draft).await;
    team.manager.just("exceptions", &exception, "submit").await.expect(200);
    team.manager.act("suppliers", &id, "approve", json!({})).await.problem(409, "conflict");
    team.management.just("exceptions", &exception, "approve").await.expect(200);
    let used = team.manager.act("suppliers", &id, "approve", json!({})).await.expect(200);
    assert_eq!(
        (&used["state"], &used["excepted"], &used["lapsed"]),
        (&json!("conditional"), &json!(true), &json!(false))
    );
    assert_eq!(rule(&team.manager, "C62").await["gaps"], json!([]));
    app.advance(chrono::Duration::days(61));
    let lapsed = team.manager.read("suppliers", &id).await;
    assert_eq!((&lapsed["excepted"], &lapsed["lapsed"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn i_72_a_supplier_does_not_remain_approved_unseen_once_its_assessment_ends() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("suppliers", json!({"name": "Host", "criticality": 3})).await;
    let answers = json!([{"question": "Backups?", "answer": "yes"}]);
    let look = |title: &str| json!({"title": title, "supplierId": id, "answers": answers});
    let first = manager.create("supplier-assessments", look("Look")).await;
    let outcome = |conclusion: &str| json!({"conclusion": conclusion, "validUntil": app.in_days(300)});
    manager.act("supplier-assessments", &first, "conclude", outcome("ok")).await.expect(200);
    manager.create("contracts", json!({"title": "Hosting", "supplierId": id, "endsOn": app.in_days(500)})).await;
    let used = manager.act("suppliers", &id, "approve", json!({})).await.expect(200);
    assert_eq!((&used["assessed"], &used["contracted"], &used["lapsed"]), (&json!(true), &json!(true), &json!(false)));
    app.advance(chrono::Duration::days(1));
    let second = manager.create("supplier-assessments", look("Again")).await;
    manager.act("supplier-assessments", &second, "conclude", outcome("blocker")).await.expect(200);
    let lapsed = manager.read("suppliers", &id).await;
    assert_eq!((&lapsed["assessed"], &lapsed["lapsed"]), (&json!(false), &json!(true)));
    let told = rule(&manager, "C62").await;
    assert_eq!(told["gaps"][0]["records"][0]["id"], id.as_str(), "{told}");
    let derived = json!({"source": "computed", "derivation": "suppliersAssessedPercent"});
    let metric = active(&manager, derived).await;
    let period = json!({"periodFrom": app.in_days(-30), "periodTo": app.in_days(0)});
    manager.act("metrics", &metric, "measure", period).await.expect(200);
    assert_eq!(manager.get("/v1/measurements").await.expect(200)["items"][0]["value"], 0.0);
    manager.act("suppliers", &id, "suspend", json!({"reason": "They leak"})).await.expect(200);
    manager.act("suppliers", &id, "approve", json!({})).await.problem(409, "conflict");
}

#[tokio::test]
async fn a_register_of_suppliers_comes_in_as_people_keep_it() {
    let app = App::start().await;
    let manager = app.manager().await;
    let file = "Vendor,Tier,Type,Data\nHost,critical,SaaS,personal data\nPaper,low,Other,no\n";
    manager.import("suppliers", file).await.expect(200);
    let all = manager.get("/v1/suppliers?sort=name").await.expect(200)["items"].clone();
    assert_eq!((&all[0]["criticality"], &all[0]["kind"]), (&json!(4), &json!("cloud")));
    assert_eq!((&all[0]["dataAccess"], &all[1]["dataAccess"]), (&json!("personal"), &json!("none")));
}
