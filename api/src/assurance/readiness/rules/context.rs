//! Clause 4: context, interested parties, scope, processes.

use crate::assurance::readiness::rule::{Gate, Proof, Rule, RuleSeverity, Who, one, stale, wrong};

/// The rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "C01",
        clause: "4.1",
        severity: RuleSeverity::High,
        gate: Gate::Stage1,
        demand: "External and internal issues are known and were looked at within a year",
        proofs: &[
            one("Issue", "{self}.\"state\" <> 'closed' AND {self}.\"origin\" = 'external'", "an external issue"),
            one("Issue", "{self}.\"state\" <> 'closed' AND {self}.\"origin\" = 'internal'", "an internal issue"),
        ],
        gaps: &[stale(
            "Issue",
            "{self}.\"state\" <> 'closed' AND COALESCE({self}.\"review_on\" < {today}, {self}.\"updated_at\" < {now-365})",
            "not looked at in time",
        )],
        next: "Record what bears on the ISMS from outside and inside, and look at each issue once a year",
        who: Who::Manager,
    },
    Rule {
        id: "C02",
        clause: "4.1",
        severity: RuleSeverity::High,
        gate: Gate::Stage1,
        demand: "Management has decided whether climate change is a relevant issue",
        proofs: &[one("ClimateDetermination", "{self}.\"state\" = 'approved'", "a decision on climate change")],
        gaps: &[
            stale(
                "ClimateDetermination",
                "{self}.\"state\" = 'approved' AND {self}.\"approved_at\" < {now-365}",
                "decided more than a year ago",
            ),
            wrong(
                "ClimateDetermination",
                "{self}.\"state\" = 'approved' AND {self}.\"relevant\" \
                 AND NOT EXISTS (SELECT 1 FROM {ClimateDetermination.issueIds} i WHERE i.source_id = {self}.\"id\") \
                 AND NOT EXISTS (SELECT 1 FROM {ClimateDetermination.riskIds} r WHERE r.source_id = {self}.\"id\")",
                "relevant, but no issue or risk follows from it",
            ),
        ],
        next: "Write the determination with its reasons and have management approve it",
        who: Who::Management,
    },
    Rule {
        id: "C03",
        clause: "4.2",
        severity: RuleSeverity::High,
        gate: Gate::Stage1,
        demand: "Interested parties of several kinds are known, and for each of their requirements it is decided whether the ISMS addresses it",
        proofs: &[
            Proof {
                of: "InterestedParty",
                is: "NOT EXISTS (SELECT 1 FROM {InterestedParty} o WHERE o.organisation_id = {self}.\"organisation_id\" \
                     AND o.kind = {self}.\"kind\" AND o.id < {self}.\"id\" AND o.retired_at IS NULL)",
                least: 3,
                what: "interested parties of three kinds",
            },
            one("PartyRequirement", "{self}.\"addressing\" <> 'undecided'", "a requirement that was decided on"),
        ],
        gaps: &[wrong("PartyRequirement", "{self}.\"addressing\" = 'undecided'", "nobody has decided on it")],
        next: "List who is interested, what they require, and decide on each requirement",
        who: Who::Manager,
    },
    Rule {
        id: "C04",
        clause: "4.2",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "Each requirement that the ISMS addresses leads to a control, a process or an obligation",
        proofs: &[one("PartyRequirement", "{self}.\"addressing\" = 'addressed'", "a requirement that is addressed")],
        gaps: &[wrong(
            "PartyRequirement",
            "{self}.\"addressing\" = 'addressed' \
             AND NOT EXISTS (SELECT 1 FROM {PartyRequirement.controlIds} l WHERE l.source_id = {self}.\"id\") \
             AND NOT EXISTS (SELECT 1 FROM {PartyRequirement.processIds} l WHERE l.source_id = {self}.\"id\") \
             AND NOT EXISTS (SELECT 1 FROM {PartyRequirement.legalRequirementIds} l WHERE l.source_id = {self}.\"id\")",
            "nothing shows how it is met",
        )],
        next: "Link each addressed requirement to what meets it",
        who: Who::Manager,
    },
    Rule {
        id: "C05",
        clause: "4.3",
        severity: RuleSeverity::Blocker,
        gate: Gate::Stage1,
        demand: "The scope is written down and approved by top management",
        proofs: &[one("Scope", "{self}.\"state\" = 'approved'", "an approved scope")],
        gaps: &[],
        next: "Write the scope, submit it, and have management approve it",
        who: Who::Management,
    },
    Rule {
        id: "C06",
        clause: "4.3",
        severity: RuleSeverity::High,
        gate: Gate::Stage1,
        demand: "The scope in force names its interfaces and dependencies",
        proofs: &[one(
            "Scope",
            "{self}.\"state\" = 'approved' AND CAST({self}.\"interfaces\" AS text) <> '[]'",
            "an approved scope with interfaces",
        )],
        gaps: &[],
        next: "Name who the scope depends on and who answers for which part, and approve it anew",
        who: Who::Manager,
    },
    Rule {
        id: "C07",
        clause: "4.3",
        severity: RuleSeverity::High,
        gate: Gate::Continuous,
        demand: "The certificate names the scope and the Statement of Applicability in force",
        proofs: &[],
        gaps: &[wrong(
            "Certificate",
            "{self}.\"state\" = 'valid' \
             AND (NOT EXISTS (SELECT 1 FROM {Scope} s WHERE s.id = {self}.\"scope_id\" AND s.state = 'approved') \
             OR NOT EXISTS (SELECT 1 FROM {Statement} s WHERE s.id = {self}.\"statement_id\" AND s.state = 'approved'))",
            "names a scope or statement that is not in force any more",
        )],
        next: "Tell the certification body of the change",
        who: Who::Manager,
    },
    Rule {
        id: "C08",
        clause: "4.4",
        severity: RuleSeverity::Medium,
        gate: Gate::Stage2,
        demand: "Each process has an owner, inputs, outputs and a criterion",
        proofs: &[one("Process", "1 = 1", "a process")],
        gaps: &[wrong(
            "Process",
            "{self}.\"owner_id\" IS NULL OR CAST({self}.\"inputs\" AS text) = '[]' \
             OR CAST({self}.\"outputs\" AS text) = '[]' OR CAST({self}.\"criteria\" AS text) = '[]'",
            "lacks its owner, inputs, outputs or criteria",
        )],
        next: "Describe the processes of the ISMS and of the business that it covers",
        who: Who::Owner,
    },
];
