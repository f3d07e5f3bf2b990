//! Clause 7: competence, awareness, communication, documents.

use crate::assurance::readiness::rule::{Gate, Rule, RuleSeverity, Who, one, stale, wrong};

/// The rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "C33",
        clause: "7.1",
        severity: RuleSeverity::Low,
        gate: Gate::Stage2,
        demand: "Objectives that are pursued say what they take, and no action is held up for want of means",
        proofs: &[one(
            "Objective",
            "{self}.\"budget\" IS NOT NULL OR {self}.\"effort_days\" IS NOT NULL OR COALESCE({self}.\"resources\", '') <> ''",
            "an objective with its means",
        )],
        gaps: &[
            wrong(
                "Objective",
                "{self}.\"state\" = 'approved' AND {self}.\"budget\" IS NULL AND {self}.\"effort_days\" IS NULL \
                 AND COALESCE({self}.\"resources\", '') = ''",
                "is pursued and does not say what it takes",
            ),
            wrong(
                "TreatmentPlan",
                "{self}.\"state\" = 'approved' AND NOT EXISTS (SELECT 1 FROM {Action} a WHERE a.plan_id = {self}.\"id\" \
                 AND a.retired_at IS NULL AND (a.cost IS NOT NULL OR a.effort_hours IS NOT NULL))",
                "is carried out and none of its actions says what it takes",
            ),
            wrong("Action", "{self}.\"state\" = 'blocked' AND {self}.\"due_on\" < {today}", "is held up past its day"),
        ],
        next: "Give the objectives and actions what they take",
        who: Who::Management,
    },
    Rule {
        id: "C34",
        clause: "7.2",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Holders of roles and responsibilities have the competence that these take, with proof",
        proofs: &[
            one("CompetenceRequirement", "1 = 1", "a requirement of competence"),
            one("Competence", "{self}.\"state\" = 'confirmed'", "a confirmed competence"),
        ],
        gaps: &[
            wrong("CompetenceRequirement", "{=unmet} > 0", "somebody who needs it does not have it"),
            stale(
                "Competence",
                "{self}.\"state\" = 'confirmed' AND {self}.\"valid_until\" < {today}",
                "is not valid any more",
            ),
        ],
        next: "Record what each role takes and who has it; train those who lack it",
        who: Who::Manager,
    },
    Rule {
        id: "C35",
        clause: "7.2",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "It is evaluated whether trainings had their effect",
        proofs: &[one("TrainingAssignment", "{self}.\"state\" = 'completed'", "a training that was taken")],
        gaps: &[wrong(
            "TrainingAssignment",
            "{self}.\"state\" = 'completed' AND {self}.\"effectiveness\" = 'notEvaluated' \
             AND {self}.\"completed_on\" < {day-90}",
            "was taken three months ago and nobody has looked at its effect",
        )],
        next: "Evaluate the effect of these trainings",
        who: Who::Manager,
    },
    Rule {
        id: "C36",
        clause: "7.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "People take their awareness training in time",
        proofs: &[one(
            "TrainingAssignment",
            "{self}.\"state\" = 'completed' AND {self}.\"completed_on\" > {day-365}",
            "a training taken within a year",
        )],
        gaps: &[
            wrong(
                "TrainingAssignment",
                "{self}.\"state\" IN ('assigned', 'failed') AND {self}.\"due_on\" < {today}",
                "was not taken in time",
            ),
            wrong(
                "User",
                "{self}.\"kind\" = 'person' AND {self}.\"active\" AND {self}.\"employment\" <> 'external' \
                 AND {self}.\"created_at\" < {now-30} AND NOT EXISTS (SELECT 1 FROM {TrainingAssignment} a \
                 JOIN {Training} t ON t.id = a.training_id WHERE a.person_id = {self}.\"id\" AND a.retired_at IS NULL \
                 AND t.kind = 'awareness' AND (a.state = 'waived' OR (a.state = 'completed' AND a.completed_on > {day-365})))",
                "has been here for a month and has taken no awareness training within a year",
            ),
        ],
        next: "Assign awareness to everyone and follow up",
        who: Who::Manager,
    },
    Rule {
        id: "C37",
        clause: "7.4",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage1,
        demand: "It is planned what is told to whom, when and how, and it is told",
        proofs: &[one("Communication", "1 = 1", "an entry of the communication plan")],
        gaps: &[
            wrong(
                "Communication",
                "COALESCE({self}.\"occasion\", '') = '' OR COALESCE({self}.\"recipients\", '') = '' \
                 OR COALESCE({self}.\"channel\", '') = '' OR {self}.\"owner_id\" IS NULL",
                "does not say when, to whom, how or by whom",
            ),
            wrong(
                "Communication",
                "{self}.\"every_months\" IS NOT NULL AND {self}.\"next_on\" IS NULL",
                "is told again and again, and no next day is set",
            ),
            stale("Communication", "{self}.\"next_on\" < {today}", "was due and was not told"),
        ],
        next: "Complete the plan and tell what is due",
        who: Who::Manager,
    },
    Rule {
        id: "C38",
        clause: "7.5.1",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "The documented information that the standard asks for is there, approved and current",
        proofs: &[
            one("Scope", "{self}.\"state\" = 'approved'", "the scope (4.3)"),
            one("DocumentVersion", "{self}.\"state\" = 'published' AND {self}.\"kind\" = 'policy'", "the policy (5.2)"),
            one("Methodology", "{self}.\"state\" = 'approved'", "how risks are assessed and treated (6.1.2, 6.1.3)"),
            one("Statement", "{self}.\"state\" = 'approved'", "the Statement of Applicability (6.1.3 d)"),
            one("TreatmentPlan", "{self}.\"state\" IN ('approved', 'completed')", "a treatment plan (6.1.3 e)"),
            one("Objective", "{self}.\"state\" IN ('approved', 'achieved')", "objectives (6.2)"),
            one(
                "DocumentVersion",
                "{self}.\"state\" = 'published' AND {self}.\"kind\" <> 'policy'",
                "documents that the organisation finds necessary (7.5.1 b)",
            ),
            one("Competence", "{self}.\"state\" = 'confirmed'", "evidence of competence (7.2)"),
            one(
                "ControlTest",
                "{self}.\"state\" IN ('planned', 'performed')",
                "that controls work as planned, or its plan (8.1)",
            ),
            one("Campaign", "{self}.\"state\" <> 'cancelled'", "results of a risk assessment, or its plan (8.2)"),
            one("Action", "{self}.\"state\" <> 'cancelled'", "results of treatment, or what is planned (8.3)"),
            one("Metric", "{self}.\"state\" = 'active'", "what is measured (9.1)"),
            one("AuditProgramme", "{self}.\"state\" = 'approved'", "the audit programme (9.2.2)"),
            one("Audit", "{self}.\"state\" <> 'cancelled'", "results of an internal audit, or its plan (9.2.2)"),
            one("ManagementReview", "1 = 1", "results of a management review, or its plan (9.3.3)"),
        ],
        gaps: &[],
        next: "Approve what is still a draft",
        who: Who::Manager,
    },
    Rule {
        id: "C39",
        clause: "7.5.2",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Published versions were approved by somebody who did not write them",
        proofs: &[one("DocumentVersion", "{self}.\"state\" = 'published'", "a published version")],
        gaps: &[wrong(
            "DocumentVersion",
            "{self}.\"state\" = 'published' AND ({self}.\"approved_by\" IS NULL \
             OR {self}.\"approved_by\" = {self}.\"created_by\" OR EXISTS (SELECT 1 FROM {DocumentVersion.authorIds} l \
             WHERE l.source_id = {self}.\"id\" AND l.target_id = {self}.\"approved_by\"))",
            "was approved by its author, or by nobody",
        )],
        next: "Have these versions approved by somebody else",
        who: Who::Manager,
    },
    Rule {
        id: "C40",
        clause: "7.5.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Documents are reviewed in time, and those from outside are known by issuer and edition",
        proofs: &[one("Document", "{self}.\"state\" = 'active'", "a document")],
        gaps: &[
            stale("Document", "{self}.\"state\" = 'active' AND {self}.\"review_on\" < {today}", "past its review"),
            wrong(
                "Document",
                "{self}.\"state\" = 'active' AND {self}.\"kind\" = 'external' AND (COALESCE({self}.\"issuer\", '') = '' \
                 OR COALESCE({self}.\"issued_edition\", '') = '')",
                "does not say who issued it in which edition",
            ),
        ],
        next: "Review these documents",
        who: Who::Owner,
    },
    Rule {
        id: "C72",
        clause: "7.5.2",
        severity: RuleSeverity::Low,
        gate: Gate::Continuous,
        demand: "Versions do not wait long for approval or publication",
        proofs: &[],
        gaps: &[wrong(
            "DocumentVersion",
            "({self}.\"state\" = 'inReview' AND {self}.\"submitted_at\" < {now-30}) \
             OR ({self}.\"state\" = 'approved' AND {self}.\"approved_at\" < {now-30})",
            "has waited for a month",
        )],
        next: "Approve, send back or publish them",
        who: Who::Management,
    },
    Rule {
        id: "C73",
        clause: "7.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage1,
        demand: "There is an awareness training that people are assigned to",
        proofs: &[one(
            "Training",
            "{self}.\"kind\" = 'awareness' AND EXISTS (SELECT 1 FROM {TrainingAssignment} a \
             WHERE a.training_id = {self}.\"id\" AND a.retired_at IS NULL)",
            "an awareness training with its people",
        )],
        gaps: &[],
        next: "Make the training and assign everyone",
        who: Who::Manager,
    },
];
