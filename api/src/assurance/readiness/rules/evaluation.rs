//! Clause 9: metrics, internal audit, management review, certification.

use crate::assurance::readiness::rule::{Gate, Rule, RuleSeverity, Who, one, stale, wrong};

/// An internal audit of this clause whose report was issued within the cycle of three years.
macro_rules! audited {
    ($clause:literal) => {
        concat!(
            "{self}.\"kind\" = 'internal' AND {self}.\"state\" IN ('reported', 'closed') ",
            "AND {self}.\"issued_at\" > {now-1095} AND CAST({self}.\"clauses\" AS text) LIKE '%\"",
            $clause,
            // What nobody looked at is reported, and covered by nothing (I-56).
            ".%' AND (NOT EXISTS (SELECT 1 FROM {ChecklistItem} i WHERE i.audit_id = {self}.\"id\" ",
            "AND i.retired_at IS NULL AND i.requirement LIKE '",
            $clause,
            ".%') OR EXISTS (SELECT 1 FROM {ChecklistItem} i WHERE i.audit_id = {self}.\"id\" ",
            "AND i.retired_at IS NULL AND i.result <> 'notChecked' AND i.requirement LIKE '",
            $clause,
            ".%'))"
        )
    };
}

/// The rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "C47",
        clause: "9.1",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "What is measured, how, when and by whom is settled, and it is measured",
        proofs: &[
            one("Metric", "{self}.\"state\" = 'active'", "an active metric"),
            one("Measurement", "NOT {self}.\"replaced\"", "a measurement"),
        ],
        gaps: &[wrong(
            "Metric",
            "{self}.\"state\" = 'active' AND {=late}",
            "was not measured for a period that is over",
        )],
        next: "Activate the metrics and measure them",
        who: Who::Manager,
    },
    Rule {
        id: "C48",
        clause: "9.1",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "Values that are not as aimed at are evaluated, and red ones lead to something",
        proofs: &[one("Measurement", "NOT {self}.\"replaced\"", "a measurement")],
        gaps: &[wrong(
            "Measurement",
            "NOT {self}.\"replaced\" AND {self}.\"verdict\" IN ('amber', 'red') AND {self}.\"evaluated_at\" IS NULL",
            "is not as aimed at, and nobody has said what it means",
        )],
        next: "Say what these values mean and what is done about them",
        who: Who::Owner,
    },
    Rule {
        id: "C49",
        clause: "9.2.2",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "There is an approved programme of internal audits, and each audit has criteria and a scope",
        proofs: &[one("AuditProgramme", "{self}.\"state\" = 'approved'", "an approved audit programme")],
        gaps: &[wrong(
            "Audit",
            "{self}.\"state\" <> 'cancelled' AND (COALESCE({self}.\"criteria\", '') = '' OR COALESCE({self}.\"scope\", '') = '')",
            "has no criteria or no scope",
        )],
        next: "Plan the audits of the cycle and have the programme approved",
        who: Who::Auditor,
    },
    Rule {
        id: "C50",
        clause: "9.2.1",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage2,
        demand: "Internal audits were held, and over the cycle they cover clauses 4 to 10 and each control that applies",
        proofs: &[
            one(
                "Audit",
                "{self}.\"kind\" = 'internal' AND {self}.\"state\" IN ('reported', 'closed') \
                 AND {self}.\"issued_at\" > {now-365}",
                "an internal audit reported within a year",
            ),
            one("Audit", audited!("4"), "an internal audit of clause 4, reported within the cycle"),
            one("Audit", audited!("5"), "an internal audit of clause 5, reported within the cycle"),
            one("Audit", audited!("6"), "an internal audit of clause 6, reported within the cycle"),
            one("Audit", audited!("7"), "an internal audit of clause 7, reported within the cycle"),
            one("Audit", audited!("8"), "an internal audit of clause 8, reported within the cycle"),
            one("Audit", audited!("9"), "an internal audit of clause 9, reported within the cycle"),
            one("Audit", audited!("10"), "an internal audit of clause 10, reported within the cycle"),
        ],
        gaps: &[wrong(
            "Control",
            "{self}.\"applicability\" = 'applicable' AND NOT EXISTS (SELECT 1 FROM {Audit.controlIds} l \
             JOIN {Audit} a ON a.id = l.source_id WHERE l.target_id = {self}.\"id\" AND a.kind = 'internal' \
             AND a.retired_at IS NULL AND ((a.state IN ('reported', 'closed') AND a.issued_at > {now-1095}) \
             OR (a.state IN ('planned', 'announced', 'inProgress') AND a.planned_to >= {today})))",
            "no internal audit of the cycle has covered it, and none to come will",
        )],
        next: "Audit, and plan the audits that are missing",
        who: Who::Auditor,
    },
    Rule {
        id: "C51",
        clause: "9.2.2",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage2,
        demand: "No auditor audits what they own",
        proofs: &[one(
            "Audit",
            "{self}.\"kind\" = 'internal' AND {self}.\"state\" <> 'cancelled'",
            "an internal audit",
        )],
        gaps: &[wrong(
            "Audit",
            "{self}.\"kind\" = 'internal' AND {self}.\"state\" IN ('planned', 'announced', 'inProgress') AND EXISTS (SELECT 1 FROM {Audit.auditorIds} t JOIN {Audit.controlIds} l \
             ON l.source_id = t.source_id JOIN {Control} k ON k.id = l.target_id \
             WHERE t.source_id = {self}.\"id\" AND k.owner_id = t.target_id)",
            "one of its auditors owns a control that it looks at",
        )],
        next: "Put somebody else into the team",
        who: Who::Auditor,
    },
    Rule {
        id: "C52",
        clause: "9.2.2",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Audits are held as planned, and their reports reach those who answer",
        proofs: &[one(
            "Audit",
            "{self}.\"kind\" = 'internal' AND {self}.\"state\" IN ('reported', 'closed')",
            "a report",
        )],
        gaps: &[
            wrong("Audit", "{self}.\"kind\" = 'internal' AND {=overdue}", "is past its last day and not reported"),
            wrong(
                "Audit",
                "{self}.\"kind\" = 'internal' AND {self}.\"state\" IN ('reported', 'closed') AND CAST({self}.\"distribution_ids\" AS text) = '[]'",
                "its report went to nobody",
            ),
        ],
        next: "Hold the audits and send the reports",
        who: Who::Auditor,
    },
    Rule {
        id: "C53",
        clause: "9.3.1",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage2,
        demand: "Top management has reviewed the ISMS within the planned interval",
        proofs: &[one("ManagementReview", "{self}.\"state\" = 'approved'", "an approved management review")],
        gaps: &[stale(
            "ManagementReview",
            "{self}.\"state\" = 'approved' AND {self}.\"approved_at\" < {now-365} AND NOT EXISTS \
             (SELECT 1 FROM {ManagementReview} o WHERE o.organisation_id = {self}.\"organisation_id\" \
             AND o.state = 'approved' AND o.approved_at > {self}.\"approved_at\")",
            "was the last one, more than a year ago",
        )],
        next: "Plan the review, compile its inputs and hold it",
        who: Who::Management,
    },
    Rule {
        id: "C54",
        clause: "9.3.2",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage2,
        demand: "The review looked at each input that it has to look at",
        proofs: &[one(
            "ManagementReview",
            "{self}.\"state\" IN ('held', 'inReview', 'approved') AND {self}.\"inputs_hash\" <> ''",
            "a review with its inputs",
        )],
        gaps: &[],
        next: "Compile the inputs before the review is held",
        who: Who::Manager,
    },
    Rule {
        id: "C55",
        clause: "9.3.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "What the review decided is done in time",
        proofs: &[one("ManagementReview", "{self}.\"state\" = 'approved'", "an approved management review")],
        gaps: &[wrong(
            "Action",
            "{self}.\"review_id\" IS NOT NULL AND {=overdue}",
            "was decided by a review and is past its day",
        )],
        next: "Finish what the review decided",
        who: Who::Owner,
    },
    Rule {
        id: "C68",
        clause: "9.2.2",
        severity: RuleSeverity::High,
        gate: Gate::Continuous,
        demand: "The next audit of the certification body is booked, its findings are dealt with, and the trail of all changes is what was sealed",
        proofs: &[],
        gaps: &[
            wrong(
                "Organisation",
                "EXISTS (SELECT 1 FROM {tenant_counter} t WHERE t.organisation_id = {self}.\"id\" \
                 AND (t.trail_fault IS NOT NULL OR COALESCE(t.checked_at, {self}.\"created_at\") < {now-2}))",
                "its trail of changes is not what was sealed, or nobody has looked for two days",
            ),
            wrong(
                "Organisation",
                "EXISTS (SELECT 1 FROM {tenant_counter} t WHERE t.organisation_id = {self}.\"id\" \
                 AND t.content_fault IS NOT NULL)",
                "files of its records are missing or were changed, or the database is damaged; the log of the service tells which",
            ),
            wrong(
                "Certificate",
                "{self}.\"state\" = 'valid' AND NOT EXISTS (SELECT 1 FROM {CertificationAudit} a \
                 WHERE a.certificate_id = {self}.\"id\" AND a.retired_at IS NULL AND a.state = 'planned' \
                 AND a.planned_on <= {day+366} AND ({self}.\"expires_on\" IS NULL OR a.planned_on <= {self}.\"expires_on\"))",
                "no audit is planned for it within a year and before it ends",
            ),
            wrong(
                "CertificationAudit",
                "{self}.\"state\" = 'planned' AND NOT {self}.\"booked\" AND {self}.\"planned_on\" < {day+60}",
                "is less than two months away and not booked",
            ),
            wrong(
                "Finding",
                "{self}.\"certification_audit_id\" IS NOT NULL AND {self}.\"grade\" IN ('minor', 'major') \
                 AND {self}.\"state\" NOT IN ('verified', 'closed') AND NOT EXISTS (SELECT 1 FROM {Nonconformity} n \
                 WHERE n.finding_id = {self}.\"id\" AND n.retired_at IS NULL AND (n.state IN ('implemented', 'closed') \
                 OR n.due_on IS NULL OR n.due_on >= {today}))",
                "was found by the certification body, and no nonconformity in time deals with it",
            ),
            stale(
                "Certificate",
                "{self}.\"state\" = 'valid' AND {self}.\"expires_on\" < {day+90}",
                "ends within three months",
            ),
        ],
        next: "Agree on the day with the certification body, and carry its findings on; where the trail is wrong, the service's log says what",
        who: Who::Manager,
    },
    Rule {
        id: "C77",
        clause: "9.2.1",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "Findings are answered in time",
        proofs: &[],
        gaps: &[wrong(
            "Finding",
            "{self}.\"state\" = 'issued' AND {self}.\"respond_by\" < {today}",
            "waits for an answer past its day",
        )],
        next: "Answer these findings",
        who: Who::Owner,
    },
    Rule {
        id: "C78",
        clause: "9.1",
        severity: RuleSeverity::Low,
        gate: Gate::Continuous,
        demand: "Metrics are looked at by their review date",
        proofs: &[],
        gaps: &[stale("Metric", "{self}.\"state\" = 'active' AND {=overdue}", "past its review")],
        next: "Look at whether these metrics still tell what is to be known",
        who: Who::Owner,
    },
];
