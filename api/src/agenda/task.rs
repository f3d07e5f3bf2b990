//! What waits for the caller: everything that they may approve, accept or have to do, by the policies themselves.

use super::is_past;
use crate::caller::Caller;
use crate::resource::Outcome;
use crate::store::{Due, Probe};
use chrono::{DateTime, NaiveDate, Utc};
use isms_authz::Action as Verb;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The most tasks of one kind that are shown.
const MOST: u64 = 100;

/// A kind of task: records that the caller may do this with, which are like that.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    /// `approve`, `acknowledge`, `review`, `treat`, `test`, `answer`, `train`, `notify`, `audit`, `measure`, `agree` or `assess`.
    pub kind: &'static str,
    /// What to do.
    pub what: &'static str,
    /// Which records.
    probe: Probe,
}

const fn task(
    kind: &'static str,
    what: &'static str,
    of: &'static str,
    verb: Verb,
    is: &'static str,
    due: Due,
) -> Task {
    Task { kind, what, probe: Probe { of, verb, is, due, span: None } }
}

const fn approve(what: &'static str, of: &'static str, is: &'static str) -> Task {
    task("approve", what, of, Verb::Approve, is, Due::Never)
}

const fn review(what: &'static str, of: &'static str) -> Task {
    let is = "{self}.\"owner_id\" = {me} AND {self}.\"review_on\" <= {day+30}";
    task("review", what, of, Verb::Update, is, Due::Day("review_on"))
}

/// Every kind of task.
pub const TASKS: &[Task] = &[
    approve("Approve the scope", "Scope", "{self}.\"state\" = 'inReview'"),
    approve("Decide on climate change", "ClimateDetermination", "{self}.\"state\" = 'draft'"),
    approve("Approve the methodology", "Methodology", "{self}.\"state\" = 'draft'"),
    approve("Approve the Statement of Applicability", "Statement", "{self}.\"state\" = 'inReview'"),
    approve(
        "Approve the treatment plan for your risks",
        "TreatmentPlan",
        "{self}.\"state\" = 'inReview' AND CAST({self}.\"approvals\" AS text) NOT LIKE '%{me.text}%'",
    ),
    approve("Approve the version", "DocumentVersion", "{self}.\"state\" = 'inReview'"),
    approve("Approve the objective", "Objective", "{self}.\"state\" = 'draft'"),
    approve("Approve the change", "Change", "{self}.\"state\" = 'assessed'"),
    approve("Approve the assessment", "Campaign", "{self}.\"state\" = 'inReview'"),
    approve("Approve the audit programme", "AuditProgramme", "{self}.\"state\" = 'draft'"),
    approve("Approve the minutes", "ManagementReview", "{self}.\"state\" = 'inReview'"),
    approve("Approve the corrective action", "Nonconformity", "{self}.\"state\" = 'causeFound'"),
    approve(
        "Review the evidence",
        "Evidence",
        "{self}.\"state\" = 'pending' AND ({self}.\"content_id\" IS NOT NULL OR {self}.\"digest\" IS NOT NULL)",
    ),
    approve("Verify what was done", "Action", "{self}.\"state\" = 'done'"),
    approve("Decide the dispute", "Finding", "{self}.\"state\" = 'disputed'"),
    task(
        "approve",
        "Check whether the corrective action worked",
        "Nonconformity",
        Verb::Accept,
        "{self}.\"state\" = 'implemented' AND {self}.\"implemented_at\" <= {now-30}",
        Due::Day("effectiveness_due_on"),
    ),
    task(
        "approve",
        "Verify the finding",
        "Finding",
        Verb::Close,
        "{self}.\"state\" = 'accepted' AND NOT EXISTS (SELECT 1 FROM {Nonconformity} n \
         WHERE n.finding_id = {self}.\"id\" AND n.retired_at IS NULL AND n.state <> 'closed') \
         AND ({self}.\"grade\" NOT IN ('minor', 'major') OR EXISTS (SELECT 1 FROM {Nonconformity} n \
         WHERE n.finding_id = {self}.\"id\" AND n.retired_at IS NULL))",
        Due::Never,
    ),
    task("approve", "Decide on the idea", "Improvement", Verb::Accept, "{self}.\"state\" = 'proposed'", Due::Never),
    task(
        "approve",
        "Decide on the acceptance",
        "Acceptance",
        Verb::Accept,
        "{self}.\"state\" = 'requested'",
        Due::Day("expires_on"),
    ),
    task("approve", "Decide on the exception", "Exception", Verb::Accept, "{self}.\"state\" = 'inReview'", Due::Never),
    task(
        "agree",
        "Agree to your responsibility",
        "Responsibility",
        Verb::Accept,
        "{self}.\"state\" = 'assigned' AND {self}.\"holder_id\" = {me}",
        Due::Never,
    ),
    task(
        "agree",
        "Agree to stand in",
        "Responsibility",
        Verb::Accept,
        "{self}.\"deputy_id\" = {me} AND {self}.\"deputy_accepted_at\" IS NULL",
        Due::Never,
    ),
    task(
        "acknowledge",
        "Read and acknowledge",
        "DocumentVersion",
        Verb::Read,
        "{self}.\"state\" = 'published' AND {self}.\"acknowledgement_required\" AND NOT EXISTS \
         (SELECT 1 FROM {Acknowledgement} a WHERE a.person_id = {me} AND a.document_id = {self}.\"document_id\" \
         AND a.edition = {self}.\"edition\" AND a.language = {self}.\"language\") AND EXISTS \
         (SELECT 1 FROM {User} u JOIN {unit_closure} c ON c.descendant_id = u.unit_id JOIN {DocumentVersion.audienceIds} l \
         ON l.target_id = c.ancestor_id WHERE u.id = {me} AND l.source_id = {self}.\"id\")",
        Due::Day("acknowledge_by"),
    ),
    task(
        "answer",
        "Answer the auditor's request",
        "AuditRequest",
        Verb::Approve,
        "{self}.\"state\" = 'open' AND {self}.\"owner_id\" = {me}",
        Due::Day("due_on"),
    ),
    task(
        "answer",
        "Name who answers the auditor's request",
        "AuditRequest",
        Verb::Approve,
        "{self}.\"state\" = 'open' AND {self}.\"owner_id\" IS NULL",
        Due::Day("due_on"),
    ),
    task(
        "answer",
        "See whether the answer to your request will do",
        "AuditRequest",
        Verb::Accept,
        "{self}.\"state\" = 'answered'",
        Due::Day("due_on"),
    ),
    review("Look at the issue again", "Issue"),
    review("Look at the party's needs again", "InterestedParty"),
    review("Look at the requirement again", "PartyRequirement"),
    review("Evaluate the obligation", "LegalRequirement"),
    review("Look at the process again", "Process"),
    review("Look at the risk again", "Risk"),
    review("Look at the asset again", "Asset"),
    review("Review the document", "Document"),
    review("Look at the supplier again", "Supplier"),
    review("Look at the metric again", "Metric"),
    task(
        "treat",
        "Rate the risk",
        "Risk",
        Verb::Update,
        "{self}.\"owner_id\" = {me} AND {self}.\"state\" IN ('identified', 'analysed')",
        Due::Never,
    ),
    task(
        "treat",
        "Decide on the treatment",
        "Risk",
        Verb::Approve,
        "{self}.\"owner_id\" = {me} AND {self}.\"state\" = 'evaluated'",
        Due::Never,
    ),
    task(
        "treat",
        "Treat the risk, or ask for its acceptance",
        "Risk",
        Verb::Approve,
        "{self}.\"owner_id\" = {me} AND {self}.\"state\" IN ('treatmentDecided', 'inTreatment', 'monitored') \
         AND {=handling} = 'unhandled'",
        Due::Never,
    ),
    task(
        "treat",
        "Do the action",
        "Action",
        Verb::Update,
        "{self}.\"owner_id\" = {me} AND {self}.\"state\" IN ('open', 'inProgress', 'blocked')",
        Due::Day("due_on"),
    ),
    task(
        "treat",
        "Work on the nonconformity",
        "Nonconformity",
        Verb::Update,
        "{self}.\"owner_id\" = {me} AND {self}.\"state\" IN ('open', 'contained', 'planApproved')",
        Due::Day("due_on"),
    ),
    task(
        "treat",
        "Carry the improvement out",
        "Improvement",
        Verb::Update,
        "{self}.\"owner_id\" = {me} AND {self}.\"state\" = 'accepted'",
        Due::Day("due_on"),
    ),
    task(
        "measure",
        "Measure for the period that is over",
        "Metric",
        Verb::Accept,
        "{self}.\"measurer_id\" = {me} AND {=late}",
        Due::Never,
    ),
    task(
        "measure",
        "Say what the value means",
        "Measurement",
        Verb::Accept,
        "{self}.\"analyst_id\" = {me} AND NOT {self}.\"replaced\" AND {self}.\"verdict\" IN ('amber', 'red') \
         AND {self}.\"evaluated_at\" IS NULL",
        Due::Never,
    ),
    task(
        "treat",
        "Mend the weakness",
        "Vulnerability",
        Verb::Update,
        "{self}.\"owner_id\" = {me} AND {self}.\"state\" IN ('open', 'triaged', 'remediating')",
        Due::Day("due_on"),
    ),
    task(
        "review",
        "Decide on the access right",
        "AccessRight",
        Verb::Approve,
        "{self}.\"state\" = 'undecided' AND {self}.\"reviewer_id\" = {me} AND EXISTS (SELECT 1 FROM {AccessReview} r \
         WHERE r.id = {self}.\"review_id\" AND r.state = 'open')",
        Due::Never,
    ),
    task(
        "review",
        "Complete the access review",
        "AccessReview",
        Verb::Close,
        "{self}.\"state\" = 'open' AND {=undecided} = 0",
        Due::Day("due_on"),
    ),
    task(
        "treat",
        "Carry out what was decided on the access right",
        "AccessRight",
        Verb::Close,
        "{self}.\"state\" IN ('toChange', 'toRevoke')",
        Due::Never,
    ),
    task(
        "test",
        "Test the control",
        "ControlTest",
        Verb::Update,
        "{self}.\"tester_id\" = {me} AND {self}.\"state\" = 'planned'",
        Due::Day("planned_on"),
    ),
    task(
        "test",
        "Hold the exercise",
        "ContinuityExercise",
        Verb::Update,
        "{self}.\"owner_id\" = {me} AND {self}.\"state\" = 'planned'",
        Due::Day("planned_on"),
    ),
    task(
        "answer",
        "Answer the finding",
        "Finding",
        Verb::Read,
        "{self}.\"auditee_id\" = {me} AND {self}.\"state\" = 'issued'",
        Due::Day("respond_by"),
    ),
    task(
        "train",
        "Take the training",
        "TrainingAssignment",
        Verb::Read,
        "{self}.\"person_id\" = {me} AND {self}.\"state\" IN ('assigned', 'failed')",
        Due::Day("due_on"),
    ),
    task(
        "audit",
        "Hold the audit",
        "Audit",
        Verb::Update,
        "{self}.\"lead_id\" = {me} AND {self}.\"state\" IN ('planned', 'announced', 'inProgress')",
        Due::Day("planned_from"),
    ),
    task(
        "assess",
        "Decide whether it is an incident",
        "Incident",
        Verb::Approve,
        "{self}.\"state\" = 'reported'",
        Due::Never,
    ),
    task(
        "respond",
        "Go on with the incident",
        "Incident",
        Verb::Update,
        "{self}.\"manager_id\" = {me} AND {self}.\"state\" IN ('declared', 'contained', 'eradicated', 'recovered', 'reviewed')",
        Due::Never,
    ),
    task(
        "notify",
        "Give the notice",
        "Notification",
        Verb::Update,
        "{self}.\"state\" = 'pending' AND {self}.\"due_at\" IS NOT NULL",
        Due::Instant("due_at"),
    ),
];

/// One thing that waits.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WaitingTask)]
pub struct Waiting {
    /// `approve`, `acknowledge`, `review`, `treat`, `test`, `answer`, `train`, `notify`, `audit`, `measure`, `agree` or `assess`.
    pub kind: &'static str,
    /// What to do.
    pub what: &'static str,
    /// The record's type.
    pub record_type: &'static str,
    /// The record.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// What people call it.
    pub title: String,
    /// The day that it is due (UTC).
    pub due_on: Option<NaiveDate>,
    /// Whether that has passed.
    pub overdue: bool,
}

/// What waits for the caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tasks {
    /// All of them.
    pub total: u64,
    /// Those due first come first; of each kind at most a hundred.
    pub items: Vec<Waiting>,
}

/// What waits for the caller, in one statement.
///
/// # Errors
/// When the database does not answer.
pub async fn tasks(caller: &Caller) -> Outcome<Tasks> {
    let probes: Vec<Probe> = TASKS.iter().map(|task| task.probe).collect();
    let answers = caller.probe(&probes, None, MOST).await?;
    let (total, today) = (answers.iter().map(|answer| answer.total).sum(), caller.today());
    let mut items = Vec::new();
    for (task, answer) in TASKS.iter().zip(answers) {
        for found in answer.first {
            let overdue = is_past(&found, caller.now(), today);
            let due_on = found.due_on.or_else(|| found.due_at.map(|at| DateTime::<Utc>::from(at).date_naive()));
            items.push(Waiting {
                kind: task.kind,
                what: task.what,
                record_type: task.probe.of,
                id: found.id,
                reference: found.reference,
                title: found.title,
                due_on,
                overdue,
            });
        }
    }
    items.sort_by_key(|item| (item.due_on.is_none(), item.due_on));
    Ok(Tasks { total, items })
}
