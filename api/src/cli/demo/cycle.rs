//! The rest of the cycle: context and scope, objectives, suppliers, incidents, tests, audits, the review, what was put
//! right, and a surveillance audit next month.

use super::company::{DIRECTOR, MANAGER, SECOND};
use super::stage::Stage;
use crate::context::climate_determination::{self, ClimateDetermination};
use crate::context::interested_party::InterestedParty;
use crate::context::issue::Issue;
use crate::context::legal_requirement::{self, LegalRequirement};
use crate::context::party_requirement::PartyRequirement;
use crate::context::scope::{self, Scope};
use crate::evaluation::audit::{self, Audit};
use crate::evaluation::audit_programme::{self, AuditProgramme};
use crate::evaluation::certificate::{self, Certificate};
use crate::evaluation::certification_audit::CertificationAudit;
use crate::evaluation::checklist_item::ChecklistItem;
use crate::evaluation::engagement::{self, Engagement};
use crate::evaluation::finding::{self, Finding};
use crate::evaluation::management_review::{self, ManagementReview};
use crate::evaluation::measurement::{self, Measurement};
use crate::evaluation::metric::{self, Metric};
use crate::improvement::improvement::{self, Improvement};
use crate::improvement::nonconformity::{self, Nonconformity};
use crate::leadership::responsibility::{self, Responsibility};
use crate::operation::campaign::{self, Campaign};
use crate::operation::continuity_exercise::{self, ContinuityExercise};
use crate::operation::contract::Contract;
use crate::operation::incident::{self, Incident};
use crate::operation::notification_rule::NotificationRule;
use crate::operation::supplier::{self, Supplier};
use crate::operation::supplier_assessment::{self, SupplierAssessment};
use crate::planning::action::Action;
use crate::planning::catalogue::Catalogue;
use crate::planning::objective::{self, Objective};
use crate::resource::{Act, Outcome, Resource, Version, service};
use crate::store::Query;
use futures::future::LocalBoxFuture;
use serde_json::{Value, json};

/// The internal auditor.
const AUDITOR: &str = "u.bakker";

/// Makes one record on a day.
pub(super) fn make<R: Resource>(
    stage: &mut Stage,
    day: i64,
    who: &'static str,
    key: &'static str,
    draft: impl FnOnce(&Stage) -> Outcome<Value> + 'static,
) {
    stage.on(day, move |stage: &mut Stage| -> LocalBoxFuture<'_, Outcome<()>> {
        Box::pin(async move {
            let draft = draft(stage)?;
            stage.create::<R>(who, vec![(key.to_owned(), draft)]).await
        })
    });
}

/// Does what takes no words on a day.
pub(super) fn act<A: Act>(stage: &mut Stage, day: i64, who: &str, key: &str) {
    stage.act_on::<A>(day, who, key, json!({}));
}

/// Plans all of it.
pub(super) fn plan(stage: &mut Stage) {
    context(stage);
    objectives(stage);
    suppliers(stage);
    incidents(stage);
    measures(stage);
    audits(stage);
    review(stage);
}

fn context(stage: &mut Stage) {
    for (key, title, duty, holder) in [
        ("duty:conformity", "Keeps the ISMS conforming", "conformity", MANAGER),
        ("duty:reporting", "Reports to the managing director", "reporting", MANAGER),
        ("duty:incidents", "Leads the response to incidents", "incidentManagement", "p.laurent"),
        ("duty:privacy", "Data protection officer", "dataProtection", "q.adeyemi"),
    ] {
        make::<Responsibility>(stage, -318, SECOND, key, move |stage| {
            Ok(json!({"title": title, "duty": duty, "holderId": stage.id(holder)?}))
        });
        act::<responsibility::Accept>(stage, -316, holder, key);
    }
    for (key, title, origin, category) in [
        ("issue:ransom", "Ransom attacks on makers of machines", "external", "technological"),
        ("issue:cra", "New duties for makers of connected products", "external", "legal"),
        ("issue:heat", "Heat in the machining hall", "external", "environmental"),
        ("issue:growth", "Pulse grows faster than its team", "internal", "people"),
    ] {
        make::<Issue>(stage, -314, MANAGER, key, move |stage| {
            Ok(json!({"title": title, "origin": origin, "category": category, "ownerId": stage.id(MANAGER)?,
                "reviewOn": stage.date(60)}))
        });
    }
    make::<ClimateDetermination>(stage, -313, MANAGER, "climate", |stage| {
        Ok(json!({"relevant": true, "rationale": "Heat stops machining, floods reach the warehouse",
            "issueIds": [stage.id("issue:heat")?], "reviewOn": stage.date(50)}))
    });
    act::<climate_determination::Approve>(stage, -311, DIRECTOR, "climate");
    for (key, name, kind, title) in [
        ("party:oem", "OEM customers", "customer", "Their drawings stay secret"),
        ("party:state", "Data protection authority", "authority", "Breaches are told in time"),
        ("party:people", "People at Halvren", "employee", "Their data are kept to what work takes"),
    ] {
        make::<InterestedParty>(stage, -312, MANAGER, key, move |stage| {
            Ok(json!({"name": name, "kind": kind, "influence": 3, "reviewOn": stage.date(70)}))
        });
        make::<PartyRequirement>(stage, -311, MANAGER, title, move |stage| {
            Ok(json!({"title": title, "partyId": stage.id(key)?, "source": "contract", "addressing": "addressed"}))
        });
    }
    make::<LegalRequirement>(stage, -310, SECOND, "legal:gdpr", |stage| {
        Ok(json!({"title": "Protection of personal data", "citation": "GDPR 32", "kind": "regulation",
            "applicability": "applicable", "ownerId": stage.id("q.adeyemi")?,
            "howMet": "By the controls of the statement", "reviewOn": stage.date(55)}))
    });
    let met = json!({"compliance": "met", "finding": "Looked at with counsel"});
    stage.act_on::<legal_requirement::Evaluate>(-120, "q.adeyemi", "legal:gdpr", met);
    make::<Scope>(stage, -309, MANAGER, "scope", |_| {
        Ok(
            json!({"title": "Halvren Drives", "statement": "Development, making and service of drives and of Pulse, at both sites",
            "interfaces": [{"party": "Cloud host", "what": "Running Pulse", "direction": "both",
                "responsibilities": "They run the platform, we answer for settings and data"}]}),
        )
    });
    act::<scope::Submit>(stage, -307, MANAGER, "scope");
    act::<scope::Approve>(stage, -305, DIRECTOR, "scope");
}

fn objectives(stage: &mut Stage) {
    make::<Metric>(stage, -300, SECOND, "metric:late", |stage| {
        Ok(json!({"title": "Overdue actions", "need": "Whether treatment keeps its days",
            "formula": "Overdue of open actions", "measuredIn": "percent", "direction": "down", "analysed": "Monthly",
            "measurerId": stage.id(SECOND)?, "analystId": stage.id(MANAGER)?, "ownerId": stage.id(MANAGER)?,
            "target": 5, "amber": 10, "red": 25, "reviewOn": stage.date(65)}))
    });
    act::<metric::Activate>(stage, -299, SECOND, "metric:late");
    for (place, value) in [4.5, 8.0, 12.5, 26.0, 18.0].into_iter().enumerate() {
        let start = -155 + 30 * i64::try_from(place).unwrap_or_default();
        make::<Measurement>(stage, start + 31, SECOND, "value", move |stage| {
            Ok(json!({"metricId": stage.id("metric:late")?, "periodFrom": stage.date(start),
                "periodTo": stage.date(start + 29), "value": value}))
        });
    }
    let meant = json!({"conclusion": "Holidays in two plants at once", "noActionReason": "The backlog is planned for next month"});
    stage.act_on::<measurement::Evaluate>(-33, MANAGER, "value", meant);
    make::<Objective>(stage, -295, MANAGER, "objective", |stage| {
        Ok(json!({"title": "Actions on time", "ownerId": stage.id(MANAGER)?, "metricId": stage.id("metric:late")?,
            "measuredIn": "percent", "comparator": "atMost", "baseline": 30, "target": 10, "dueOn": stage.date(90),
            "plan": "A fixed hour each week", "resources": "Two hours a week", "evaluationMethod": "Monthly metric"}))
    });
    act::<objective::Approve>(stage, -290, DIRECTOR, "objective");
}

fn suppliers(stage: &mut Stage) {
    for (key, name, kind, criticality) in
        [("supplier:cloud", "Nordwolke", "cloud", 4), ("supplier:erp", "Planwerk", "ict", 3)]
    {
        make::<Supplier>(stage, -280, MANAGER, key, move |stage| {
            Ok(json!({"name": name, "kind": kind, "criticality": criticality, "ownerId": stage.id("f.weber")?,
                "exitPlan": "Copies every night, another host within a month", "reviewOn": stage.date(40)}))
        });
        make::<Contract>(stage, -278, MANAGER, key.split_at(3).1, move |stage| {
            Ok(json!({"title": format!("Contract with {name}"), "supplierId": stage.id(key)?, "auditRight": true,
                "incidentNoticeHours": 24, "returnOrDeletion": true}))
        });
        let assessment = if kind == "cloud" { "assessment:cloud" } else { "assessment:erp" };
        make::<SupplierAssessment>(stage, -275, SECOND, assessment, move |stage| {
            Ok(json!({"title": "Questionnaire", "supplierId": stage.id(key)?, "answers": [
                {"question": "Are backups restored in tests?", "answer": "yes", "weight": 3},
                {"question": "Are administrators known by name?", "answer": "partly", "weight": 2}]}))
        });
        stage.on(-270, move |stage| {
            Box::pin(async move {
                let outcome = json!({"conclusion": "ok", "validUntil": stage.date(95)});
                stage.act::<supplier_assessment::Conclude>(SECOND, assessment, outcome).await
            })
        });
        act::<supplier::Approve>(stage, -268, MANAGER, key);
    }
}

fn incidents(stage: &mut Stage) {
    stage.on(-200, |stage| {
        Box::pin(async {
            let caller = stage.caller(MANAGER).await?.begin().await?;
            NotificationRule::seed(&caller).await?;
            caller.commit().await
        })
    });
    make::<Incident>(stage, -88, "k.vogel", "incident:mail", |_| {
        Ok(json!({"title": "A colleague's mailbox sends strange invoices", "category": "fraud"}))
    });
    let triage =
        json!({"incident": true, "reason": "Password given away", "severity": 2, "affects": ["confidentiality"]});
    stage.act_on::<incident::Assess>(-88, "p.laurent", "incident:mail", triage);
    stage.act_on::<incident::Contain>(-88, "p.laurent", "incident:mail", json!({"note": "Sessions ended"}));
    stage.act_on::<incident::Eradicate>(-88, "p.laurent", "incident:mail", json!({"note": "Password changed"}));
    stage.act_on::<incident::Recover>(-87, "p.laurent", "incident:mail", json!({}));
    let lessons = json!({"rootCause": "No second factor for mail", "lessons": "Second factor everywhere by spring"});
    stage.act_on::<incident::Review>(-80, "p.laurent", "incident:mail", lessons);
    make::<Incident>(stage, -1, "m.clarke", "incident:usb", |_| Ok(json!({"title": "A memory stick lay in the yard"})));
    make::<ContinuityExercise>(stage, -110, MANAGER, "exercise", |stage| {
        Ok(json!({"title": "Restore of the planning system", "kind": "restore", "plannedOn": stage.date(-60),
            "rtoTargetMinutes": 480, "rpoTargetMinutes": 60, "ownerId": stage.id("p.laurent")?}))
    });
    let result = json!({"rtoMinutes": 530, "rpoMinutes": 45, "result": "The tape robot was slow"});
    stage.act_on::<continuity_exercise::Hold>(-60, "p.laurent", "exercise", result);
    make::<Improvement>(stage, -50, "t.nguyen", "idea", |_| {
        Ok(json!({"title": "Signed firmware from the first build on"}))
    });
    stage.on(-45, |stage| {
        Box::pin(async {
            let plan = json!({"ownerId": stage.id("m.petrov")?, "dueOn": stage.date(45)});
            stage.act::<improvement::Accept>(MANAGER, "idea", plan).await
        })
    });
}

fn measures(stage: &mut Stage) {
    make::<Campaign>(stage, -40, MANAGER, "campaign", |stage| {
        Ok(json!({"title": "Yearly assessment", "startsOn": stage.date(-30), "endsOn": stage.date(30),
            "ownerId": stage.id(MANAGER)?}))
    });
    act::<campaign::Open>(stage, -30, MANAGER, "campaign");
}

fn audits(stage: &mut Stage) {
    make::<AuditProgramme>(stage, -260, AUDITOR, "programme", |stage| {
        Ok(json!({"title": "Internal audits, first cycle", "startsOn": stage.date(-250), "endsOn": stage.date(800),
            "objectives": "Whether the ISMS meets the standard and our own rules, and works", "methods": ["onsite", "remote"],
            "riskBasis": "The highest risks first", "ownerId": stage.id(AUDITOR)?}))
    });
    act::<audit_programme::Approve>(stage, -255, DIRECTOR, "programme");
    make::<Audit>(stage, -150, AUDITOR, "audit", |stage| {
        Ok(
            json!({"title": "Operations and logging", "programmeId": stage.id("programme")?, "criteria": "ISO/IEC 27001:2022",
            "scope": "IT and Pulse", "clauses": ["8.1", "9.1", "10.2"], "unitIds": [stage.id("unit:it")?, stage.id("unit:pulse")?], "leadId": stage.id(AUDITOR)?,
            "auditeeIds": [stage.id("p.laurent")?], "plannedFrom": stage.date(-140), "plannedTo": stage.date(-136)}),
        )
    });
    act::<audit::Announce>(stage, -148, AUDITOR, "audit");
    act::<audit::DrawChecklist>(stage, -146, AUDITOR, "audit");
    act::<audit::Start>(stage, -140, AUDITOR, "audit");
    make::<Finding>(stage, -137, AUDITOR, "finding", |stage| {
        Ok(json!({"auditId": stage.id("audit")?, "title": "Administrators' acts are not logged on three systems",
            "grade": "major", "requirement": "A.8.15", "evidence": "Three of five systems sampled had no such log",
            "gap": "Logs of administrators", "auditeeId": stage.id("p.laurent")?, "respondBy": stage.date(-115)}))
    });
    stage.on(-136, |stage| {
        Box::pin(async {
            let caller = stage.caller(AUDITOR).await?.begin().await?;
            let looked_at = json!({"result": "conform", "evidence": "Interviews and records of March to June"});
            for item in caller.all::<ChecklistItem>(&Query::default()).await? {
                service::update::<ChecklistItem>(&caller, item.row.id, Version::Any, &looked_at).await?;
            }
            caller.commit().await
        })
    });
    stage.on(-134, |stage| {
        Box::pin(async {
            let report = json!({"conclusion": "Works, but for logging",
                "distributionIds": [stage.id(DIRECTOR)?, stage.id(MANAGER)?]});
            stage.act::<audit::IssueReport>(AUDITOR, "audit", report).await
        })
    });
    stage.act_on::<finding::Accept>(-120, "p.laurent", "finding", json!({"response": "We log them by spring"}));
    make::<Nonconformity>(stage, -119, MANAGER, "nonconformity", |stage| {
        Ok(json!({"title": "Administrators' acts are not logged", "source": "internalAudit", "grade": "major",
            "requirement": "A.8.15", "detectedOn": stage.date(-134), "dueOn": stage.date(20), "findingId": stage.id("finding")?,
            "ownerId": stage.id("p.laurent")?, "correction": "Logging switched on for the first system"}))
    });
    act::<nonconformity::Contain>(stage, -110, "p.laurent", "nonconformity");
    let cause = json!({"causeMethod": "fiveWhys", "cause": "New systems were accepted without a list of what to log",
        "similarSearched": true, "similarResult": "Two more systems in Pulse"});
    stage.act_on::<nonconformity::FindCause>(-100, "p.laurent", "nonconformity", cause);
    make::<Action>(stage, -98, MANAGER, "action:logging", |stage| {
        Ok(json!({"title": "Log administrators' acts, and ask for it when a system is accepted",
            "nonconformityId": stage.id("nonconformity")?, "ownerId": stage.id("y.haddad")?, "dueOn": stage.date(20)}))
    });
    stage.on(-97, |stage| {
        Box::pin(async {
            let told = json!({"effectivenessCriteria": "A month of complete logs on all systems sampled",
                "effectivenessDueOn": stage.date(60)});
            stage.change::<Nonconformity>("p.laurent", "nonconformity", &told).await
        })
    });
    act::<nonconformity::ApprovePlan>(stage, -95, AUDITOR, "nonconformity");
    make::<Certificate>(stage, -212, MANAGER, "certificate", |stage| {
        Ok(json!({"title": "ISO/IEC 27001", "body": "Certivera", "number": "27-1184", "decidedOn": stage.date(-220),
            "scopeText": "Development, making and service of drives and of Pulse", "scopeId": stage.id("scope")?,
            "statementId": stage.id("statement:1")?, "expiresOn": stage.date(870), "ownerId": stage.id(MANAGER)?}))
    });
    act::<certificate::Activate>(stage, -211, MANAGER, "certificate");
    make::<CertificationAudit>(stage, -210, MANAGER, "surveillance", |stage| {
        Ok(json!({"title": "First surveillance", "kind": "surveillance", "certificateId": stage.id("certificate")?,
            "plannedOn": stage.date(28), "endsOn": stage.date(29), "booked": true, "ownerId": stage.id(MANAGER)?}))
    });
    act::<certificate::PlanCycle>(stage, -209, MANAGER, "certificate");
    make::<Engagement>(stage, -4, MANAGER, "engagement", |stage| {
        Ok(json!({"title": "First surveillance", "auditBody": "Norm & Nachweis Zertifizierung", "kind": "surveillance",
            "certificationAuditId": stage.id("surveillance")?, "unitIds": [stage.id("unit:root")?],
            "windowFrom": stage.date(-365), "expiresAt": format!("{}T18:00:00Z", stage.day(45)),
            "heldBack": "Contracts with customers: shown on site, for they name prices",
            "terms": "What you see here serves the audit alone, is kept confidential and is not copied beyond your file."}))
    });
    act::<engagement::Open>(stage, -3, DIRECTOR, "engagement");
}

fn review(stage: &mut Stage) {
    make::<ManagementReview>(stage, -75, MANAGER, "review", |stage| {
        Ok(json!({"title": "Management review", "plannedOn": stage.date(-70), "periodFrom": stage.date(-360),
            "periodTo": stage.date(-71), "chairId": stage.id(DIRECTOR)?,
            "attendeeIds": [stage.id(DIRECTOR)?, stage.id(MANAGER)?, stage.id("g.fischer")?]}))
    });
    act::<management_review::Compile>(stage, -71, MANAGER, "review");
    act::<management_review::Hold>(stage, -70, MANAGER, "review");
    stage.on(-68, |stage| {
        Box::pin(async {
            let minutes = json!({"minutes": "Every input was gone through; logging was discussed at length.",
                "suitable": true, "adequate": true, "effective": true, "conclusion": "It works, but for logging",
                "decisions": [{"kind": "resource", "text": "Two people for a month to finish logging",
                    "ownerId": stage.id("p.laurent")?, "dueOn": stage.date(15)}]});
            stage.change::<ManagementReview>(MANAGER, "review", &minutes).await
        })
    });
    act::<management_review::SubmitMinutes>(stage, -66, MANAGER, "review");
    act::<management_review::Approve>(stage, -64, DIRECTOR, "review");
}
