//! Internal audits: by nobody who owns what is looked at; findings are the team's until they are told.

use crate::app::App;
use crate::persona::Persona;
use crate::records::{Team, annex_a, create_many};
use serde_json::{Value, json};

/// An audit that this auditor leads.
pub async fn planned(app: &App, auditor: &Persona) -> String {
    let draft = json!({
        "title": "Policies", "leadId": auditor.id, "criteria": "The standard", "scope": "Head office",
        "clauses": ["5.2"], "plannedFrom": app.in_days(0), "plannedTo": app.in_days(5),
    });
    auditor.create("audits", draft).await
}

fn major(audit: &str, auditee: &Persona) -> Value {
    json!({
        "auditId": audit, "title": "No policy", "grade": "major", "requirement": "5.2", "evidence": "Nothing there",
        "gap": "A policy", "auditeeId": auditee.id,
    })
}

#[tokio::test]
async fn i_53_nobody_audits_what_they_own() {
    let app = App::start().await;
    let (manager, auditor) = (app.manager().await, app.auditor().await);
    let control = create_many(&manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    manager.change("controls", &control, json!({"ownerId": auditor.id})).await.expect(200);
    let draft = json!({
        "title": "Own work", "leadId": auditor.id, "controlIds": [control], "plannedFrom": app.in_days(0),
        "plannedTo": app.in_days(5),
    });
    auditor.post("/v1/audits", draft).await.refuses("/teamIds");
    let audit = planned(&app, &auditor).await;
    auditor.change("audits", &audit, json!({"auditeeIds": [auditor.id]})).await.refuses("/auditeeIds");
    auditor.change("audits", &audit, json!({"controlIds": [control]})).await.refuses("/teamIds");
}

#[tokio::test]
async fn i_54_drafts_and_notes_are_the_teams_and_i_57_nobody_else_writes_findings() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (auditor, other) = (app.auditor().await, app.auditor().await);
    let audit = planned(&app, &auditor).await;
    let item = json!({"auditId": audit, "requirement": "5.2", "question": "Is there one?", "notes": "Nervous"});
    let item = auditor.create("checklist-items", item).await;
    let finding = auditor.create("findings", major(&audit, &team.owner)).await;
    for outsider in [&team.manager, &team.owner, &other] {
        outsider.get(&format!("/v1/checklist-items/{item}")).await.problem(404, "not-found");
        outsider.get(&format!("/v1/findings/{finding}")).await.problem(404, "not-found");
        assert_eq!(outsider.get("/v1/findings?count=true").await.expect(200)["total"], 0);
    }
    team.manager.post("/v1/audits", json!({"title": "Mine", "leadId": team.manager.id, "plannedFrom": app.in_days(0), "plannedTo": app.in_days(1)})).await.problem(403, "denied");
    auditor.just("findings", &finding, "issue").await.expect(200);
    assert_eq!(team.owner.read("findings", &finding).await["grade"], "major");
    team.owner.change("findings", &finding, json!({"grade": "observation"})).await.problem(403, "denied");
    team.manager.change("findings", &finding, json!({"grade": "observation"})).await.problem(403, "denied");
    let answer = json!({"response": "We write one"});
    assert_eq!(team.owner.act("findings", &finding, "accept", answer).await.expect(200)["state"], "accepted");
    team.owner.act("findings", &finding, "verify", json!({"reason": "Done"})).await.problem(403, "denied");
    auditor.act("findings", &finding, "verify", json!({"reason": "It is there"})).await.expect(200);
    auditor.just("findings", &finding, "close").await.expect(200);
}

#[tokio::test]
async fn i_55_a_nonconformity_names_requirement_evidence_and_gap() {
    let app = App::start().await;
    let (auditor, owner) = (app.auditor().await, app.owner().await);
    let audit = planned(&app, &auditor).await;
    let mut draft = major(&audit, &owner);
    draft["gap"] = json!("");
    auditor.post("/v1/findings", draft).await.refuses("/gap");
}

#[tokio::test]
async fn i_01_the_report_is_frozen_and_i_56_tells_what_was_not_checked() {
    let app = App::start().await;
    let (auditor, owner) = (app.auditor().await, app.owner().await);
    let audit = planned(&app, &auditor).await;
    for result in ["conform", "notChecked"] {
        let item =
            json!({"auditId": audit, "requirement": "5.2", "question": "Is it?", "result": result, "notes": "Private"});
        auditor.create("checklist-items", item).await;
    }
    let finding = auditor.create("findings", major(&audit, &owner)).await;
    auditor.just("audits", &audit, "start").await.expect(200);
    let report = json!({"conclusion": "Nearly", "distributionIds": [owner.id]});
    app.auditor().await.act("audits", &audit, "issue-report", report.clone()).await.problem(403, "denied");
    let issued = auditor.act("audits", &audit, "issue-report", report).await.expect(200);
    let coverage = &issued["report"]["coverage"];
    assert_eq!((&coverage["conform"], &coverage["notChecked"]), (&json!(1), &json!(1)));
    assert!(!issued["report"].to_string().contains("Private"));
    assert_eq!(issued["report"]["findings"][0]["gap"], "A policy");
    assert_eq!(auditor.read("findings", &finding).await["state"], "issued");
    auditor.change("audits", &audit, json!({"scope": "More"})).await.problem(409, "conflict");
    auditor.just("audits", &audit, "close").await.problem(409, "conflict");
}

#[tokio::test]
async fn i_58_a_sample_names_its_seed_and_i_83_the_bodys_words_stay() {
    let app = App::start().await;
    let (auditor, manager) = (app.auditor().await, app.manager().await);
    let audit = planned(&app, &auditor).await;
    let item = json!({"auditId": audit, "requirement": "5.2", "question": "Is it?", "sampleSize": 5});
    auditor.post("/v1/checklist-items", item).await.refuses("/seed");
    let stage = json!({"title": "Stage 1", "kind": "stage1", "plannedOn": app.in_days(60)});
    let stage = manager.create("certification-audits", stage).await;
    let words = json!({"certificationAuditId": stage, "title": "Scope unclear", "grade": "observation"});
    let id = manager.create("findings", words).await;
    manager.change("findings", &id, json!({"title": "All fine"})).await.refuses("/grade");
    manager.change("findings", &id, json!({"respondBy": app.in_days(30)})).await.expect(200);
}
