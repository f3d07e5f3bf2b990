//! Internal audits: by nobody who owns, wrote or approved what is looked at, reported by their lead, frozen.

use super::Bench;
use crate::app::App;
use crate::records::{Team, annex_a, asset, create_many};
use serde_json::json;

#[tokio::test]
async fn i_53_nobody_audits_what_they_own() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let control = create_many(&bench.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    bench.manager.change("controls", &control, json!({"ownerId": bench.lead.id})).await.expect(200);
    let draft = bench.audit_draft(&app, json!({"clauses": [], "controlIds": [control]}));
    let problem = bench.lead.post("/v1/audits", draft).await.refuses("/leadId");
    assert!(problem.to_string().contains("CTL-0001"), "{problem}");
}

#[tokio::test]
async fn i_53_nobody_audits_a_unit_in_which_they_own_anything() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let (works, office) = (app.unit("Works", None).await, app.unit("Office", None).await);
    let machine = crate::evaluation::with(asset("Press"), json!({"unitId": works, "ownerId": bench.second.id}));
    bench.manager.create("assets", machine).await;
    let draft = |unit: &str| bench.audit_draft(&app, json!({"unitIds": [unit]}));
    bench.lead.post("/v1/audits", draft(&works)).await.refuses("/teamIds/0");
    let audit = bench.lead.create("audits", draft(&office)).await;
    bench.lead.change("audits", &audit, json!({"unitIds": [works]})).await.refuses("/teamIds/0");
    bench.lead.change("audits", &audit, json!({"auditeeIds": [bench.second.id]})).await.refuses("/teamIds/0");
}

#[tokio::test]
async fn i_53_nobody_audits_what_they_wrote_or_approved_within_a_year() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let document = json!({"title": "Backups", "kind": "procedure", "ownerId": bench.auditee.id});
    let document = bench.manager.create("documents", document).await;
    let version = json!({"documentId": document, "title": "Backups", "body": "Daily", "authorIds": [bench.second.id]});
    bench.manager.create("document-versions", version).await;
    let draft = bench.audit_draft(&app, json!({}));
    bench.lead.post("/v1/audits", draft).await.refuses("/teamIds/0");
    app.advance(chrono::Duration::days(366));
    bench.lead.create("audits", bench.audit_draft(&app, json!({}))).await;
}

#[tokio::test]
async fn i_53_impartiality_is_looked_at_again_when_the_report_is_issued() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    let machine = crate::evaluation::with(asset("Press"), json!({"ownerId": bench.second.id}));
    let machine = bench.manager.create("assets", machine).await;
    bench.lead.act("audits", &audit, "issue-report", bench.report()).await.refuses("/teamIds/0");
    bench.manager.change("assets", &machine, json!({"ownerId": bench.auditee.id})).await.expect(200);
    bench.lead.act("audits", &audit, "issue-report", bench.report()).await.refuses("/teamIds/0");
    bench.lead.change("audits", &audit, json!({"teamIds": []})).await.expect(200);
    bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
}

#[tokio::test]
async fn i_01_an_issued_report_does_not_change() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    let item = bench.lead.every(&format!("/v1/checklist-items?auditId={audit}")).await.remove(0);
    bench.second.act("audits", &audit, "issue-report", bench.report()).await.problem(403, "denied");
    bench.manager.act("audits", &audit, "issue-report", bench.report()).await.problem(403, "denied");
    let issued = bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
    assert_eq!(issued["reportHash"].as_str().map(str::len), Some(64));
    bench.lead.change("audits", &audit, json!({"scope": "More"})).await.problem(409, "conflict");
    bench.lead.change("checklist-items", &item, json!({"notes": "Later"})).await.problem(409, "conflict");
    let database = app.database().await;
    let forge = "UPDATE audit SET report = '{}'";
    sea_orm::ConnectionTrait::execute_unprepared(&database, forge).await.expect("an update");
    bench.lead.just("audits", &audit, "close").await.problem(409, "conflict");
}

#[tokio::test]
async fn a_report_tells_an_auditee_nothing_of_records_that_they_may_not_see() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let control = json!({"code": "OWN-1", "title": "Sprinklers"});
    let control = bench.manager.create("controls", control).await;
    let auditee = app.member().await;
    let also = json!({"controlIds": [control], "auditeeIds": [auditee.id]});
    let audit = bench.lead.create("audits", bench.audit_draft(&app, also)).await;
    for act in ["announce", "draw-checklist", "start"] {
        bench.lead.just("audits", &audit, act).await.expect(200);
    }
    bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
    let (whole, part) = (bench.management.read("audits", &audit).await, auditee.read("audits", &audit).await);
    assert_eq!(whole["report"]["plan"]["controlIds"], json!([control]));
    assert!(whole["report"]["checklist"].is_array() && whole["report"]["findings"].is_array());
    assert_eq!(part["report"]["conclusion"], whole["report"]["conclusion"]);
    assert!(!part.to_string().contains(&control) && part["report"]["findings"].is_null(), "{part}");
    bench.lead.just("audits", &audit, "close").await.expect(200);
}

#[tokio::test]
async fn an_audit_looks_at_units_of_its_own_unit_only() {
    let app = App::start().await;
    let (here, there) = (app.unit("Here", None).await, app.unit("There", None).await);
    let bench = Bench::of(&app).await;
    let local = app.person("auditor", Some(&here)).await;
    let draft = |units: serde_json::Value| {
        bench.audit_draft(&app, json!({"unitId": here, "unitIds": units, "leadId": local.id, "teamIds": []}))
    };
    local.post("/v1/audits", draft(json!([there]))).await.refuses("/unitIds/0");
    local.create("audits", draft(json!([here]))).await;
}

#[tokio::test]
async fn i_56_what_nobody_looked_at_is_told_and_never_counts_as_conform() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    let items = bench.lead.get(&format!("/v1/checklist-items?auditId={audit}")).await.expect(200);
    let policy = items["items"].as_array().expect("items").iter().find(|item| item["requirement"] == "5.2").cloned();
    let policy = crate::persona::id(&policy.expect("an item for 5.2"));
    let seen = json!({"result": "conform", "evidence": "Version 3 hangs there", "notes": "Nervous"});
    bench.second.change("checklist-items", &policy, seen).await.expect(200);
    bench.lead.change("audits", &audit, json!({"clauses": ["5.2", "7.3", "7.4"]})).await.expect(200);
    let issued = bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
    let coverage = &issued["report"]["coverage"];
    assert_eq!(coverage["results"], json!({"conform": 1, "notChecked": 1}));
    assert_eq!(coverage["notChecked"], json!(["7.3", "7.4"]));
    assert!(!issued["report"].to_string().contains("Nervous"));
}

#[tokio::test]
async fn a_checklist_is_drawn_once_for_each_clause_and_control() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let control = create_many(&bench.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let audit = bench.lead.create("audits", bench.audit_draft(&app, json!({"controlIds": [control]}))).await;
    bench.lead.just("audits", &audit, "draw-checklist").await.expect(200);
    let items = bench.second.get(&format!("/v1/checklist-items?auditId={audit}")).await.expect(200);
    let mut asked: Vec<_> =
        items["items"].as_array().expect("items").iter().map(|item| item["requirement"].to_string()).collect();
    asked.sort();
    assert_eq!(asked, ["\"5.2\"", "\"7.3\"", "\"A.5.1\""]);
    bench.lead.just("audits", &audit, "draw-checklist").await.problem(409, "conflict");
}

#[tokio::test]
async fn an_audit_closes_when_its_nonconformities_are_closed_or_carried_on() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    bench.second.create("findings", bench.major(&audit, json!({}))).await;
    bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
    let finding = bench.manager.every(&format!("/v1/findings?auditId={audit}")).await.remove(0);
    bench.lead.just("audits", &audit, "close").await.problem(409, "conflict");
    let carried = json!({"title": "No policy", "findingId": finding, "detectedOn": app.in_days(0)});
    bench.manager.create("nonconformities", carried).await;
    assert_eq!(bench.lead.just("audits", &audit, "close").await.expect(200)["state"], "closed");
}

#[tokio::test]
async fn only_auditors_plan_audits_and_auditees_know_announced_ones() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let bench = Bench::of(&app).await;
    let member = app.member().await;
    team.manager.post("/v1/audits", bench.audit_draft(&app, json!({}))).await.problem(403, "denied");
    let audit = bench.lead.create("audits", bench.audit_draft(&app, json!({"auditeeIds": [member.id]}))).await;
    app.auditor().await.change("audits", &audit, json!({"title": "Mine"})).await.problem(403, "denied");
    member.get(&format!("/v1/audits/{audit}")).await.problem(404, "not-found");
    bench.lead.just("audits", &audit, "announce").await.expect(200);
    assert_eq!(member.read("audits", &audit).await["state"], "announced");
}

#[tokio::test]
async fn who_answers_for_the_programme_gives_an_audit_up_for_a_reason() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.planned(&app).await;
    let keeper = app.auditor().await;
    keeper.act("audits", &audit, "cancel", json!({"reason": "Moved"})).await.problem(403, "denied");
    let duty = json!({"title": "Programme", "duty": "auditProgramme", "holderId": keeper.id});
    let duty = bench.manager.create("responsibilities", duty).await;
    keeper.just("responsibilities", &duty, "accept").await.expect(200);
    keeper.act("audits", &audit, "cancel", json!({"reason": ""})).await.refuses("/reason");
    let cancelled = keeper.act("audits", &audit, "cancel", json!({"reason": "Moved"})).await.expect(200);
    assert_eq!((&cancelled["state"], &cancelled["cancelledReason"]), (&json!("cancelled"), &json!("Moved")));
}

#[tokio::test]
async fn i_54_checklist_and_findings_go_to_the_new_team() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.under_way(&app).await;
    let finding = bench.lead.create("findings", bench.major(&audit, json!({}))).await;
    let item = bench.lead.every(&format!("/v1/checklist-items?auditId={audit}")).await.remove(0);
    let (keeper, bob) = (app.auditor().await, app.auditor().await);
    let duty = json!({"title": "Programme", "duty": "auditProgramme", "holderId": keeper.id});
    let duty = bench.manager.create("responsibilities", duty).await;
    keeper.just("responsibilities", &duty, "accept").await.expect(200);
    keeper.get(&format!("/v1/checklist-items/{item}")).await.problem(404, "not-found");
    keeper.change("audits", &audit, json!({"leadId": bob.id})).await.expect(200);
    for (plural, id) in [("findings", &finding), ("checklist-items", &item)] {
        bench.lead.get(&format!("/v1/{plural}/{id}")).await.problem(404, "not-found");
        assert_eq!(bob.read(plural, id).await["auditorIds"], json!([bob.id, bench.second.id]));
    }
    bob.change("audits", &audit, json!({"teamIds": []})).await.expect(200);
    bench.second.get(&format!("/v1/findings/{finding}")).await.problem(404, "not-found");
    bob.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
    assert_eq!(bench.manager.read("findings", &finding).await["leadId"], bob.id.as_str());
}

#[tokio::test]
async fn i_53_nobody_audits_what_they_handed_over_within_a_year() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let works = app.unit("Works", None).await;
    let machine = crate::evaluation::with(asset("Press"), json!({"unitId": works, "ownerId": bench.lead.id}));
    let machine = bench.manager.create("assets", machine).await;
    bench.manager.change("assets", &machine, json!({"ownerId": bench.auditee.id})).await.expect(200);
    let draft = || bench.audit_draft(&app, json!({"unitIds": [works]}));
    let told = bench.lead.post("/v1/audits", draft()).await.refuses("/leadId");
    assert!(told.to_string().contains("owned lately"), "{told}");
    app.advance(chrono::Duration::days(366));
    bench.lead.create("audits", draft()).await;
}

#[tokio::test]
async fn i_53_nobody_audits_what_they_run_or_ran_within_a_year() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let (works, office) = (app.unit("Works", None).await, app.unit("Office", None).await);
    let role = json!({"userId": bench.second.id, "role": "manager", "unitId": works});
    let role = app.bootstrap().create("role-assignments", role).await;
    let draft = |unit: &str| bench.audit_draft(&app, json!({"unitIds": [unit]}));
    bench.lead.post("/v1/audits", draft(&works)).await.refuses("/teamIds/0");
    bench.lead.create("audits", draft(&office)).await;
    app.bootstrap().just("role-assignments", &role, "retire").await.expect(200);
    bench.lead.post("/v1/audits", draft(&works)).await.refuses("/teamIds/0");
    app.advance(chrono::Duration::days(366));
    bench.lead.create("audits", draft(&works)).await;
}

#[tokio::test]
async fn i_53_the_manager_of_the_whole_does_not_audit_its_controls() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let control = create_many(&bench.manager, "controls", annex_a().into_iter().take(1).collect()).await.remove(0);
    let draft = || bench.audit_draft(&app, json!({"clauses": [], "controlIds": [control]}));
    bench.lead.create("audits", draft()).await;
    let role = json!({"userId": bench.lead.id, "role": "manager", "unitId": app.root().await});
    app.bootstrap().create("role-assignments", role).await;
    bench.lead.post("/v1/audits", draft()).await.refuses("/leadId");
}

#[tokio::test]
async fn i_53_nobody_audits_objectives_and_metrics_that_they_own_or_approved() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let works = app.unit("Works", None).await;
    let draft = || bench.audit_draft(&app, json!({"unitIds": [works]}));
    let metric = json!({"title": "Late", "unitId": works, "ownerId": bench.second.id});
    let metric = bench.manager.create("metrics", metric).await;
    let told = bench.lead.post("/v1/audits", draft()).await.refuses("/teamIds/0");
    assert!(told.to_string().contains("owns the metric"), "{told}");
    bench.manager.change("metrics", &metric, json!({"title": "Later"})).await.expect(200);
    bench
        .lead
        .post("/v1/audits", bench.audit_draft(&app, json!({"teamIds": [], "unitIds": [works]})))
        .await
        .expect(201);
    let role = json!({"userId": bench.lead.id, "role": "management", "unitId": works});
    app.bootstrap().create("role-assignments", role).await;
    let objective = json!({
        "title": "On time", "unitId": works, "ownerId": bench.auditee.id, "dueOn": app.in_days(90),
        "measurable": false, "unmeasurableReason": "A matter of opinion", "plan": "Weekly", "resources": "Two hours", "evaluationMethod": "Monthly",
    });
    let objective = bench.manager.create("objectives", objective).await;
    bench.lead.just("objectives", &objective, "approve").await.expect(200);
    let told = bench.lead.post("/v1/audits", draft()).await.refuses("/leadId");
    assert!(told.to_string().contains("approved the objective"), "{told}");
}
