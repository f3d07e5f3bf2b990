//! What the ISMS has to do and by when, as data: the calendar and the cycle are drawn from it.

use crate::store::Due;
use serde::Serialize;
use utoipa::ToSchema;

/// The part of the cycle that something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// Clauses 4 to 7.
    Plan,
    /// Clause 8.
    Do,
    /// Clause 9.
    Check,
    /// Clause 10.
    Act,
}

/// Something that records of a type are due for.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The part of the cycle.
    pub phase: Phase,
    /// What is due.
    pub what: &'static str,
    /// The record type.
    pub of: &'static str,
    /// When.
    pub due: Due,
    /// What holds as long as it is to be done.
    pub open: &'static str,
    /// What holds once it was done, and when that was; none where nothing tells.
    pub done: Option<(&'static str, Due)>,
}

const fn review(phase: Phase, of: &'static str, open: &'static str) -> Kind {
    Kind { phase, what: "review", of, due: Due::Day("review_on"), open, done: None }
}

const fn day(phase: Phase, what: &'static str, of: &'static str, column: &'static str, open: &'static str) -> Kind {
    Kind { phase, what, of, due: Due::Day(column), open, done: None }
}

const fn until(kind: Kind, is: &'static str, at: Due) -> Kind {
    Kind { done: Some((is, at)), ..kind }
}

/// Everything that is due by a day.
pub const KINDS: &[Kind] = &[
    review(Phase::Plan, "Issue", "{self}.\"state\" <> 'closed'"),
    review(Phase::Plan, "InterestedParty", "1 = 1"),
    review(Phase::Plan, "PartyRequirement", "1 = 1"),
    review(Phase::Plan, "ClimateDetermination", "{self}.\"state\" = 'approved'"),
    review(Phase::Plan, "LegalRequirement", "{self}.\"applicability\" = 'applicable'"),
    review(Phase::Plan, "Process", "1 = 1"),
    until(
        review(Phase::Plan, "Risk", "{self}.\"state\" <> 'closed'"),
        "{self}.\"current_level\" IS NOT NULL",
        Due::Instant("assessed_at"),
    ),
    review(Phase::Plan, "Asset", "{self}.\"state\" IN ('active', 'planned')"),
    until(
        day(Phase::Plan, "objective", "Objective", "due_on", "{self}.\"state\" = 'approved'"),
        "{self}.\"state\" IN ('achieved', 'missed')",
        Due::Instant("updated_at"),
    ),
    until(
        day(Phase::Plan, "change", "Change", "due_on", "{self}.\"state\" IN ('approved', 'implementing')"),
        "{self}.\"state\" IN ('reviewed', 'closed')",
        Due::Instant("updated_at"),
    ),
    until(
        review(Phase::Plan, "Document", "{self}.\"state\" = 'active'"),
        "{self}.\"reviewed_at\" IS NOT NULL",
        Due::Instant("reviewed_at"),
    ),
    until(
        day(Phase::Plan, "training", "TrainingAssignment", "due_on", "{self}.\"state\" IN ('assigned', 'failed')"),
        "{self}.\"state\" = 'completed'",
        Due::Day("completed_on"),
    ),
    until(
        day(Phase::Plan, "session", "TrainingSession", "held_on", "{self}.\"state\" = 'planned'"),
        "{self}.\"state\" = 'held'",
        Due::Day("held_on"),
    ),
    day(Phase::Plan, "competence ends", "Competence", "valid_until", "{self}.\"state\" = 'confirmed'"),
    until(
        day(Phase::Plan, "communication", "Communication", "next_on", "1 = 1"),
        "{self}.\"last_done_on\" IS NOT NULL",
        Due::Day("last_done_on"),
    ),
    until(
        day(Phase::Do, "assessment", "Campaign", "starts_on", "{self}.\"state\" = 'planned'"),
        "{self}.\"state\" = 'approved'",
        Due::Instant("approved_at"),
    ),
    until(
        day(Phase::Do, "action", "Action", "due_on", "{self}.\"state\" IN ('open', 'inProgress', 'blocked')"),
        "{self}.\"state\" IN ('done', 'verified')",
        Due::Instant("done_at"),
    ),
    day(Phase::Do, "evidence ends", "Evidence", "valid_until", "{self}.\"state\" = 'accepted'"),
    day(Phase::Do, "acceptance ends", "Acceptance", "expires_on", "{self}.\"state\" = 'accepted'"),
    day(
        Phase::Do,
        "control due",
        "Control",
        "target_on",
        "{self}.\"applicability\" = 'applicable' AND {self}.\"status\" <> 'implemented'",
    ),
    review(Phase::Do, "Supplier", "{self}.\"state\" <> 'exited'"),
    day(Phase::Do, "contract ends", "Contract", "ends_on", "1 = 1"),
    day(
        Phase::Do,
        "assessment ends",
        "SupplierAssessment",
        "valid_until",
        "{self}.\"state\" = 'concluded' AND NOT EXISTS (SELECT 1 FROM {SupplierAssessment} a \
         WHERE a.supplier_id = {self}.\"supplier_id\" AND a.retired_at IS NULL AND a.state = 'concluded' \
         AND (a.concluded_at > {self}.\"concluded_at\" OR (a.concluded_at = {self}.\"concluded_at\" AND a.id > {self}.\"id\")))",
    ),
    until(
        day(Phase::Check, "access review", "AccessReview", "due_on", "{self}.\"state\" <> 'completed'"),
        "{self}.\"state\" = 'completed'",
        Due::Instant("completed_at"),
    ),
    day(Phase::Do, "exception ends", "Exception", "expires_on", "{self}.\"state\" = 'approved'"),
    day(Phase::Do, "weakness due", "Vulnerability", "due_on", "{self}.\"state\" IN ('open', 'triaged', 'remediating')"),
    until(
        day(Phase::Do, "exercise", "ContinuityExercise", "planned_on", "{self}.\"state\" = 'planned'"),
        "{self}.\"state\" = 'held'",
        Due::Day("held_on"),
    ),
    until(
        Kind {
            phase: Phase::Do,
            what: "notice",
            of: "Notification",
            due: Due::Instant("due_at"),
            open: "{self}.\"state\" = 'pending'",
            done: None,
        },
        "{self}.\"state\" = 'sent'",
        Due::Instant("sent_at"),
    ),
    until(
        day(Phase::Check, "test", "ControlTest", "planned_on", "{self}.\"state\" = 'planned'"),
        "{self}.\"state\" = 'performed'",
        Due::Instant("performed_at"),
    ),
    review(Phase::Check, "Metric", "{self}.\"state\" = 'active'"),
    until(
        day(
            Phase::Check,
            "internal audit",
            "Audit",
            "planned_from",
            "{self}.\"state\" IN ('planned', 'announced', 'inProgress')",
        ),
        "{self}.\"state\" IN ('reported', 'closed')",
        Due::Instant("issued_at"),
    ),
    until(
        day(Phase::Check, "answer to an auditor", "AuditRequest", "due_on", "{self}.\"state\" = 'open'"),
        "{self}.\"answered_at\" IS NOT NULL",
        Due::Instant("answered_at"),
    ),
    day(Phase::Check, "answer to a finding", "Finding", "respond_by", "{self}.\"state\" = 'issued'"),
    until(
        day(
            Phase::Check,
            "management review",
            "ManagementReview",
            "planned_on",
            "{self}.\"state\" IN ('planned', 'compiled')",
        ),
        "{self}.\"state\" IN ('held', 'inReview', 'approved')",
        Due::Day("held_on"),
    ),
    until(
        day(Phase::Check, "certification audit", "CertificationAudit", "planned_on", "{self}.\"state\" = 'planned'"),
        "{self}.\"state\" = 'done'",
        Due::Day("done_on"),
    ),
    day(Phase::Check, "certificate ends", "Certificate", "expires_on", "{self}.\"state\" = 'valid'"),
    until(
        day(Phase::Act, "correction", "Nonconformity", "due_on", "{self}.\"state\" NOT IN ('implemented', 'closed')"),
        "{self}.\"implemented_at\" IS NOT NULL",
        Due::Instant("implemented_at"),
    ),
    until(
        day(Phase::Act, "check of effect", "Nonconformity", "effectiveness_due_on", "{self}.\"state\" = 'implemented'"),
        "{self}.\"state\" = 'closed'",
        Due::Instant("verified_at"),
    ),
    until(
        day(Phase::Act, "improvement", "Improvement", "due_on", "{self}.\"state\" = 'accepted'"),
        "{self}.\"state\" = 'implemented'",
        Due::Instant("updated_at"),
    ),
    day(Phase::Act, "opportunity", "Opportunity", "due_on", "{self}.\"state\" IN ('identified', 'planned')"),
];
