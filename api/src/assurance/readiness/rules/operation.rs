//! Clause 8 and the controls that run: assessments, treatment, suppliers, incidents, continuity, exceptions.

use crate::assurance::readiness::rule::{Gate, Rule, RuleSeverity, Who, one, stale, wrong};
use crate::support::evidence::counting;

/// The rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "C41",
        clause: "8.1",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "Controls are tested as planned, and tests that fail lead to something",
        proofs: &[one("ControlTest", "{self}.\"state\" = 'performed'", "a test that was performed")],
        gaps: &[
            wrong(
                "ControlTest",
                "{self}.\"state\" = 'planned' AND {self}.\"planned_on\" < {today}",
                "was not performed in time",
            ),
            wrong(
                "ControlTest",
                "{self}.\"state\" = 'performed' AND {self}.\"result\" = 'ineffective' \
                 AND NOT EXISTS (SELECT 1 FROM {Action.controlIds} l JOIN {Action} a ON a.id = l.source_id \
                 WHERE l.target_id = {self}.\"control_id\" AND a.retired_at IS NULL AND a.state <> 'cancelled' \
                 AND (a.state NOT IN ('done', 'verified') OR a.done_at >= {self}.\"performed_at\")) \
                 AND NOT EXISTS (SELECT 1 FROM {Nonconformity.controlIds} l JOIN {Nonconformity} n ON n.id = l.source_id \
                 WHERE l.target_id = {self}.\"control_id\" AND n.retired_at IS NULL \
                 AND (n.state <> 'closed' OR n.verified_at >= {self}.\"performed_at\"))",
                "found a control that does not work, and nothing is done about it",
            ),
        ],
        next: "Perform the tests, and act on what they find",
        who: Who::Owner,
    },
    Rule {
        id: "C42",
        clause: "8.1",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Services that come from outside lie with a known supplier",
        proofs: &[one("Supplier", "{self}.\"state\" IN ('approved', 'conditional')", "a supplier that may be used")],
        gaps: &[wrong(
            "Asset",
            "{self}.\"state\" = 'active' AND {self}.\"kind\" = 'supplierService' \
             AND NOT EXISTS (SELECT 1 FROM {Supplier.assetIds} l JOIN {Supplier} s ON s.id = l.source_id \
             WHERE l.target_id = {self}.\"id\" AND s.retired_at IS NULL AND s.state <> 'exited')",
            "comes from outside, and no supplier is named",
        )],
        next: "Name the supplier of each service",
        who: Who::Owner,
    },
    Rule {
        id: "C43",
        clause: "8.2",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "The risks were assessed within the planned interval, and the result was approved and kept",
        proofs: &[one("Campaign", "{self}.\"state\" = 'approved'", "an approved assessment")],
        gaps: &[stale(
            "Campaign",
            "{self}.\"state\" = 'approved' AND {self}.\"approved_at\" < {now-365} AND NOT EXISTS \
             (SELECT 1 FROM {Campaign} o WHERE o.organisation_id = {self}.\"organisation_id\" AND o.state = 'approved' \
             AND o.approved_at > {self}.\"approved_at\")",
            "was the last one, more than a year ago",
        )],
        next: "Hold an assessment of all risks and have it approved",
        who: Who::Manager,
    },
    Rule {
        id: "C44",
        clause: "8.2",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Severe incidents make somebody look at the risks again",
        proofs: &[],
        gaps: &[wrong(
            "Incident",
            "{self}.\"severity\" <= 2 AND {self}.\"state\" IN ('recovered', 'reviewed', 'closed') \
             AND NOT EXISTS (SELECT 1 FROM {Incident.riskIds} l JOIN {Risk} r ON r.id = l.target_id \
             WHERE l.source_id = {self}.\"id\" AND r.retired_at IS NULL AND r.assessed_at >= {self}.\"declared_at\")",
            "was severe, and no risk that came true was rated since",
        )],
        next: "Link the incident to the risks that came true, and rate them anew",
        who: Who::Owner,
    },
    Rule {
        id: "C45",
        clause: "8.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Actions that treat risks are done in time",
        proofs: &[one("Action", "1 = 1", "an action")],
        gaps: &[wrong(
            "Action",
            "{=overdue} AND EXISTS (SELECT 1 FROM {Action.riskIds} l WHERE l.source_id = {self}.\"id\")",
            "is past its day",
        )],
        next: "Finish these actions",
        who: Who::Owner,
    },
    Rule {
        id: "C46",
        clause: "8.3",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "What was done is proven and verified by somebody else",
        proofs: &[one("Action", "{self}.\"state\" = 'verified'", "a verified action")],
        gaps: &[
            wrong("Action", "{self}.\"state\" = 'verified' AND COALESCE({self}.\"proof\", '') = ''", "has no proof"),
            wrong(
                "Action",
                concat!(
                    "{self}.\"state\" = 'verified' AND EXISTS (SELECT 1 FROM {Action.riskIds} r ",
                    "WHERE r.source_id = {self}.\"id\") AND NOT ",
                    counting!("EXISTS (SELECT 1", "{Evidence.actionIds}", "{self}.\"id\"", ")")
                ),
                "treats a risk, and no accepted evidence shows that it was done",
            ),
            wrong(
                "Action",
                "{self}.\"state\" = 'done' AND {self}.\"done_at\" < {now-30}",
                "was done a month ago and is not verified",
            ),
        ],
        next: "Verify what was done",
        who: Who::Manager,
    },
    Rule {
        id: "C60",
        clause: "A.5.9",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Assets are known, and somebody who is there answers for each",
        proofs: &[one("Asset", "{self}.\"state\" = 'active'", "an asset in use")],
        gaps: &[
            wrong(
                "Asset",
                "{self}.\"state\" = 'active' AND {=orphaned} \
                 AND ({self}.\"owner_id\" IS NOT NULL OR {self}.\"created_at\" < {now-14})",
                "nobody answers for it",
            ),
            stale("Asset", "{self}.\"state\" = 'active' AND {=overdue}", "past its review"),
        ],
        next: "Name an owner for each asset, and look at those past their review",
        who: Who::Manager,
    },
    Rule {
        id: "C61",
        clause: "A.5.18",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Who may do what is reviewed within a year, carried out within a week, and nobody who has left may do anything",
        proofs: &[one(
            "AccessReview",
            "{self}.\"state\" = 'completed' AND {self}.\"completed_at\" > {now-365}",
            "a review of access rights within a year",
        )],
        gaps: &[
            stale("AccessReview", "{=overdue}", "is past its day"),
            wrong("AccessRight", "{=overdue}", "was decided on more than a week ago and nothing was done"),
            wrong(
                "RoleAssignment",
                "EXISTS (SELECT 1 FROM {User} u WHERE u.id = {self}.\"user_id\" \
                 AND (NOT u.active OR u.retired_at IS NOT NULL))",
                "is held by somebody who has left",
            ),
            wrong("Responsibility", "{=orphaned}", "is borne by somebody who has left"),
        ],
        next: "Review who may do what, take back what is not needed and name somebody else",
        who: Who::Administrator,
    },
    Rule {
        id: "C62",
        clause: "A.5.19",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Suppliers that matter are assessed, bound by contract, and could be left",
        proofs: &[one("Supplier", "1 = 1", "a supplier")],
        gaps: &[
            wrong("Supplier", "{=lapsed} AND NOT {=assessed}", "has no valid assessment"),
            wrong("Supplier", "{=lapsed} AND NOT {=contracted}", "has no contract in force"),
            wrong(
                "Supplier",
                "{self}.\"criticality\" >= 3 AND {self}.\"kind\" = 'cloud' \
                 AND {self}.\"state\" IN ('approved', 'conditional') AND COALESCE({self}.\"exit_plan\", '') = ''",
                "has no exit plan",
            ),
        ],
        next: "Assess these suppliers, sign what is missing and plan the exit",
        who: Who::Owner,
    },
    Rule {
        id: "C63",
        clause: "A.5.24",
        severity: RuleSeverity::High,
        gate: Gate::Continuous,
        demand: "Notices of incidents are given in time, and severe incidents are closed with their lessons",
        proofs: &[],
        gaps: &[
            wrong(
                "Notification",
                "{self}.\"state\" = 'pending' AND {self}.\"due_at\" < {now-0}",
                "was due and was not given",
            ),
            wrong(
                "Incident",
                "{self}.\"severity\" <= 2 AND {self}.\"state\" IN ('declared', 'contained', 'eradicated', 'recovered', 'reviewed') \
                 AND {self}.\"declared_at\" < {now-30}",
                "was declared a month ago and is not closed",
            ),
        ],
        next: "Give the notices, and close the incidents with what was learned",
        who: Who::Manager,
    },
    Rule {
        id: "C64",
        clause: "A.5.30",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Assets that must be available were brought back in an exercise within a year, in the time allowed",
        proofs: &[one("ContinuityExercise", "{self}.\"state\" = 'held'", "an exercise that was held")],
        gaps: &[
            wrong(
                "Asset",
                "{self}.\"state\" = 'active' AND {self}.\"availability\" >= 4 AND {self}.\"kind\" IN ('software', 'service', 'hardware') \
                 AND NOT EXISTS (SELECT 1 FROM {ContinuityExercise} e JOIN {ContinuityExercise.assetIds} l \
                 ON l.source_id = e.id WHERE l.target_id = {self}.\"id\" AND e.retired_at IS NULL AND e.state = 'held' AND e.held_on > {day-365})",
                "was in no exercise within a year",
            ),
            wrong(
                "ContinuityExercise",
                "{self}.\"state\" = 'held' AND NOT {self}.\"met\" AND NOT EXISTS (SELECT 1 FROM {Action} a \
                 WHERE a.exercise_id = {self}.\"id\" AND a.retired_at IS NULL)",
                "missed its target, and nothing is done about it",
            ),
        ],
        next: "Exercise, and act on what was too slow",
        who: Who::Owner,
    },
    Rule {
        id: "C65",
        clause: "A.5.31",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Law and contracts that bind the organisation are known and met",
        proofs: &[one("LegalRequirement", "{self}.\"applicability\" = 'applicable'", "an obligation that applies")],
        gaps: &[
            wrong(
                "LegalRequirement",
                "{self}.\"applicability\" = 'applicable' AND {self}.\"compliance\" IN ('unknown', 'notMet')",
                "is not met, or nobody knows",
            ),
            wrong(
                "LegalRequirement",
                "{self}.\"applicability\" = 'applicable' AND ({self}.\"owner_id\" IS NULL OR COALESCE({self}.\"how_met\", '') = '')",
                "has no owner, or does not say how it is met",
            ),
            stale(
                "LegalRequirement",
                "{self}.\"applicability\" = 'applicable' AND {self}.\"evaluated_at\" < {now-365}",
                "was evaluated more than a year ago",
            ),
        ],
        next: "Evaluate each obligation",
        who: Who::Owner,
    },
    Rule {
        id: "C66",
        clause: "A.8.8",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "Weaknesses that were found are mended in time",
        proofs: &[],
        gaps: &[wrong(
            "Vulnerability",
            "{self}.\"state\" IN ('open', 'triaged', 'remediating') AND {self}.\"due_on\" < {today}",
            "is past its day",
        )],
        next: "Mend them, or have them accepted",
        who: Who::Owner,
    },
    Rule {
        id: "C67",
        clause: "A.5.36",
        severity: RuleSeverity::High,
        gate: Gate::Continuous,
        demand: "No exception is lived by past its end",
        proofs: &[],
        gaps: &[wrong(
            "Exception",
            "{self}.\"state\" = 'approved' AND {self}.\"expires_on\" < {today}",
            "has ended and was not closed",
        )],
        next: "Close the exception, or ask for a new one",
        who: Who::Owner,
    },
    Rule {
        id: "C74",
        clause: "A.5.25",
        severity: RuleSeverity::High,
        gate: Gate::Continuous,
        demand: "Events that people report are assessed within a day",
        proofs: &[],
        gaps: &[wrong(
            "Incident",
            "{self}.\"state\" = 'reported' AND {self}.\"created_at\" < {now-1}",
            "was reported more than a day ago and nobody has decided on it",
        )],
        next: "Decide whether each is an incident",
        who: Who::Manager,
    },
    Rule {
        id: "C75",
        clause: "A.5.20",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "Contracts with suppliers say what they must about security",
        proofs: &[one("Contract", "1 = 1", "a contract")],
        gaps: &[wrong(
            "Contract",
            "(NOT {self}.\"audit_right\" OR {self}.\"incident_notice_hours\" IS NULL OR NOT {self}.\"return_or_deletion\") \
             AND EXISTS (SELECT 1 FROM {Supplier} s WHERE s.id = {self}.\"supplier_id\" AND s.criticality >= 3 \
             AND s.state IN ('approved', 'conditional'))",
            "lacks the right to audit, notice of incidents, or return of data",
        )],
        next: "Add the clauses that are missing",
        who: Who::Owner,
    },
    Rule {
        id: "C76",
        clause: "A.5.22",
        severity: RuleSeverity::Medium,
        gate: Gate::Continuous,
        demand: "Suppliers are looked at by their review date",
        proofs: &[],
        gaps: &[stale("Supplier", "{self}.\"state\" IN ('approved', 'conditional') AND {=overdue}", "past its review")],
        next: "Look at these suppliers again",
        who: Who::Owner,
    },
];
