//! Clause 6: risks, treatment, the Statement of Applicability, objectives, changes.

use crate::assurance::readiness::rule::{Gate, Proof, Rule, RuleSeverity, Who, one, proven, stale, wrong};

/// The rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "C15",
        clause: "6.1.1",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage1,
        demand: "Risks to the ISMS itself and opportunities for it are known",
        proofs: &[
            one("Risk", "{self}.\"kind\" = 'isms'", "a risk to the ISMS itself"),
            one("Opportunity", "1 = 1", "an opportunity"),
        ],
        gaps: &[wrong(
            "Opportunity",
            "{self}.\"state\" IN ('identified', 'planned') AND {self}.\"due_on\" < {today}",
            "was not taken in time",
        )],
        next: "Ask what keeps the ISMS from its outcomes, and what could make it better",
        who: Who::Manager,
    },
    Rule {
        id: "C16",
        clause: "6.1.2",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "Management has approved how risks are assessed and accepted",
        proofs: &[one("Methodology", "{self}.\"state\" = 'approved'", "an approved methodology")],
        gaps: &[],
        next: "Write the methodology and have management approve it",
        who: Who::Management,
    },
    Rule {
        id: "C17",
        clause: "6.1.2",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "Each risk has an owner, says what it harms, and is rated as it is today",
        proofs: &[one("Risk", "{self}.\"current_level\" IS NOT NULL", "a rated risk")],
        gaps: &[
            wrong("Risk", "{self}.\"state\" <> 'closed' AND {=orphaned}", "nobody who is active owns it"),
            wrong("Risk", "{self}.\"state\" <> 'closed' AND {self}.\"current_level\" IS NULL", "is not rated"),
            wrong(
                "Risk",
                "{self}.\"state\" <> 'closed' AND CAST({self}.\"affects\" AS text) = '[]'",
                "does not say what it harms",
            ),
        ],
        next: "Give each risk an owner and a current rating",
        who: Who::Owner,
    },
    Rule {
        id: "C18",
        clause: "6.1.2",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Assets with a high need are covered by a risk",
        proofs: &[one("Asset", "1 = 1", "an asset")],
        gaps: &[wrong(
            "Asset",
            "{self}.\"state\" = 'active' AND ({self}.\"confidentiality\" >= 3 OR {self}.\"integrity\" >= 3 \
             OR {self}.\"availability\" >= 3) \
             AND NOT EXISTS (SELECT 1 FROM {Risk.assetIds} l JOIN {Risk} r ON r.id = l.source_id \
             WHERE l.target_id = {self}.\"id\" AND r.state <> 'closed' AND r.retired_at IS NULL)",
            "has a high need and stands in no risk",
        )],
        next: "Assess what could happen to each of these assets",
        who: Who::Owner,
    },
    Rule {
        id: "C19",
        clause: "6.1.2",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "No risk stands in the register twice",
        proofs: &[one("Risk", "1 = 1", "a risk")],
        gaps: &[wrong(
            "Risk",
            // All are numbered once: to look for each one's twin would cost the square of the register.
            "{self}.\"id\" IN (SELECT t.id FROM (SELECT o.id, ROW_NUMBER() OVER \
             (PARTITION BY o.unit_id, lower(o.title) ORDER BY o.id) AS place FROM {Risk} o \
             WHERE o.retired_at IS NULL AND o.state <> 'closed') t WHERE t.place > 1)",
            "has the title of another risk of its unit",
        )],
        next: "Retire one of each two",
        who: Who::Manager,
    },
    Rule {
        id: "C20",
        clause: "6.1.3",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "The Statement of Applicability is approved and names each control of Annex A",
        proofs: &[
            one("Statement", "{self}.\"state\" = 'approved'", "an approved Statement of Applicability"),
            Proof { of: "Control", is: "{self}.\"origin\" = 'annexA'", least: 93, what: "the 93 controls of Annex A" },
        ],
        gaps: &[],
        next: "Seed the controls, decide on each, make the statement and have management approve it",
        who: Who::Management,
    },
    Rule {
        id: "C21",
        clause: "6.1.3",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "For each control it is decided and justified whether it applies",
        proofs: &[one("Control", "{self}.\"applicability\" <> 'undecided'", "a control that was decided on")],
        gaps: &[
            wrong("Control", "{self}.\"applicability\" = 'undecided'", "nobody has decided on it"),
            wrong(
                "Control",
                "{self}.\"applicability\" <> 'undecided' AND COALESCE({self}.\"justification\", '') = ''",
                "has no justification",
            ),
        ],
        next: "Decide on each control and say why",
        who: Who::Manager,
    },
    Rule {
        id: "C22",
        clause: "6.1.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage1,
        demand: "Controls that treatments choose apply, and each control that applies has a reason",
        proofs: &[one("Control", "{self}.\"applicability\" = 'applicable'", "a control that applies")],
        gaps: &[
            wrong(
                "Control",
                "{self}.\"applicability\" <> 'applicable' AND EXISTS (SELECT 1 FROM {Risk.plannedControlIds} l \
                 JOIN {Risk} r ON r.id = l.source_id WHERE l.target_id = {self}.\"id\" AND r.state <> 'closed' \
                 AND r.retired_at IS NULL)",
                "is chosen by a treatment, but does not apply",
            ),
            wrong(
                "Control",
                "{self}.\"applicability\" = 'applicable' AND CAST({self}.\"reasons\" AS text) = '[]'",
                "applies for no reason",
            ),
        ],
        next: "Bring treatment and statement together",
        who: Who::Manager,
    },
    Rule {
        id: "C23",
        clause: "6.1.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Controls that are called implemented are proven by a test and by accepted evidence",
        proofs: &[
            one("ControlTest", "{self}.\"state\" = 'performed'", "a test that was performed"),
            one("Evidence", "{=valid}", "evidence that was accepted"),
        ],
        gaps: &[
            wrong(
                "Control",
                concat!(
                    "{self}.\"applicability\" = 'applicable' AND {self}.\"status\" = 'implemented' AND NOT ",
                    proven!()
                ),
                "its latest test does not show that it works, or was performed too long ago",
            ),
            wrong(
                "Control",
                "{self}.\"applicability\" = 'applicable' AND {self}.\"status\" = 'implemented' AND NOT {=evidenced}",
                "no accepted evidence counts for it today",
            ),
        ],
        next: "Perform the tests, and have evidence accepted",
        who: Who::Owner,
    },
    Rule {
        id: "C24",
        clause: "6.1.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Controls that apply and are not implemented have a day by which they will be, and an action that gets them there",
        proofs: &[one("Control", "{self}.\"applicability\" = 'applicable'", "a control that applies")],
        gaps: &[
            wrong(
                "Control",
                "{self}.\"applicability\" = 'applicable' AND {self}.\"status\" <> 'implemented' \
                 AND COALESCE({self}.\"target_on\" < {today}, 1 = 1)",
                "is not implemented and has no day ahead",
            ),
            wrong(
                "Control",
                "{self}.\"applicability\" = 'applicable' AND {self}.\"status\" <> 'implemented' \
                 AND NOT EXISTS (SELECT 1 FROM {Action.controlIds} l JOIN {Action} a ON a.id = l.source_id \
                 WHERE l.target_id = {self}.\"id\" AND a.retired_at IS NULL AND a.state IN ('open', 'inProgress', 'blocked'))",
                "is not implemented, and no action implements it",
            ),
        ],
        next: "Set the day and an action with an owner, or implement the control",
        who: Who::Owner,
    },
    Rule {
        id: "C25",
        clause: "6.1.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "The Statement of Applicability was approved after the scope and the last assessment",
        proofs: &[one("Statement", "{self}.\"state\" = 'approved'", "an approved Statement of Applicability")],
        gaps: &[stale(
            "Statement",
            "{self}.\"state\" = 'approved' AND (EXISTS (SELECT 1 FROM {Scope} s \
             WHERE s.organisation_id = {self}.\"organisation_id\" AND s.state = 'approved' \
             AND s.approved_at > {self}.\"approved_at\") OR EXISTS (SELECT 1 FROM {Campaign} c \
             WHERE c.organisation_id = {self}.\"organisation_id\" AND c.state = 'approved' \
             AND c.approved_at > {self}.\"approved_at\"))",
            "is older than the scope or the last assessment",
        )],
        next: "Look at the statement again and approve it anew",
        who: Who::Management,
    },
    Rule {
        id: "C26",
        clause: "6.1.3",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "Something is done about each risk above the criterion",
        proofs: &[one("Risk", "{self}.\"current_level\" IS NOT NULL", "a rated risk")],
        gaps: &[wrong(
            "Risk",
            "{=handling} = 'unhandled' AND {self}.\"state\" <> 'closed'",
            "nothing is done about it",
        )],
        next: "Decide on a treatment, or ask for acceptance",
        who: Who::Owner,
    },
    Rule {
        id: "C27",
        clause: "6.1.3",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage2,
        demand: "Treatment plans are approved by the owners of their risks",
        proofs: &[one("TreatmentPlan", "{self}.\"state\" IN ('approved', 'completed')", "an approved treatment plan")],
        gaps: &[
            wrong("TreatmentPlan", "{self}.\"state\" = 'inReview'", "waits for the approval of risk owners"),
            wrong(
                "Risk",
                "{self}.\"state\" = 'treatmentDecided' AND {self}.\"treatment\" <> 'retain' AND NOT EXISTS \
                 (SELECT 1 FROM {TreatmentPlan} p JOIN {TreatmentPlan.riskIds} l ON l.source_id = p.id \
                 WHERE l.target_id = {self}.\"id\" AND p.retired_at IS NULL)",
                "is to be treated, but stands in no plan",
            ),
        ],
        next: "Put these risks into a plan and have their owners approve it",
        who: Who::Owner,
    },
    Rule {
        id: "C28",
        clause: "6.1.3",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage2,
        demand: "Risks that are kept above the criterion are accepted, validly and by the right person",
        proofs: &[one("Risk", "{self}.\"current_level\" IS NOT NULL", "a rated risk")],
        gaps: &[
            wrong(
                "Risk",
                "{self}.\"above_criterion\" AND {self}.\"treatment\" = 'retain' AND {self}.\"state\" <> 'closed' \
                 AND {=handling} <> 'accepted'",
                "is kept above the criterion without a valid acceptance",
            ),
            stale(
                "Acceptance",
                "{self}.\"state\" = 'accepted' AND {self}.\"expires_on\" BETWEEN {today} AND {day+30}",
                "ends within thirty days",
            ),
        ],
        next: "Ask management for acceptance, or treat the risk",
        who: Who::Owner,
    },
    Rule {
        id: "C29",
        clause: "6.2",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "Objectives are approved, with what, who, when and how they are evaluated",
        proofs: &[one("Objective", "{self}.\"state\" IN ('approved', 'achieved')", "an approved objective")],
        gaps: &[wrong(
            "Objective",
            "{self}.\"state\" IN ('draft', 'approved') AND ({self}.\"owner_id\" IS NULL OR {self}.\"due_on\" IS NULL \
             OR COALESCE({self}.\"plan\", '') = '' OR COALESCE({self}.\"evaluation_method\", '') = '')",
            "lacks its owner, day, plan or way of evaluation",
        )],
        next: "Complete the objectives and have management approve them",
        who: Who::Management,
    },
    Rule {
        id: "C30",
        clause: "6.2",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Measurable objectives are measured",
        proofs: &[one("Objective", "{self}.\"state\" IN ('approved', 'achieved')", "an approved objective")],
        gaps: &[wrong(
            "Objective",
            "{self}.\"state\" = 'approved' AND {self}.\"measurable\" AND NOT EXISTS (SELECT 1 FROM {Measurement} m \
             JOIN {Metric} k ON k.id = m.metric_id WHERE m.metric_id = {self}.\"metric_id\" AND m.retired_at IS NULL \
             AND (m.period_to >= {day-46} OR (k.every_months >= 2 AND m.period_to >= {day-92}) \
             OR (k.every_months >= 3 AND m.period_to >= {day-137}) OR (k.every_months >= 4 AND m.period_to >= {day-183}) \
             OR (k.every_months >= 5 AND m.period_to >= {day-274}) OR (k.every_months >= 7 AND m.period_to >= {day-548}) \
             OR (k.every_months >= 13 AND m.period_to >= {day-1643})))",
            "was not measured for one and a half times the interval of its metric",
        )],
        next: "Measure the metric of each objective",
        who: Who::Owner,
    },
    Rule {
        id: "C31",
        clause: "6.2",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "Each objective follows from the policy and from a requirement or risk",
        proofs: &[one("Objective", "{self}.\"state\" IN ('approved', 'achieved')", "an approved objective")],
        gaps: &[wrong(
            "Objective",
            "{self}.\"state\" = 'approved' AND ({self}.\"document_id\" IS NULL OR (NOT EXISTS \
             (SELECT 1 FROM {Objective.requirementIds} l WHERE l.source_id = {self}.\"id\") AND NOT EXISTS \
             (SELECT 1 FROM {Objective.riskIds} l WHERE l.source_id = {self}.\"id\")))",
            "does not say what it follows from",
        )],
        next: "Link the objective to the policy and to a requirement or risk",
        who: Who::Owner,
    },
    Rule {
        id: "C32",
        clause: "6.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Changes of the ISMS are planned and approved before they begin",
        proofs: &[],
        gaps: &[wrong(
            "Change",
            "{self}.\"kind\" = 'isms' AND {self}.\"state\" NOT IN ('proposed', 'rejected') \
             AND (COALESCE({self}.\"purpose\", '') = '' OR COALESCE({self}.\"consequences\", '') = '' \
             OR ({self}.\"started_at\" IS NOT NULL AND ({self}.\"approved_at\" IS NULL \
             OR ({self}.\"approved_at\" > {self}.\"started_at\" AND NOT {self}.\"emergency\"))))",
            "lacks purpose, consequences or approval in time",
        )],
        next: "Describe the change and have it approved before it begins",
        who: Who::Manager,
    },
    Rule {
        id: "C69",
        clause: "6.1.2",
        severity: RuleSeverity::Medium,
        gate: Gate::Continuous,
        demand: "Each risk was looked at by its review date",
        proofs: &[one("Risk", "1 = 1", "a risk")],
        gaps: &[stale("Risk", "{self}.\"state\" <> 'closed' AND {self}.\"review_on\" < {today}", "past its review")],
        next: "Look at these risks again",
        who: Who::Owner,
    },
    Rule {
        id: "C70",
        clause: "6.1.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "No acceptance that is relied on has become stale or has ended",
        proofs: &[],
        gaps: &[stale(
            "Acceptance",
            "{self}.\"state\" = 'accepted' AND ({=stale} OR {=expired}) AND EXISTS (SELECT 1 FROM {Risk} r \
             WHERE r.id = {self}.\"risk_id\" AND r.retired_at IS NULL AND r.state <> 'closed' AND r.treatment = 'retain')",
            "holds no more: the risk has changed, or its last day has passed",
        )],
        next: "Ask for acceptance anew, or revoke it",
        who: Who::Owner,
    },
    Rule {
        id: "C71",
        clause: "6.2",
        severity: RuleSeverity::Medium,
        gate: Gate::Continuous,
        demand: "Objectives past their day are evaluated",
        proofs: &[],
        gaps: &[wrong("Objective", "{self}.\"state\" = 'approved' AND {self}.\"due_on\" < {today}", "is past its day")],
        next: "Say whether each was achieved or missed",
        who: Who::Owner,
    },
];
