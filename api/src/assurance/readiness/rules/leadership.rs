//! Clause 5: leadership, policy, roles.

use crate::assurance::readiness::rule::{Gate, Rule, RuleSeverity, Who, one, stale, wrong};

/// Readers who have not acknowledged the edition of a published version are more than one in twenty (I-17).
const UNACKNOWLEDGED: &str = "{self}.\"state\" = 'published' AND {self}.\"acknowledgement_required\" \
    AND {self}.\"acknowledge_by\" < {today} AND {=acknowledged} * 100 < 95 * {=readers}";

/// Its owner is nobody, or nobody active.
const ORPHANED: &str =
    "NOT EXISTS (SELECT 1 FROM {User} u WHERE u.id = {self}.\"owner_id\" AND u.active AND u.retired_at IS NULL)";

/// The rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "C09",
        clause: "5.1",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Within a year top management has reviewed the ISMS and approved its policy or objectives",
        proofs: &[
            one(
                "ManagementReview",
                "{self}.\"state\" = 'approved' AND {self}.\"approved_at\" > {now-365}",
                "a management review of the last year",
            ),
            one(
                "Objective",
                "{self}.\"state\" IN ('approved', 'achieved') AND ({self}.\"approved_at\" > {now-365} OR EXISTS \
                 (SELECT 1 FROM {DocumentVersion} v WHERE v.organisation_id = {self}.\"organisation_id\" \
                 AND v.retired_at IS NULL AND v.kind = 'policy' AND v.state = 'published' AND v.approved_at > {now-365}))",
                "an objective in force, of which management approved this or the policy within a year",
            ),
        ],
        gaps: &[],
        next: "Hold the management review and approve the objectives",
        who: Who::Management,
    },
    Rule {
        id: "C10",
        clause: "5.2",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "The information security policy is approved by management, published and reviewed in time",
        proofs: &[one(
            "DocumentVersion",
            "{self}.\"state\" = 'published' AND {self}.\"kind\" = 'policy'",
            "a published information security policy",
        )],
        gaps: &[stale(
            "Document",
            "{self}.\"kind\" = 'policy' AND {self}.\"state\" = 'active' AND {self}.\"review_on\" < {today}",
            "past its review",
        )],
        next: "Write the policy, have management approve it, and publish it",
        who: Who::Management,
    },
    Rule {
        id: "C11",
        clause: "5.2",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage1,
        demand: "The policy is addressed to the people that it is for, and asks them to acknowledge it",
        proofs: &[one(
            "DocumentVersion",
            "{self}.\"state\" = 'published' AND {self}.\"kind\" = 'policy' AND {self}.\"acknowledgement_required\"",
            "a published policy that its readers acknowledge",
        )],
        gaps: &[],
        next: "Set the audience of the policy and ask for acknowledgement",
        who: Who::Manager,
    },
    Rule {
        id: "C12",
        clause: "5.2",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "At least 95 of 100 readers have acknowledged what they had to, in time",
        proofs: &[one("Acknowledgement", "1 = 1", "an acknowledgement")],
        gaps: &[wrong("DocumentVersion", UNACKNOWLEDGED, "not acknowledged by its readers")],
        next: "Remind the readers who have not acknowledged yet",
        who: Who::Manager,
    },
    Rule {
        id: "C13",
        clause: "5.3",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "Somebody has agreed to answer for the conformity of the ISMS, and somebody for reporting on it",
        proofs: &[
            one(
                "Responsibility",
                "{self}.\"duty\" = 'conformity' AND {self}.\"state\" = 'accepted' AND NOT {=orphaned}",
                "somebody who answers for conformity",
            ),
            one(
                "Responsibility",
                "{self}.\"duty\" = 'reporting' AND {self}.\"state\" = 'accepted' AND NOT {=orphaned}",
                "somebody who reports to top management",
            ),
        ],
        gaps: &[wrong("Responsibility", "{self}.\"state\" = 'assigned'", "whoever was named has not agreed yet")],
        next: "Name the people, and let them agree",
        who: Who::Management,
    },
    Rule {
        id: "C14",
        clause: "5.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage2,
        demand: "Risks, controls, assets and documents have owners who are there, and no role is held by somebody who has left",
        proofs: &[one("RoleAssignment", "1 = 1", "a role that is held")],
        gaps: &[
            wrong("Risk", "{self}.\"state\" NOT IN ('identified', 'closed') AND {=orphaned}", "nobody answers for it"),
            wrong(
                "Control",
                "{self}.\"applicability\" = 'applicable' AND NOT EXISTS (SELECT 1 FROM {User} u WHERE u.id = {self}.\"owner_id\" AND u.active AND u.retired_at IS NULL)",
                "nobody answers for it",
            ),
            wrong("Document", ORPHANED, "nobody answers for it"),
            wrong(
                "RoleAssignment",
                "EXISTS (SELECT 1 FROM {User} u WHERE u.id = {self}.\"user_id\" AND (NOT u.active OR u.retired_at IS NOT NULL))",
                "is held by somebody who has left",
            ),
        ],
        next: "Name an owner for each, and take back roles of people who have left",
        who: Who::Manager,
    },
];
