//! Checklists: the team's alone, with samples that can be drawn again.

use super::Bench;
use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn i_54_checklists_and_notes_are_the_teams_alone() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    let item = bench.lead.every(&format!("/v1/checklist-items?auditId={audit}")).await.remove(0);
    bench.second.change("checklist-items", &item, json!({"notes": "Nervous"})).await.expect(200);
    for outsider in [&bench.manager, &bench.management, &bench.auditee, &app.auditor().await] {
        outsider.get(&format!("/v1/checklist-items/{item}")).await.problem(404, "not-found");
        assert_eq!(outsider.get("/v1/checklist-items?count=true").await.expect(200)["total"], 0);
    }
}

#[tokio::test]
async fn i_58_the_same_seed_draws_the_same_sample_again() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    for title in ["One", "Two", "Three", "Four", "Five", "Six"] {
        let action = json!({"title": title, "ownerId": bench.auditee.id, "dueOn": app.in_days(9)});
        bench.manager.create("actions", action).await;
    }
    let audit = bench.under_way(&app).await;
    let items = bench.lead.every(&format!("/v1/checklist-items?auditId={audit}")).await;
    let ask = |size: i32| json!({"population": "actions?state=open", "size": size, "seed": "spring"});
    let first = bench.lead.act("checklist-items", &items[0], "sample", ask(3)).await.expect(200);
    assert_eq!((&first["drawnFrom"], first["drawn"].as_array().map(Vec::len)), (&json!(6), Some(3)));
    let again = bench.second.act("checklist-items", &items[1], "sample", ask(3)).await.expect(200);
    assert_eq!(again["drawn"], first["drawn"]);
    bench.lead.change("checklist-items", &items[0], json!({"seed": "autumn"})).await.refuses("/seed");
    for population in ["nonsense", "actions?state", "actions?nonsense=1", "actions?limit=1"] {
        let wrong = json!({"population": population, "size": 3, "seed": "spring"});
        bench.lead.act("checklist-items", &items[0], "sample", wrong).await.refuses("/population");
    }
    bench.lead.act("checklist-items", &items[0], "sample", ask(0)).await.refuses("/size");
}

#[tokio::test]
async fn an_item_asks_for_what_there_is_and_a_result_has_evidence() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    let item = |requirement: &str| json!({"auditId": audit, "requirement": requirement, "question": "Is it?"});
    bench.lead.post("/v1/checklist-items", item("42")).await.refuses("/requirement");
    let id = bench.lead.create("checklist-items", item("4.1")).await;
    bench.lead.change("checklist-items", &id, json!({"result": "nonconform"})).await.refuses("/evidence");
    let seen = json!({"result": "nonconform", "evidence": "No list"});
    let seen = bench.second.change("checklist-items", &id, seen).await.expect(200);
    assert_eq!(seen["checkedBy"], bench.second.id.as_str());
    bench.manager.post("/v1/checklist-items", item("4.2")).await.problem(403, "denied");
}
