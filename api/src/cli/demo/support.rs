//! Clause 7: documents with their readers, courses and who took them, competence, and what is told to whom.

use super::company::{DIRECTOR, MANAGER, PEOPLE, SECOND};
use super::data::{Line, table};
use super::stage::Stage;
use crate::resource::Outcome;
use crate::store::{Query, Test};
use crate::support::acknowledgement::Acknowledgement;
use crate::support::communication::{self, Communication};
use crate::support::competence::{self, Competence};
use crate::support::competence_requirement::CompetenceRequirement;
use crate::support::document::{self, Document};
use crate::support::document_version::{self, DocumentVersion};
use crate::support::training::{self, Training};
use crate::support::training_assignment::{self, TrainingAssignment};
use serde_json::{Value, json};

const DOCUMENTS: &str = include_str!("data/documents.psv");
const TRAININGS: &str = include_str!("data/trainings.psv");
/// Who sees to competence and courses.
const PERSONNEL: &str = "n.schmid";

/// Plans all of it.
pub(super) fn plan(stage: &mut Stage) -> Outcome<()> {
    for line in table(DOCUMENTS)? {
        let day = line.number("published");
        stage.on(day - 20, move |stage| Box::pin(async move { file(stage, &line).await }));
    }
    for line in table(DOCUMENTS)? {
        version(stage, &line, 1, line.number("published"));
        if line.number("again") != 0 {
            version(stage, &line, 2, line.number("again"));
        }
    }
    let confirmed =
        json!({"outcome": "confirmed", "note": "Read through with the heads of division; nothing to change"});
    stage.act_on::<document::Review>(-100, "p.laurent", "D03", confirmed);
    let revise = json!({"outcome": "revise", "note": "The second cloud region is missing"});
    stage.act_on::<document::Review>(-25, "h.lindqvist", "D11", revise);
    stage.on(-12, |stage| Box::pin(waiting(stage)));
    stage.on(-6, |stage| {
        Box::pin(async { stage.act::<document_version::Submit>("h.lindqvist", "D11/2", json!({})).await })
    });
    stage.on(-315, |stage| Box::pin(requirements(stage)));
    competences(stage);
    for line in table(TRAININGS)? {
        course(stage, line);
    }
    stage.on(-320, |stage| Box::pin(communications(stage)));
    for (day, who, key, note) in [
        (-280, MANAGER, "newsletter", "What the hotline is for"),
        (-190, MANAGER, "newsletter", "Three mails that nearly worked"),
        (-95, MANAGER, "newsletter", "What changes with the new policy"),
        (-150, "d.hughes", "customers", "Half-yearly letter to the OEM customers"),
        (-60, DIRECTOR, "town-hall", "Aims, incidents and thanks to who reported them"),
    ] {
        let told = json!({"on": stage.date(day), "note": note});
        stage.act_on::<communication::Log>(day, who, &format!("communication:{key}"), told);
    }
    Ok(())
}

async fn file(stage: &mut Stage, line: &Line) -> Outcome<()> {
    let controls = stage.ids(line.list("controls"))?;
    let external = line.text("kind") == "external";
    let audience = if external { vec![stage.id("unit:commercial")?] } else { Vec::new() };
    let draft = json!({
        "title": line.text("title"), "kind": line.text("kind"), "ownerId": stage.id(line.text("owner"))?,
        "unitId": stage.id(&format!("unit:{}", line.text("unit")))?, "classification": line.text("class"),
        "requirements": line.list("requirements").collect::<Vec<_>>(), "controlIds": controls,
        "audienceIds": audience, "acknowledgementRequired": line.text("ack") == "yes", "acknowledgeWithinDays": 21,
        "reviewMonths": if line.text("key") == "D06" { 6 } else { 12 },
        "issuer": external.then_some("An OEM customer"), "issuedEdition": external.then_some("4"),
    });
    stage.create::<Document>(MANAGER, vec![(line.text("key").to_owned(), draft)]).await
}

/// One version from its draft to its readers.
fn version(stage: &mut Stage, line: &Line, number: i32, day: i64) {
    let (document, owner, title, body) = (line.text("key"), line.text("owner"), line.text("title"), line.text("body"));
    let (major, summary) = (line.text("major") == "yes", line.given("summary").filter(|_| number > 1));
    let key = format!("{document}/{number}");
    let name = key.clone();
    stage.on(day - 10, move |stage| {
        Box::pin(async move {
            let draft = json!({"documentId": stage.id(document)?, "title": title, "changeSummary": summary,
                "major": major, "body": format!("# {title}\n\n{body}{}", summary.map_or(String::new(), |s| format!("\n\n{s}.")))});
            stage.create::<DocumentVersion>(owner, vec![(name, draft)]).await
        })
    });
    let approver = if line.text("kind") == "policy" || owner == MANAGER { DIRECTOR } else { MANAGER };
    stage.act_on::<document_version::Submit>(day - 7, owner, &key, json!({}));
    stage.act_on::<document_version::Approve>(day - 3, approver, &key, json!({}));
    stage.act_on::<document_version::Publish>(day, owner, &key, json!({}));
    if line.text("ack") == "yes" && (number == 1 || major) {
        let unit = format!("unit:{}", line.text("unit"));
        stage.on(day + 9, move |stage| Box::pin(async move { acknowledge(stage, &key, &unit, number).await }));
    }
}

/// Most readers acknowledge; a few never find the time.
async fn acknowledge(stage: &mut Stage, version: &str, unit: &str, number: i32) -> Outcome<()> {
    let (id, unit) = (stage.id(version)?, stage.id(unit)?);
    for (i, line) in table(PEOPLE)?.iter().enumerate() {
        let who = line.text("key");
        let is_reader = stage.caller(who).await?.access.principal.within.contains(&unit);
        if is_reader && !(number > 1 && i % 9 == 4) {
            let ack = json!({"versionId": id});
            stage.create::<Acknowledgement>(who, vec![(format!("{version}:{who}"), ack)]).await?;
        }
    }
    Ok(())
}

/// A version that waits for its approver.
async fn waiting(stage: &mut Stage) -> Outcome<()> {
    let draft = json!({"documentId": stage.id("D11")?, "title": "Continuity of plants and Pulse",
        "changeSummary": "The second cloud region is in", "body": "Pulse moves between two regions within an hour."});
    stage.create::<DocumentVersion>("h.lindqvist", vec![("D11/2".to_owned(), draft)]).await
}

async fn requirements(stage: &mut Stage) -> Outcome<()> {
    let owner = stage.id(PERSONNEL)?;
    let mut drafts = Vec::new();
    for (key, skill, role, level, proof) in [
        (
            "auditing",
            "Planning and carrying out internal audits",
            "auditor",
            3,
            "A course on audits of management systems",
        ),
        (
            "leading",
            "Running an information security management system",
            "manager",
            3,
            "A certificate, or three years of it",
        ),
        ("rating", "Describing and rating risks by our methodology", "owner", 2, "The half-day with the analyst"),
    ] {
        let draft = json!({"skill": skill, "role": role, "level": level, "proof": proof, "ownerId": owner,
            "reviewOn": stage.date(60)});
        drafts.push((format!("requirement:{key}"), draft));
    }
    stage.create::<CompetenceRequirement>(MANAGER, drafts).await
}

fn competences(stage: &mut Stage) {
    for (who, confirmer, requirement, until, evidence) in [
        ("u.bakker", MANAGER, "auditing", 400, "Certificate in personnel file, no. 12"),
        (MANAGER, DIRECTOR, "leading", 300, "Certificate in personnel file, no. 4"),
        (SECOND, MANAGER, "leading", -50, "Interim certificate in personnel file, no. 31"),
        ("p.laurent", MANAGER, "rating", 500, "Attendance list of 12 risk owners"),
        ("s.iyer", MANAGER, "rating", 500, "Attendance list of 12 risk owners"),
        ("t.okafor", MANAGER, "rating", 500, "Attendance list of 12 risk owners"),
    ] {
        let key = format!("competence:{who}");
        let (name, until) = (key.clone(), stage.date(until));
        stage.on(-290, move |stage| {
            Box::pin(async move {
                let draft = json!({"personId": stage.id(who)?, "level": 3, "evidence": evidence, "validUntil": until,
                    "requirementId": stage.id(&format!("requirement:{requirement}"))?,
                    "basis": if requirement == "rating" { "training" } else { "certificate" }});
                stage.create::<Competence>(who, vec![(name, draft)]).await
            })
        });
        stage.act_on::<competence::Confirm>(-284, confirmer, &key, json!({}));
    }
}

/// A course, assigned, taken by most and judged by its owner.
fn course(stage: &mut Stage, line: Line) {
    let (key, owner, day) = (line.text("key"), line.text("owner"), line.number("assigned"));
    let pass = Some(line.number("pass")).filter(|mark| *mark > 0);
    let due = stage.date(day + 40);
    stage.on(day - 5, move |stage| {
        Box::pin(async move {
            let units =
                line.list("audience").map(|unit| stage.id(&format!("unit:{unit}"))).collect::<Outcome<Vec<_>>>()?;
            let goals = line.list("requirement").map(|goal| stage.id(&format!("requirement:{goal}")));
            let draft = json!({"title": line.text("title"), "kind": line.text("kind"), "ownerId": stage.id(owner)?,
                "description": line.text("description"), "audienceIds": units, "passMark": pass,
                "requirementIds": goals.collect::<Outcome<Vec<_>>>()?, "reviewOn": stage.date(90),
                "everyMonths": Some(line.number("months")).filter(|months| *months > 0)});
            stage.create::<Training>(MANAGER, vec![(key.to_owned(), draft)]).await
        })
    });
    stage.act_on::<training::Assign>(day, owner, key, json!({"dueOn": due}));
    if key != "L3" {
        stage.on(day + 30, move |stage| Box::pin(async move { take(stage, key, owner, pass, day).await }));
    }
    if key == "L2" {
        let effect = json!({"effective": true});
        stage.act_on::<training_assignment::Evaluate>(day + 120, owner, "L2:t.nguyen", effect);
    }
}

async fn take(stage: &mut Stage, course: &str, owner: &'static str, pass: Option<i64>, day: i64) -> Outcome<()> {
    let of_course = Query::of([Test::is("training_id", stage.id(course)?)]);
    let made = stage.caller(MANAGER).await?.all::<TrainingAssignment>(&of_course).await?;
    for (i, line) in (0_i64..).zip(table(PEOPLE)?) {
        let (who, person) = (line.text("key"), stage.id(line.text("key"))?);
        let Some(found) = made.iter().find(|found| found.row.person_id == person) else { continue };
        let key = format!("{course}:{who}");
        stage.remember(key.as_str(), found.row.id);
        let score: Value = pass.map_or(Value::Null, |mark| json!(mark - 4 + i % 30));
        if i % 13 != 11 {
            let taken = json!({"completedOn": stage.date(day + 5 + i % 20), "score": score});
            // Where there is a score, somebody else notes it.
            let other = [owner, MANAGER, SECOND].into_iter().find(|other| *other != who).unwrap_or(owner);
            let by = if pass.is_none() { who } else { other };
            stage.act::<training_assignment::Complete>(by, &key, taken).await?;
        }
    }
    Ok(())
}

async fn communications(stage: &mut Stage) -> Outcome<()> {
    let mut drafts = Vec::new();
    for (key, title, audience, owner, months, to, channel, first) in [
        (
            "newsletter",
            "Security in three minutes",
            "internal",
            MANAGER,
            3,
            "Everybody",
            "Mail and screens in the halls",
            -280,
        ),
        (
            "customers",
            "Security letter to OEM customers",
            "external",
            "d.hughes",
            6,
            "Their security contacts",
            "Letter",
            -150,
        ),
        ("town-hall", "Security in the town hall", "internal", DIRECTOR, 12, "Everybody", "Town hall", -60),
        (
            "authority",
            "Early warnings and reports after NIS2",
            "external",
            "q.adeyemi",
            0,
            "The authority",
            "Its portal",
            0,
        ),
    ] {
        let draft = json!({"title": title, "audience": audience, "ownerId": stage.id(owner)?, "recipients": to,
            "channel": channel, "everyMonths": Some(months).filter(|months| *months > 0),
            "occasion": if months > 0 { "On its date" } else { "Whenever an incident is significant" },
            "nextOn": Some(first).filter(|day| *day < 0).map(|day| stage.date(day))});
        drafts.push((format!("communication:{key}"), draft));
    }
    stage.create::<Communication>(MANAGER, drafts).await
}
