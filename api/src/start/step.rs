//! The way from an empty organisation to the first stage of certification, step by step, with how far each is.

use crate::assurance::readiness::{State, Who, readiness};
use crate::caller::Caller;
use crate::resource::{Error, Outcome};
use serde::Serialize;
use utoipa::ToSchema;

/// A step: what to do, who does it, and the rules of readiness that tell when it is done.
struct Planned {
    title: &'static str,
    what: &'static str,
    who: Who,
    rules: &'static [&'static str],
}

const STEPS: [Planned; 14] = [
    Planned {
        title: "Name who answers for what",
        what: "Name others who answer for conformity, who report and who lead the response to incidents, have their \
               competence confirmed where a requirement asks for it, and let them agree",
        who: Who::Manager,
        rules: &["C13"],
    },
    Planned {
        title: "Know the context",
        what: "Go through the issues, interested parties and requirements, and decide on each",
        who: Who::Manager,
        rules: &["C01", "C02", "C03"],
    },
    Planned {
        title: "Set the scope",
        what: "Complete the scope, submit it and have it approved",
        who: Who::Management,
        rules: &["C05", "C06"],
    },
    Planned {
        title: "Put the policy in force",
        what: "Review the draft, have management approve it, publish it",
        who: Who::Management,
        rules: &["C10", "C11"],
    },
    Planned {
        title: "Approve how risks are assessed",
        what: "Review the methodology and have it approved",
        who: Who::Management,
        rules: &["C16"],
    },
    Planned {
        title: "Assess the risks",
        what: "Open an assessment, then give each risk an owner and, within it, a current rating; add what is missing",
        who: Who::Owner,
        rules: &["C17", "C15"],
    },
    Planned {
        title: "Treat them",
        what: "Decide on each risk above the criterion, plan the actions, have owners approve the plan",
        who: Who::Owner,
        rules: &["C26", "C27"],
    },
    Planned {
        title: "Keep the result of the assessment",
        what: "Finish the assessment in which all risks were rated, and have it approved",
        who: Who::Manager,
        rules: &["C43"],
    },
    Planned {
        title: "Declare what applies",
        what: "Decide on each control and say why, make the statement, have it approved",
        who: Who::Management,
        rules: &["C20", "C21", "C22"],
    },
    Planned {
        title: "Set objectives",
        what: "Complete the objectives and have them approved",
        who: Who::Management,
        rules: &["C29"],
    },
    Planned {
        title: "Publish the documents",
        what: "Review, approve and publish what people work by",
        who: Who::Manager,
        rules: &["C38"],
    },
    Planned {
        title: "Train people",
        what: "Assign the awareness training; complete the communication plan",
        who: Who::Manager,
        rules: &["C73", "C37"],
    },
    Planned {
        title: "Plan the audits",
        what: "Have the programme approved and plan the first audits",
        who: Who::Auditor,
        rules: &["C49"],
    },
    Planned {
        title: "Review",
        what: "Hold the first internal audit and the first management review",
        who: Who::Management,
        rules: &["C50", "C53"],
    },
];

/// A step with how far it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SetupStep)]
pub struct Step {
    /// Its place, from 1.
    pub number: usize,
    /// Its name.
    pub title: &'static str,
    /// What to do.
    pub what: &'static str,
    /// Who does it.
    pub who: Who,
    /// How far it is.
    pub state: State,
    /// The rules of readiness that tell.
    pub rules: &'static [&'static str],
}

/// The steps with how far each is; none for those who do not see the whole organisation.
///
/// # Errors
/// When the database does not answer.
pub async fn steps(caller: &Caller) -> Outcome<Vec<Step>> {
    let told = match readiness(caller, None).await {
        Err(Error::Denied(_)) => return Ok(Vec::new()),
        told => told?,
    };
    let state = |rules: &[&str]| {
        let states = told.rules.iter().filter(|rule| rules.contains(&rule.id)).map(|rule| rule.state);
        states.max().unwrap_or(State::Missing)
    };
    let steps = STEPS.iter().enumerate().map(|(place, step)| {
        let Planned { title, what, who, rules } = *step;
        Step { number: place + 1, title, what, who, state: state(rules), rules }
    });
    Ok(steps.collect())
}
