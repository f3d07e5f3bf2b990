//! Findings: the team's until they are told, then answered, followed up, and never reworded.

use super::Bench;
use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn i_54_a_finding_is_the_teams_until_it_is_told() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    let finding = bench.second.create("findings", bench.major(&audit, json!({}))).await;
    for outsider in [&bench.manager, &bench.management, &bench.auditee, &app.auditor().await] {
        outsider.get(&format!("/v1/findings/{finding}")).await.problem(404, "not-found");
        assert_eq!(outsider.get("/v1/findings?count=true").await.expect(200)["total"], 0);
    }
    bench.second.just("findings", &finding, "issue").await.problem(403, "denied");
    bench.lead.just("findings", &finding, "issue").await.expect(200);
    for reader in [&bench.manager, &bench.auditee] {
        assert_eq!(reader.read("findings", &finding).await["grade"], "major");
    }
}

#[tokio::test]
async fn i_55_a_nonconformity_names_requirement_evidence_and_gap() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    let bare = json!({"requirement": null, "evidence": " ", "gap": null});
    let finding = bench.lead.create("findings", bench.major(&audit, bare)).await;
    for field in ["requirement", "evidence", "gap"] {
        bench.lead.just("findings", &finding, "issue").await.refuses(&format!("/{field}"));
    }
    let report = bench.lead.act("audits", &audit, "issue-report", bench.report()).await;
    report.refuses("/findings/FND-0001/gap");
    let observation = json!({"grade": "observation", "requirement": null, "gap": null});
    let lesser = bench.lead.create("findings", bench.major(&audit, observation)).await;
    bench.lead.just("findings", &lesser, "issue").await.expect(200);
}

#[tokio::test]
async fn i_57_nobody_changes_grade_or_words_of_what_was_told() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let finding = bench.issued(&app).await;
    for outsider in [&bench.manager, &bench.auditee] {
        outsider.change("findings", &finding, json!({"grade": "minor"})).await.problem(403, "denied");
    }
    bench.lead.change("findings", &finding, json!({"grade": "minor"})).await.refuses("/grade");
    bench.lead.change("findings", &finding, json!({"gap": "Less"})).await.refuses("/gap");
    bench.lead.change("findings", &finding, json!({"respondBy": app.in_days(14)})).await.expect(200);
}

#[tokio::test]
async fn the_auditee_answers_and_the_auditors_verify_and_close() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let finding = bench.issued(&app).await;
    let answer = json!({"response": "We write one"});
    bench.manager.act("findings", &finding, "accept", answer.clone()).await.problem(403, "denied");
    bench.auditee.act("findings", &finding, "accept", json!({"response": " "})).await.refuses("/response");
    bench.auditee.act("findings", &finding, "accept", answer).await.expect(200);
    bench.lead.just("findings", &finding, "close").await.problem(409, "conflict");
    let seen = json!({"decision": "It hangs there"});
    bench.auditee.act("findings", &finding, "verify", seen.clone()).await.problem(403, "denied");
    bench.second.act("findings", &finding, "verify", seen.clone()).await.problem(409, "conflict");
    bench.corrected(&app, &finding).await;
    let verified = bench.second.act("findings", &finding, "verify", seen).await.expect(200);
    assert_eq!(verified["verifiedBy"], bench.second.id.as_str());
    assert_eq!(bench.lead.just("findings", &finding, "close").await.expect(200)["state"], "closed");
}

#[tokio::test]
async fn i_57_who_corrected_it_does_not_verify_it() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let finding = bench.issued(&app).await;
    let action =
        json!({"title": "Write one", "ownerId": bench.second.id, "dueOn": app.in_days(5), "findingId": finding});
    bench.manager.create("actions", action).await;
    bench.auditee.act("findings", &finding, "accept", json!({"response": "Yes"})).await.expect(200);
    bench.corrected(&app, &finding).await;
    let seen = json!({"decision": "It hangs there"});
    bench.second.act("findings", &finding, "verify", seen.clone()).await.problem(409, "conflict");
    bench.lead.act("findings", &finding, "verify", seen).await.expect(200);
}

#[tokio::test]
async fn a_dispute_is_decided_by_the_lead_with_a_reason() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let finding = bench.issued(&app).await;
    bench.auditee.act("findings", &finding, "dispute", json!({"response": "It is there"})).await.expect(200);
    let decision = json!({"upheld": false, "decision": "It is, in the annex"});
    bench.manager.act("findings", &finding, "decide-dispute", decision.clone()).await.problem(403, "denied");
    bench.second.act("findings", &finding, "decide-dispute", decision.clone()).await.problem(403, "denied");
    let closed = bench.lead.act("findings", &finding, "decide-dispute", decision).await.expect(200);
    assert_eq!(closed["state"], "closed");
}

#[tokio::test]
async fn i_83_words_and_grade_of_the_certification_body_stay() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let stage = json!({"title": "Stage 1", "kind": "stage1", "plannedOn": app.in_days(60)});
    let stage = bench.manager.create("certification-audits", stage).await;
    let words = json!({"certificationAuditId": stage, "title": "Scope unclear", "grade": "minor", "gap": "Sites"});
    let id = bench.manager.create("findings", words.clone()).await;
    assert_eq!(bench.manager.read("findings", &id).await["state"], "issued");
    bench.manager.change("findings", &id, json!({"title": "All fine"})).await.refuses("/title");
    bench.manager.change("findings", &id, json!({"grade": "observation"})).await.refuses("/grade");
    bench.manager.change("findings", &id, json!({"auditeeId": bench.auditee.id})).await.expect(200);
    bench.lead.post("/v1/findings", words).await.problem(403, "denied");
    let wrapped = json!({"title": "Scope", "findingId": id, "detectedOn": app.in_days(0), "grade": "major"});
    let wrapped = bench.manager.create("nonconformities", wrapped).await;
    let wrapped = bench.manager.read("nonconformities", &wrapped).await;
    assert_eq!((&wrapped["grade"], &wrapped["source"]), (&json!("minor"), &json!("certification")));
}

#[tokio::test]
async fn no_nonconformity_of_an_audit_closes_without_a_record_of_its_correction() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let finding = bench.issued(&app).await;
    bench.auditee.act("findings", &finding, "accept", json!({"response": "Yes"})).await.expect(200);
    let verify = async || bench.lead.act("findings", &finding, "verify", json!({"decision": "It hangs there"})).await;
    let told = verify().await.problem(409, "conflict");
    assert!(told.to_string().contains("10.2"), "{told}");
    let carried = bench.corrected(&app, &finding).await;
    assert_eq!(bench.manager.read("nonconformities", &carried).await["state"], "closed");
    assert_eq!(verify().await.expect(200)["state"], "verified");
}

#[tokio::test]
async fn i_01_what_was_told_is_not_put_away() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    let finding = bench.second.create("findings", bench.major(&audit, json!({}))).await;
    let slip = bench.second.create("findings", bench.major(&audit, json!({}))).await;
    bench.lead.just("findings", &finding, "issue").await.expect(200);
    bench.lead.just("findings", &finding, "retire").await.problem(403, "denied");
    bench.second.just("findings", &slip, "retire").await.expect(200);
    let stage = json!({"title": "Stage 1", "kind": "stage1", "plannedOn": app.in_days(60)});
    let stage = bench.manager.create("certification-audits", stage).await;
    let words = json!({"certificationAuditId": stage, "title": "Scope unclear", "grade": "major"});
    let id = bench.manager.create("findings", words).await;
    bench.manager.just("findings", &id, "retire").await.problem(403, "denied");
}

#[tokio::test]
async fn i_57_who_carried_out_a_correction_does_not_verify_the_finding_of_the_body() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let (deputy, third) = (app.manager().await, app.manager().await);
    let stage = json!({"title": "Stage 1", "kind": "stage1", "plannedOn": app.in_days(60)});
    let stage = bench.manager.create("certification-audits", stage).await;
    let words = json!({"certificationAuditId": stage, "title": "Scope unclear", "grade": "minor", "gap": "Sites",
        "auditeeId": bench.auditee.id});
    let finding = bench.manager.create("findings", words).await;
    let carried = json!({
        "title": "Scope", "findingId": finding, "detectedOn": app.in_days(0), "ownerId": bench.auditee.id,
        "correctionEnough": "A slip", "effectivenessCriteria": "The scope names all sites",
    });
    let all = "nonconformities";
    let id = bench.manager.create(all, carried).await;
    deputy.act(all, &id, "contain", json!({"correction": "Written"})).await.expect(200);
    let cause = json!({"causeMethod": "fiveWhys", "cause": "Nobody knew", "similarSearched": true});
    bench.auditee.act(all, &id, "find-cause", cause).await.expect(200);
    third.just(all, &id, "approve-plan").await.expect(200);
    bench.auditee.just(all, &id, "implement").await.expect(200);
    app.advance(chrono::Duration::days(30));
    let works = json!({"effect": "effective", "evidence": "It still names them"});
    third.act(all, &id, "verify", works).await.expect(200);
    bench.auditee.act("findings", &finding, "accept", json!({"response": "Yes"})).await.expect(200);
    let seen = json!({"decision": "All sites are named"});
    deputy.act("findings", &finding, "verify", seen.clone()).await.problem(409, "conflict");
    third.act("findings", &finding, "verify", seen).await.expect(200);
}
