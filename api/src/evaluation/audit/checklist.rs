//! A checklist drawn from what an audit covers: a question for each clause and each control that has none yet.

use super::Audit;
use crate::caller::Caller;
use crate::evaluation::checklist_item::ChecklistItem;
use crate::planning::control::Control;
use crate::resource::{Act, ActSpec, Error, Nothing, Outcome, service};
use crate::store::{Query, Sort, Test};
use isms_authz::Action as Verb;
use isms_entity::evaluation::{audit, checklist_item};
use serde_json::json;

/// Draw the checklist.
pub struct DrawChecklist;

impl Act for DrawChecklist {
    type Of = Audit;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "draw-checklist",
        verb: Verb::Update,
        from: &["planned", "announced", "inProgress"],
        summary: "Make an item for each clause and control of the audit that has none yet",
    };

    async fn run(caller: &Caller, row: &mut audit::Model, _input: Nothing) -> Outcome<()> {
        let there = items(caller, row).await?;
        let mut drafts = Vec::new();
        for (requirement, question) in requirements(caller, row).await? {
            if there.iter().all(|item| item.requirement != requirement) {
                drafts.push(json!({
                    "auditId": row.id, "unitId": row.unit_id, "requirement": requirement, "question": question,
                }));
            }
        }
        if drafts.is_empty() {
            return Err(Error::Conflict("each clause and control of the audit has an item already".into()));
        }
        service::create_all::<ChecklistItem>(caller, drafts).await.map(drop)
    }
}

/// The checklist of an audit.
pub(super) async fn items(caller: &Caller, row: &audit::Model) -> Outcome<Vec<checklist_item::Model>> {
    caller.for_rules::<ChecklistItem>(&Query::of([Test::is("audit_id", row.id)])).await
}

/// What an audit covers, each with a question: clauses, then controls in their order.
pub(super) async fn requirements(caller: &Caller, row: &audit::Model) -> Outcome<Vec<(String, String)>> {
    let known = row.clauses.0.iter().map(|clause| (clause.clone(), question(clause).to_owned()));
    let mut requirements: Vec<(String, String)> = known.collect();
    let ids = row.control_ids.0.iter().map(|id| (*id).into()).collect();
    let sort = vec![Sort { column: "ordinal", descending: false }];
    let query = Query { sort, ..Query::of([Test::OneOf("id", ids)]) };
    for control in caller.for_rules::<Control>(&query).await? {
        let question = format!(
            "How is {} ({}) carried out here, who sees to it, and which records of the last twelve months show that it works?",
            control.code, control.title
        );
        requirements.push((control.code, question));
    }
    Ok(requirements)
}

/// What is asked about a sub-clause, in our own words.
fn question(clause: &str) -> &'static str {
    let known = QUESTIONS.iter().find(|(known, _)| *known == clause);
    known.map_or("How is this met, and what shows it?", |(_, question)| question)
}

const QUESTIONS: [(&str, &str); 30] = [
    (
        "4.1",
        "Which issues outside and inside bear on the ISMS, climate change included, and when were they last looked at?",
    ),
    ("4.2", "Who has an interest in our security, what do they require, and which of it does the ISMS take on?"),
    ("4.3", "Where does the ISMS end, is that what is written down, and do interfaces and exclusions hold?"),
    ("4.4", "Which processes make up the ISMS, how do they work together, and are they run as described?"),
    ("5.1", "What has top management done for the ISMS in the last year, and which decisions and means show it?"),
    ("5.2", "Is the policy approved, fit for the organisation and known to those it is for?"),
    ("5.3", "Who answers for the ISMS and who reports on it, and have they agreed to it?"),
    ("6.1.1", "Which risks and opportunities of the ISMS itself were found, and what came of the actions on them?"),
    ("6.1.2", "Are risks assessed by the approved method, with owners and criteria, so that two assessors agree?"),
    ("6.1.3", "Does each risk lead to a choice, controls, an entry in the statement, and the owner's consent?"),
    ("6.2", "Can the objectives be measured, who reaches them by when, and how far along are they?"),
    ("6.3", "Which changes of the ISMS were made, and were they planned before they were made?"),
    ("7.1", "Which people and means does the ISMS need, and does it have them?"),
    ("7.2", "What must people be able to do, can they, and what proves it?"),
    ("7.3", "What do people at work know of the policy, of their part in it and of what happens otherwise?"),
    ("7.4", "What is told to whom, when and how, and was it?"),
    ("7.5.1", "Is each document that the standard or the organisation needs there?"),
    ("7.5.2", "Do documents show what they are, and was each approved by somebody who had not written it?"),
    ("7.5.3", "Are documents where they are needed, protected, current, and kept as long as they must be?"),
    ("8.1", "Do processes follow their criteria, are changes controlled, and are outside services in hand?"),
    ("8.2", "Were risks assessed when planned and upon changes, and are the results kept?"),
    ("8.3", "Is the treatment plan carried out, and what shows the results?"),
    ("9.1", "What is measured, how and by whom, and what was concluded from the results?"),
    ("9.2.1", "Were internal audits held as planned, and did they look at the standard and at our own rules?"),
    ("9.2.2", "Does the programme weigh importance and past results, and did nobody audit their own work?"),
    ("9.3.1", "Did top management review the ISMS in the planned interval?"),
    ("9.3.2", "Did the review look at each input that it has to look at?"),
    ("9.3.3", "What did the review decide, and was it done?"),
    ("10.1", "What has become better in the last year, and how is that known?"),
    ("10.2", "Were causes found, similar cases looked for, and effects checked by somebody else?"),
];
