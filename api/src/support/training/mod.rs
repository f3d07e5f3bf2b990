//! Courses that give competence or awareness (clauses 7.2 c and 7.3, control A.6.3), and how far they have reached.

mod assign;

pub use assign::Assign;

use crate::caller::Caller;
use crate::resource::{Computed, Faults, Outcome, Reference, Resource, Spec, for_exporters, record_of};
use crate::store::{Query, Test, Writing};
use crate::support::training_assignment::TrainingAssignment;
use crate::support::training_session::TrainingSession;
use isms_authz::{Attribute, Kind};
use isms_entity::support::training;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A training.
pub struct Training;

/// How far a course has reached its audience.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Reach {
    /// Active people of its audience, contractors among them.
    pub people: i64,
    /// Those of them who have passed it and need not take it again yet; only for those who may export the course,
    /// because where few take it this tells how one of them did.
    pub trained: Option<i64>,
    /// Assignments that are open; for the same.
    pub open: Option<i64>,
    /// Open assignments past their day; for the same.
    pub late: Option<i64>,
    /// Whether the review date has passed.
    pub overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

macro_rules! people {
    ($which:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM {User} u WHERE u.organisation_id = {self}.\"organisation_id\" AND u.active ",
            "AND u.retired_at IS NULL AND u.kind = 'person' AND (EXISTS (SELECT 1 FROM {Training.audienceIds} l ",
            "JOIN {unit_closure} c ON c.ancestor_id = l.target_id ",
            "WHERE l.source_id = {self}.\"id\" AND c.descendant_id = u.unit_id) ",
            "OR (NOT EXISTS (SELECT 1 FROM {Training.audienceIds} n WHERE n.source_id = {self}.\"id\") ",
            "AND EXISTS (SELECT 1 FROM {unit_closure} o WHERE o.ancestor_id = {self}.\"unit_id\" ",
            "AND o.descendant_id = u.unit_id)))",
            $which,
            ")"
        )
    };
}

macro_rules! assignments {
    ($which:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM {TrainingAssignment} t WHERE t.training_id = {self}.\"id\" ",
            "AND t.retired_at IS NULL AND t.state IN ('assigned', 'failed')",
            $which,
            ")"
        )
    };
}

impl Resource for Training {
    record_of!(training, Reach; Assign);

    const SPEC: Spec = Spec {
        name: "Training",
        policy_type: "Training",
        plural: "trainings",
        noun: "training",
        table: "training",
        prefix: "TRN",
        clause: "7 Support",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[
            Reference::many("audienceIds", "Unit", "audiences"),
            Reference::many("requirementIds", "CompetenceRequirement", "requirements"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title", "description"],
        sorts: &["title"],
        computed: &[
            Computed { name: "people", sql: people!("") },
            Computed {
                name: "trained",
                sql: for_exporters!(people!(
                    " AND EXISTS (SELECT 1 FROM {TrainingAssignment} t WHERE t.training_id = {self}.\"id\" \
                     AND t.person_id = u.id AND t.state = 'completed' AND t.retired_at IS NULL \
                     AND (t.valid_until IS NULL OR t.valid_until >= {today}))"
                )),
            },
            Computed { name: "open", sql: for_exporters!(assignments!("")) },
            Computed { name: "late", sql: for_exporters!(assignments!(" AND t.due_on < {today}")) },
            Computed::OVERDUE,
            Computed::ORPHANED,
        ],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(_caller: &Caller, _old: Option<&training::Model>, row: &mut training::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("everyMonths", row.every_months.unwrap_or(1), 1..=120);
        faults.range("passMark", row.pass_mark.unwrap_or(1), 1..=100);
        faults.settle()
    }

    /// What sessions and assignments keep of their course for policies follows it.
    async fn stored(caller: &Writing<'_>, old: Option<&training::Model>, row: &training::Model) -> Outcome<()> {
        let kept = |row: &training::Model| (row.unit_id, row.owner_id);
        if old.is_none_or(|old| kept(old) == kept(row)) {
            return Ok(());
        }
        let of_this = Query::of([Test::is("training_id", row.id)]).with_retired();
        let sessions = caller.for_rules::<TrainingSession>(&of_this).await?;
        caller
            .follow::<TrainingSession>(sessions, |session| {
                (session.unit_id, session.training_owner_id) = (row.unit_id, row.owner_id);
            })
            .await?;
        let assignments = caller.for_rules::<TrainingAssignment>(&of_this).await?;
        caller.follow::<TrainingAssignment>(assignments, |made| made.training_owner_id = row.owner_id).await
    }
}
