//! What runs from day to day: notices given in time, a secret incident, tests of controls, an exception, weaknesses and
//! the end of an old machine.

use super::company::{DIRECTOR, MANAGER, SECOND};
use super::cycle::{act, make};
use super::stage::Stage;
use crate::operation::access_review::{self, AccessReview};
use crate::operation::access_right::{self, AccessRight};
use crate::operation::control_test::{self, ControlTest};
use crate::operation::exception::{self, Exception};
use crate::operation::incident::{self, Incident};
use crate::operation::notification::{self, Notification};
use crate::planning::asset::{self, Asset};
use crate::planning::vulnerability::{self, Vulnerability};
use crate::store::{Query, Test};
use isms_entity::Recorded;
use serde_json::json;

/// Leads the response to incidents, and runs IT.
const LEADER: &str = "p.laurent";
/// Top management, too.
const TREASURER: &str = "g.fischer";
/// Answers for data protection.
const OFFICER: &str = "q.adeyemi";

/// Plans all of it.
pub(super) fn plan(stage: &mut Stage) {
    notices(stage);
    secret(stage);
    tests(stage);
    exception(stage);
    access(stage);
    weaknesses(stage);
    disposal(stage);
}

/// The mailbox that sent invoices is told of in time, and closed with what followed.
fn notices(stage: &mut Stage) {
    stage.on(-88, |stage| {
        Box::pin(async {
            let of = Query::of([Test::is("incident_id", stage.id("incident:mail")?)]);
            for found in stage.caller(LEADER).await?.all::<Notification>(&of).await? {
                stage.remember(found.row.title.clone(), found.row.common().id);
            }
            Ok(())
        })
    });
    for (day, notice, receipt) in [
        (-88, "NIS2: Early warning", "Portal, file 4410-1"),
        (-86, "GDPR: Notice of a breach to the authority", "Portal, file DP-2291"),
        (-86, "NIS2: Notification", "Portal, file 4410-2"),
        (-60, "NIS2: Final report", "Portal, file 4410-3"),
    ] {
        stage.act_on::<notification::Send>(day, LEADER, notice, json!({"receipt": receipt}));
    }
    let none = json!({"reason": "No drawings or personal files were opened; the risk to people is low"});
    let people = "GDPR: Notice of a breach to those concerned, when their risk is high";
    stage.act_on::<notification::Waive>(-86, OFFICER, people, none);
    stage.on(-79, |stage| {
        Box::pin(async {
            let follows = json!({"controlIds": [stage.id("A.8.5")?]});
            stage.change::<Incident>(LEADER, "incident:mail", &follows).await
        })
    });
    act::<incident::Close>(stage, -75, MANAGER, "incident:mail");
}

fn secret(stage: &mut Stage) {
    make::<Incident>(stage, -20, "t.nguyen", "incident:drawings", |_| {
        Ok(json!({"title": "A colleague copies drawings for somebody else", "category": "misuse",
            "confidential": true, "personalData": "yes"}))
    });
    stage.on(-20, |stage| {
        Box::pin(async {
            let triage = json!({"incident": true, "reason": "The copies were found", "severity": 3,
                "affects": ["confidentiality"], "teamIds": [stage.id(OFFICER)?]});
            stage.act::<incident::Assess>(LEADER, "incident:drawings", triage).await
        })
    });
    let cut = json!({"note": "Access to the vault taken back"});
    stage.act_on::<incident::Contain>(-19, LEADER, "incident:drawings", cut);
}

fn tests(stage: &mut Stage) {
    for (key, title, control, tester, day) in [
        ("test:backup", "Restore a server as a whole", "A.8.13", SECOND, -58),
        ("test:logs", "Draw five systems and look at their logs", "A.8.15", "u.bakker", -52),
        ("test:playbooks", "Walk through the ransomware playbook", "A.5.26", "u.bakker", -6),
    ] {
        make::<ControlTest>(stage, day - 20, MANAGER, key, move |stage| {
            Ok(json!({"title": title, "controlId": stage.id(control)?, "method": "test", "sampleSize": 5,
                "testerId": stage.id(tester)?, "plannedOn": stage.date(day)}))
        });
    }
    for (day, key, tester, result, exceptions, notes) in [
        (-58, "test:backup", SECOND, "effective", 0, "Back within six hours, nothing was lost"),
        (-52, "test:logs", "u.bakker", "ineffective", 3, "Three of five keep no log of their administrators"),
    ] {
        stage.on(day, move |stage| {
            Box::pin(async move {
                let found = json!({"result": result, "exceptions": exceptions, "notes": notes,
                    "validUntil": stage.date(300)});
                stage.act::<control_test::Perform>(tester, key, found).await
            })
        });
    }
}

fn exception(stage: &mut Stage) {
    make::<Exception>(stage, -100, MANAGER, "exception", |stage| {
        Ok(json!({"title": "Five machining centres without updates", "controlId": stage.id("A.8.8")?,
            "provision": "Updates within thirty days", "reason": "Their maker is gone; new ones are ordered",
            "riskId": stage.id("R03")?, "compensatingControlIds": [stage.id("A.8.20")?],
            "ownerId": stage.id("b.keller")?, "startsOn": stage.date(-95), "expiresOn": stage.date(20)}))
    });
    act::<exception::Submit>(stage, -99, "b.keller", "exception");
    act::<exception::Approve>(stage, -96, DIRECTOR, "exception");
}

/// Who may do what was looked at in spring; the director decides on all but their own, which the head of finance decides on.
fn access(stage: &mut Stage) {
    make::<AccessReview>(stage, -70, MANAGER, "access", |stage| {
        Ok(json!({"title": "Who may do what in the ISMS", "reviewerId": stage.id(DIRECTOR)?, "dueOn": stage.date(-55)}))
    });
    act::<access_review::Open>(stage, -66, MANAGER, "access");
    stage.on(-62, |stage| {
        Box::pin(async {
            let (review, director) = (stage.id("access")?, stage.id(DIRECTOR)?);
            let rights = Query::of([Test::is("review_id", review)]);
            for right in stage.caller(DIRECTOR).await?.for_rules::<AccessRight>(&rights).await? {
                let key = format!("right:{}", right.id);
                stage.remember(key.clone(), right.id);
                let who = if right.person_id == Some(director) { TREASURER } else { DIRECTOR };
                stage.act::<access_right::Decide>(who, &key, json!({"decision": "keep"})).await?;
            }
            Ok(())
        })
    });
    let showed = json!({"conclusion": "Every right is needed; the trainees' accounts end with their term"});
    stage.act_on::<access_review::Complete>(-61, DIRECTOR, "access", showed);
}

fn weaknesses(stage: &mut Stage) {
    for (day, key, code, name, asset, due) in [
        (-45, "hole:host", "CVE-2026-21044", "Guests break out to the host", "asset:virtual-cluster", -31),
        (-25, "hole:mail", "CVE-2026-30871", "Console of the backup system answers anybody", "asset:backup-system", -4),
    ] {
        make::<Vulnerability>(stage, day, SECOND, key, move |stage| {
            Ok(json!({"code": code, "name": name, "kind": "technical", "severity": "critical",
                "assetIds": [stage.id(asset)?]}))
        });
        stage.on(day + 1, move |stage| {
            Box::pin(async move {
                let judged = json!({"ownerId": stage.id(LEADER)?, "dueOn": stage.date(due)});
                stage.act::<vulnerability::Triage>(SECOND, key, judged).await
            })
        });
        act::<vulnerability::Remediate>(stage, day + 3, LEADER, key);
    }
    stage.act_on::<vulnerability::Fix>(-33, LEADER, "hole:host", json!({"proof": "Second scan, report 118"}));
}

fn disposal(stage: &mut Stage) {
    make::<Asset>(stage, -300, MANAGER, "asset:tape-robot", |stage| {
        Ok(json!({"name": "First tape robot", "kind": "hardware", "ownerId": stage.id(LEADER)?,
            "state": "retiring", "confidentiality": 3}))
    });
    let record = json!({"method": "Tapes shredded, robot scrapped", "proof": "Certificate of destruction 5521"});
    stage.act_on::<asset::Dispose>(-140, LEADER, "asset:tape-robot", record);
}
