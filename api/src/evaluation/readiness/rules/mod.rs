//! The rules of readiness by clause: data, each with a test of its number.

mod context;
mod evaluation;
mod improvement;
mod leadership;
mod operation;
mod planning;
mod support;

use super::rule::Rule;

/// All rules in the order of the clauses.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        context::RULES,
        leadership::RULES,
        planning::RULES,
        support::RULES,
        operation::RULES,
        evaluation::RULES,
        improvement::RULES,
    ]
    .into_iter()
    .flatten()
}

/// The sub-clauses that an auditor assesses, with a short name in our own words.
pub const SUBCLAUSES: [(&str, &str); 30] = [
    ("4.1", "The organisation and its context"),
    ("4.2", "Interested parties and their needs"),
    ("4.3", "Scope of the ISMS"),
    ("4.4", "The ISMS and its processes"),
    ("5.1", "Leadership and commitment"),
    ("5.2", "Information security policy"),
    ("5.3", "Roles, responsibilities and authorities"),
    ("6.1.1", "Risks and opportunities of the ISMS"),
    ("6.1.2", "Risk assessment"),
    ("6.1.3", "Risk treatment"),
    ("6.2", "Information security objectives"),
    ("6.3", "Planning of changes"),
    ("7.1", "Resources"),
    ("7.2", "Competence"),
    ("7.3", "Awareness"),
    ("7.4", "Communication"),
    ("7.5.1", "Documented information"),
    ("7.5.2", "Creating and updating documents"),
    ("7.5.3", "Control of documents"),
    ("8.1", "Operational planning and control"),
    ("8.2", "Performing risk assessments"),
    ("8.3", "Performing risk treatment"),
    ("9.1", "Monitoring and measurement"),
    ("9.2.1", "Internal audit"),
    ("9.2.2", "Internal audit programme"),
    ("9.3.1", "Management review"),
    ("9.3.2", "Inputs of the management review"),
    ("9.3.3", "Results of the management review"),
    ("10.1", "Continual improvement"),
    ("10.2", "Nonconformity and corrective action"),
];
