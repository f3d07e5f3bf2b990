//! Clause 9.

mod audit;
mod audit_programme;
mod breakout;
mod certificate;
mod checklist_item;
pub mod engagement;
mod finding;
mod import;
pub mod management_review;
mod measurement;
pub mod metric;
mod narrow;
mod stage2;
mod truth;

use crate::app::App;
use crate::persona::Persona;
use crate::records::{Examples, Team};
use serde_json::{Value, json};

/// A draft with whatever else is said.
pub fn with(mut draft: Value, also: Value) -> Value {
    draft.as_object_mut().expect("a draft").extend(also.as_object().expect("fields").clone());
    draft
}

/// People who audit, and those who are audited.
pub struct Bench {
    /// Leads audits.
    pub lead: Persona,
    /// Audits along.
    pub second: Persona,
    /// Is asked.
    pub auditee: Persona,
    /// Runs the ISMS.
    pub manager: Persona,
    /// Approves.
    pub management: Persona,
}

impl Bench {
    /// All of them.
    pub async fn of(app: &App) -> Self {
        Self {
            lead: app.auditor().await,
            second: app.auditor().await,
            auditee: app.owner().await,
            manager: app.manager().await,
            management: app.management().await,
        }
    }

    /// What an audit of two clauses is planned as.
    pub fn audit_draft(&self, app: &App, also: Value) -> Value {
        let draft = json!({
            "title": "Policies", "leadId": self.lead.id, "teamIds": [self.second.id], "auditeeIds": [self.auditee.id],
            "criteria": "The standard and our own rules", "scope": "Head office", "clauses": ["5.2", "7.3"],
            "plannedFrom": app.in_days(0), "plannedTo": app.in_days(5),
        });
        with(draft, also)
    }

    /// A planned audit.
    pub async fn planned(&self, app: &App) -> String {
        self.lead.create("audits", self.audit_draft(app, json!({}))).await
    }

    /// An audit that is under way, with a checklist.
    pub async fn under_way(&self, app: &App) -> String {
        let audit = self.planned(app).await;
        for act in ["announce", "draw-checklist", "start"] {
            self.lead.just("audits", &audit, act).await.expect(200);
        }
        audit
    }

    /// A major finding as its team writes it.
    pub fn major(&self, audit: &str, also: Value) -> Value {
        let draft = json!({
            "auditId": audit, "title": "No policy", "grade": "major", "requirement": "5.2",
            "evidence": "Nothing there", "gap": "A policy", "auditeeId": self.auditee.id,
        });
        with(draft, also)
    }

    /// A major finding that is told.
    pub async fn issued(&self, app: &App) -> String {
        let audit = self.under_way(app).await;
        let finding = self.second.create("findings", self.major(&audit, json!({}))).await;
        self.lead.just("findings", &finding, "issue").await.expect(200);
        finding
    }

    /// A nonconformity that carries a finding on and is closed, a month later.
    pub async fn corrected(&self, app: &App, finding: &str) -> String {
        let carried = json!({
            "title": "No policy", "findingId": finding, "detectedOn": app.in_days(0), "ownerId": self.auditee.id,
            "correctionEnough": "A slip", "effectivenessCriteria": "It hangs there",
        });
        let (all, owner) = ("nonconformities", &self.auditee);
        let id = self.manager.create(all, carried).await;
        owner.act(all, &id, "contain", json!({"correction": "Written"})).await.expect(200);
        let cause = json!({"causeMethod": "fiveWhys", "cause": "Nobody knew", "similarSearched": true});
        owner.act(all, &id, "find-cause", cause).await.expect(200);
        self.lead.just(all, &id, "approve-plan").await.expect(200);
        owner.just(all, &id, "implement").await.expect(200);
        app.advance(chrono::Duration::days(30));
        let works = json!({"effect": "effective", "evidence": "It still hangs there"});
        self.second.act(all, &id, "verify", works).await.expect(200);
        id
    }

    /// A report with this conclusion.
    pub fn report(&self) -> Value {
        json!({"conclusion": "Nearly", "distributionIds": [self.management.id]})
    }
}

/// One record of each type.
pub async fn examples(app: &App, team: &Team, ids: &mut Examples) {
    let manager = &team.manager;
    let metric = metric::active(manager, json!({})).await;
    let value = json!({"metricId": metric, "periodFrom": app.in_days(-30), "periodTo": app.in_days(-1), "value": 95});
    ids.insert("measurements", manager.create("measurements", value).await);
    ids.insert("metrics", metric);
    let bench = Bench { lead: team.auditor.clone(), ..Bench::of(app).await };
    let programme = json!({"title": "Cycle", "startsOn": app.in_days(0), "endsOn": app.in_days(1000)});
    ids.insert("audit-programmes", bench.lead.create("audit-programmes", programme).await);
    let audit = bench.under_way(app).await;
    let items = format!("/v1/checklist-items?auditId={audit}");
    ids.insert("checklist-items", bench.lead.every(&items).await.remove(0));
    let stage = json!({"title": "Stage 1", "kind": "stage1", "plannedOn": app.in_days(60)});
    let stage = manager.create("certification-audits", stage).await;
    let told = json!({"certificationAuditId": stage, "title": "Scope unclear", "grade": "observation"});
    ids.insert("findings", manager.create("findings", told).await);
    ids.extend([("audits", audit), ("certification-audits", stage)]);
    ids.insert("management-reviews", management_review::planned(app, team).await);
    let certificate = json!({"title": "Certificate", "body": "Body"});
    ids.insert("certificates", manager.create("certificates", certificate).await);
    let engagement = engagement::open(app, manager, &team.management, json!({})).await;
    let auditor = app.external_auditor(manager, &engagement).await;
    ids.insert("audit-requests", auditor.create("audit-requests", json!({"title": "Leavers of March"})).await);
    app.seal().await;
    let narrow = engagement::open(app, manager, &team.management, json!({"recordKinds": ["scopes"]})).await;
    ids.insert("audit-packages", crate::assurance::package::packed(manager, &narrow).await);
    ids.extend([("engagements", engagement), ("invitations", auditor.id)]);
}
