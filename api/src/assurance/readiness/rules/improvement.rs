//! Clause 10: improvement, nonconformity, corrective action.

use crate::assurance::readiness::rule::{Gate, Rule, RuleSeverity, Who, one, wrong};

/// The rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "C56",
        clause: "10.1",
        severity: RuleSeverity::Low,
        gate: Gate::Continuous,
        demand: "Within a year something was made better without having been wrong first",
        proofs: &[one(
            "Improvement",
            "{self}.\"state\" = 'implemented' AND {self}.\"source\" <> 'nonconformity' AND {self}.\"implemented_at\" > {now-365}",
            "an improvement of the last year",
        )],
        gaps: &[],
        next: "Take up an idea and carry it out",
        who: Who::Manager,
    },
    Rule {
        id: "C57",
        clause: "10.2",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage2,
        demand: "For major nonconformities it is settled within a month what will be done, and it is done in time",
        proofs: &[],
        gaps: &[
            wrong(
                "Nonconformity",
                "{self}.\"grade\" = 'major' AND {self}.\"state\" IN ('open', 'contained', 'causeFound') \
                 AND {self}.\"detected_on\" < {day-30}",
                "is major, a month old, and has no approved plan",
            ),
            wrong(
                "Action",
                "{=overdue} AND EXISTS (SELECT 1 FROM {Nonconformity} n WHERE n.id = {self}.\"nonconformity_id\" AND n.grade = 'major')",
                "corrects a major nonconformity and is past its day",
            ),
        ],
        next: "Find the cause, approve the plan and carry it out",
        who: Who::Owner,
    },
    Rule {
        id: "C58",
        clause: "10.2",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Closed nonconformities have a cause, a search for similar ones, and an effect checked by somebody else",
        proofs: &[],
        gaps: &[wrong(
            "Nonconformity",
            "{self}.\"state\" = 'closed' AND (COALESCE({self}.\"cause\", '') = '' OR NOT {self}.\"similar_searched\" \
             OR {self}.\"verified_by\" IS NULL OR {self}.\"verified_by\" = {self}.\"owner_id\")",
            "was closed without all that it takes",
        )],
        next: "Open a new one and work it through",
        who: Who::Owner,
    },
    Rule {
        id: "C59",
        clause: "10.2",
        severity: RuleSeverity::Medium,
        gate: Gate::Continuous,
        demand: "What was corrected does not come back",
        proofs: &[],
        gaps: &[wrong(
            "Nonconformity",
            "{self}.\"repeats_id\" IS NOT NULL AND {self}.\"state\" <> 'closed'",
            "is the same as one before",
        )],
        next: "Ask why the earlier correction did not hold",
        who: Who::Owner,
    },
    Rule {
        id: "C79",
        clause: "10.2",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Nonconformities are corrected in time, and their effect is checked when it is due",
        proofs: &[],
        gaps: &[
            wrong(
                "Nonconformity",
                "{self}.\"state\" NOT IN ('implemented', 'closed') AND {self}.\"due_on\" < {today}",
                "is past its day",
            ),
            wrong(
                "Nonconformity",
                "{self}.\"state\" = 'implemented' AND {self}.\"effectiveness_due_on\" < {today}",
                "its effect was to be checked",
            ),
        ],
        next: "Correct them, and have somebody else check the effect",
        who: Who::Owner,
    },
];
