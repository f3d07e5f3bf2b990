//! The invariants of the ISMS, one sentence each: what texts of the service cite by number.

use super::{Rule, RuleKind};

const fn is(id: &'static str, clause: &'static str, sentence: &'static str) -> Rule {
    Rule { id, kind: RuleKind::Invariant, clause, sentence }
}

/// All invariants by number.
pub const INVARIANTS: &[Rule] = &[
    is(
        "I-01",
        "7.5.3",
        "Approved, published, issued, held and closed content never changes; a change is a new version, and its digest is compared when it is read or taken out.",
    ),
    is("I-02", "A.5.3", "Nobody approves or verifies what they wrote or carried out."),
    is("I-03", "A.5.3", "Administrators and services approve nothing, and nobody gives themselves a role."),
    is(
        "I-04",
        "5.3",
        "Each live record has exactly one accountable, active owner; records of somebody who leaves are handed over or told to be orphaned.",
    ),
    is(
        "I-05",
        "7.5.3",
        "Nothing is disposed of before its retention is over or while it is held; disposal leaves the record and says so.",
    ),
    is(
        "I-06",
        "7.5.3",
        "A state changes only by a named act; decisions carry the time of the server and are not dated back.",
    ),
    is("I-07", "9.2", "Auditors write what belongs to their audits and nothing else."),
    is("I-08", "9.1", "Expired, overdue and stale are worked out when they are read, never by a schedule alone."),
    is("I-09", "7.5.3", "References out of an approved record name the version that was approved."),
    is(
        "I-10",
        "5.3",
        "A deputy stands in from a day to a day, has no deputy, and has no more rights than the person they stand in for.",
    ),
    is("I-11", "9.2", "Every list and sum that an auditor sees can be shown again as of a time."),
    is("I-12", "4.3", "Units form one tree under one root; a unit closes once its records have another place."),
    is("I-13", "4.3", "One scope is approved at a time, and what lies in scope follows from it."),
    is(
        "I-14",
        "6.3",
        "Approving a changed scope asks for the Statement of Applicability, the risks and the certificate to be looked at again.",
    ),
    is("I-15", "4.2", "A requirement that the ISMS does not address says why; law that applies is always addressed."),
    is("I-16", "7.5.3", "At most one version of a document is published in each language."),
    is(
        "I-17",
        "7.3",
        "An acknowledgement is of one version; a major version asks for another one, a minor one does not.",
    ),
    is("I-18", "7.5.3", "Superseded and withdrawn versions stay readable and are marked."),
    is(
        "I-19",
        "7.4",
        "The audience of a version is worked out when it is published and kept; who joins later is added.",
    ),
    is(
        "I-20",
        "A.5.12",
        "Who reads a document is cleared for its classification; what is restricted is not published to everybody.",
    ),
    is(
        "I-21",
        "6.2",
        "An objective is approved once what, who, means, when and how are told, with a metric where it is measurable.",
    ),
    is(
        "I-22",
        "6.2",
        "An objective is achieved only when its latest measurement meets the target; another target or day is a new edition with a reason.",
    ),
    is(
        "I-23",
        "6.1.2",
        "The matrix gives each pair of likelihood and impact a level and never falls along either axis.",
    ),
    is(
        "I-24",
        "6.1.2",
        "An approved methodology is frozen, and each rating names the version it was made under; ratings of two versions are not compared.",
    ),
    is("I-25", "6.1.2", "The criteria are approved before the first assessment is finished."),
    is(
        "I-26",
        "A.5.9",
        "The need of an asset is the highest of its own and of everything that depends on it; less takes a reason and an approval.",
    ),
    is("I-27", "A.5.9", "An asset in scope has an owner and a classification."),
    is("I-28", "A.7.14", "An asset is disposed of with the method, the person and the day."),
    is("I-29", "6.1.2", "The level of a risk is computed and never typed."),
    is(
        "I-30",
        "6.1.2",
        "Neither the current nor the predicted level is above the inherent one, unless a reason is told.",
    ),
    is("I-31", "8.3", "A prediction belongs to a plan; a plan that is done asks for a fresh rating and is none."),
    is(
        "I-32",
        "6.1.3",
        "A risk above the criterion is exactly one of: in treatment on time, in overdue treatment, accepted, or unhandled.",
    ),
    is("I-33", "6.1.2", "The owner of a risk has authority over its unit."),
    is("I-34", "6.1.3", "Sharing names who shares, and avoiding names what ends and when."),
    is(
        "I-35",
        "6.1.3",
        "A control lowers a risk only while it is implemented with accepted, valid evidence; otherwise its effect is told to be assumed.",
    ),
    is("I-36", "8.2", "A campaign is approved once every risk in it has been rated within its period."),
    is("I-37", "8.2", "The register moves on; the evidence of an assessment is the snapshot of its campaign."),
    is(
        "I-38",
        "6.1.3",
        "A risk retained above the criterion is accepted by the role that the criteria demand, until a day, and not by who asked for it.",
    ),
    is("I-39", "6.1.3", "An acceptance is stale as soon as the risk, its controls or the methodology change."),
    is("I-40", "6.1.3", "A control that a treatment chooses is applicable, and cannot be excluded while it does."),
    is(
        "I-41",
        "8.3",
        "Actions keep the time that the level allows; each extension has a reason and is counted, and the third is for management.",
    ),
    is(
        "I-42",
        "6.1.3",
        "An approved Statement of Applicability has exactly one justified entry for each control of Annex A and each own one.",
    ),
    is(
        "I-43",
        "6.1.3",
        "An applicable control has a reason that it serves; an excluded one has a justification, and no treatment, law or contract relies on it.",
    ),
    is(
        "I-44",
        "6.1.3",
        "A control is called implemented with accepted evidence, or with a target date and an open action.",
    ),
    is(
        "I-45",
        "6.1.3",
        "Where controls and the approved Statement of Applicability differ, the difference is shown and not put right by itself.",
    ),
    is("I-46", "4.4", "A certificate names the version of the Statement of Applicability that it cites."),
    is(
        "I-47",
        "7.5.3",
        "The file of evidence is written once; another file is another piece that names the one it replaces.",
    ),
    is("I-48", "9.1", "Evidence is accepted by somebody who neither collected nor brought nor wrote it."),
    is(
        "I-49",
        "9.1",
        "Evidence proves a period that is over; a control needs it without gaps longer than its interval.",
    ),
    is("I-50", "9.1", "A metric is used once all that 9.1 asks for is told."),
    is(
        "I-51",
        "9.1",
        "A measurement stays as it was taken, of a period that is over, one for each; a correction is another one with a reason.",
    ),
    is(
        "I-52",
        "9.1",
        "A period without a measurement has no data, which is neither zero nor the last value; a red one leads to an action or a reason.",
    ),
    is("I-53", "9.2", "Nobody audits their own work, or what they owned, ran or approved within a year."),
    is("I-54", "9.2", "Auditees read findings that were issued; drafts and notes belong to the team."),
    is("I-55", "9.2", "A finding that is a nonconformity names the requirement, the evidence and the gap."),
    is("I-56", "9.2", "What was not checked is reported as such and never counted as conforming."),
    is("I-57", "9.2", "Auditors do not correct what they found, and owners do not change what a finding says."),
    is("I-58", "9.2", "The population and seed of a sample are kept, so that it can be drawn again."),
    is(
        "I-59",
        "10.2",
        "The effect of a correction is verified by somebody who neither answers for it nor carried it out.",
    ),
    is(
        "I-60",
        "10.2",
        "A nonconformity closes with its cause, the search for similar ones, a verified action or a reason, and an effect seen thirty days later.",
    ),
    is("I-61", "10.2", "A nonconformity that comes again within a year names the one before."),
    is(
        "I-62",
        "9.3",
        "A management review is held once all its inputs are frozen, each with data or said to be empty.",
    ),
    is("I-63", "9.3", "Each decision of a review has an owner and a day, or says that nothing was decided and why."),
    is("I-64", "9.3", "A review is chaired by top management, by nobody who runs the ISMS."),
    is("I-65", "9.3", "Minutes stay as they were approved."),
    is("I-66", "A.5.24", "Clocks of notices run on wall time; a month is a calendar month."),
    is("I-67", "A.5.34", "Whether personal data are concerned counts as yes until it is decided with a reason."),
    is(
        "I-68",
        "A.5.24",
        "That a notice is not required is decided by whoever answers for data protection or the ISMS, with a reason.",
    ),
    is("I-69", "A.5.26", "An incident occurs before it is detected, is contained after that, and then recovered."),
    is(
        "I-70",
        "A.5.27",
        "A severe incident closes with its lessons and with what follows from them, or with the reason why nothing does.",
    ),
    is("I-71", "A.5.24", "A confidential incident is there for its team, and who reported anonymously is never told."),
    is(
        "I-72",
        "A.5.19",
        "A supplier that matters is approved with a valid assessment and a contract, or under an exception.",
    ),
    is("I-73", "A.5.20", "A certificate of a supplier counts only where its scope covers the service."),
    is("I-74", "A.5.31", "An obligation that is met has an owner and says how."),
    is("I-75", "7.2", "A role whose competence is not shown is held only while a course or action leads to it."),
    is("I-76", "7.2", "Of personnel files only the result is kept."),
    is(
        "I-77",
        "6.1.3",
        "An exception ends after twelve months at most, and is allowed by somebody else, of the role that the linked risk demands.",
    ),
    is(
        "I-78",
        "6.3",
        "A change to the ISMS begins after it is approved; an emergency is approved afterwards and marked.",
    ),
    is("I-79", "A.5.18", "Nobody decides on their own access rights."),
    is(
        "I-80",
        "9.2",
        "An external auditor reads what the engagement covers, while it lasts, and writes their own requests alone.",
    ),
    is("I-81", "9.2", "An engagement can be frozen as of an instant; later changes are shown as differences."),
    is(
        "I-82",
        "4.3",
        "Where scope or Statement of Applicability differ from the certificate, the certification body is to be told.",
    ),
    is("I-83", "9.2", "Findings of a certification body keep their wording and grade."),
    is(
        "I-84",
        "6.1.3",
        "Owners accept every residual risk of a plan that they approve; a risk kept within the criterion is confirmed by its owner.",
    ),
];
