//! Suppliers: one that matters is used only with a valid assessment and a contract.

use crate::app::App;
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
