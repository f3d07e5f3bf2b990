//! What people in a role must be able to do (clause 7.2 a), and how many of them are not, or not yet (I-75).

use crate::caller::Caller;
use crate::resource::{Computed, Error, Faults, Outcome, Reference, Resource, Spec, for_exporters, record_of};
use crate::store::{Query, Test};
use crate::support::competence::Competence;
use crate::support::training::Training;
use crate::support::training_assignment::TrainingAssignment;
use isms_authz::{Attribute, Kind};
use isms_entity::support::competence_requirement;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A competence requirement.
pub struct CompetenceRequirement;

/// Whether somebody who takes on what the requirements asked for are about has the competence that it takes, or is on the way to
/// it (I-75).
///
/// # Errors
/// Names the skill that is missing.
pub async fn meets(caller: &Caller, holder: Uuid, asked: Query) -> Outcome<()> {
    for requirement in caller.for_rules::<CompetenceRequirement>(&asked).await? {
        let of_holder = |column| Test::is(column, holder);
        let valid = Test::Computed("valid", vec![true.into()]);
        let query = Query::of([of_holder("person_id"), Test::is("requirement_id", requirement.id), valid]);
        let held = caller.for_rules::<Competence>(&query).await?;
        if held.iter().any(|held| held.level >= requirement.level) {
            continue;
        }
        let query = Query::of([Test::Links("requirementIds", vec![requirement.id])]);
        let courses = caller.for_rules::<Training>(&query).await?.iter().map(|course| course.id.into()).collect();
        let open = ["assigned", "failed"].map(Into::into).to_vec();
        let query =
            Query::of([of_holder("person_id"), Test::OneOf("training_id", courses), Test::OneOf("state", open)]);
        if caller.for_rules::<TrainingAssignment>(&query).await?.is_empty() {
            return Err(Error::Conflict(format!(
                "this takes {} at level {}: it has to be shown and confirmed, or a course begun that leads to it (I-75)",
                requirement.skill, requirement.level
            )));
        }
    }
    Ok(())
}

/// Who must meet it, and who does not.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Fulfilment {
    /// Active people who hold its role in its unit or below, or have accepted its responsibility, today.
    pub holders: i64,
    /// Holders without a confirmed, valid competence at its level; only for those who may export it, because where few
    /// hold a duty it tells what one of them can do.
    pub unmet: Option<i64>,
    /// Holders who do not meet it and are assigned to no course that leads to it (I-75); for the same.
    pub undeveloped: Option<i64>,
    /// Whether the review date has passed.
    pub overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
}

macro_rules! holders_who {
    ($($which:expr),*) => {
        concat!(
            "(SELECT COUNT(*) FROM {User} u WHERE u.organisation_id = {self}.\"organisation_id\" AND u.active ",
            "AND u.retired_at IS NULL AND u.kind = 'person' AND (EXISTS (SELECT 1 FROM {RoleAssignment} a ",
            "JOIN {unit_closure} c ON c.descendant_id = a.unit_id AND c.ancestor_id = {self}.\"unit_id\" ",
            "WHERE a.user_id = u.id AND a.role = {self}.\"role\" AND a.retired_at IS NULL ",
            "AND (a.valid_from IS NULL OR a.valid_from <= {today}) AND (a.valid_until IS NULL OR a.valid_until >= {today})) ",
            "OR EXISTS (SELECT 1 FROM {Responsibility} r WHERE r.holder_id = u.id AND r.duty = {self}.\"duty\" ",
            "AND r.state = 'accepted' AND r.retired_at IS NULL))",
            $($which,)*
            ")"
        )
    };
}

macro_rules! unmet {
    () => {
        " AND NOT EXISTS (SELECT 1 FROM {Competence} k WHERE k.person_id = u.id AND k.requirement_id = {self}.\"id\" \
         AND k.state = 'confirmed' AND k.retired_at IS NULL AND k.level >= {self}.\"level\" \
         AND (k.valid_until IS NULL OR k.valid_until >= {today}))"
    };
}

impl Resource for CompetenceRequirement {
    record_of!(competence_requirement, Fulfilment);

    const SPEC: Spec = Spec {
        name: "CompetenceRequirement",
        policy_type: "CompetenceRequirement",
        plural: "competence-requirements",
        noun: "competence requirement",
        table: "competence_requirement",
        prefix: "CRQ",
        clause: "7 Support",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[Reference::one("ownerId", "User", "owner")],
        search: &["skill"],
        sorts: &["skill"],
        computed: &[
            Computed { name: "holders", sql: holders_who!() },
            Computed { name: "unmet", sql: for_exporters!(holders_who!(unmet!())) },
            Computed {
                name: "undeveloped",
                sql: for_exporters!(holders_who!(
                    unmet!(),
                    " AND NOT EXISTS (SELECT 1 FROM {TrainingAssignment} t ",
                    "JOIN {Training.requirementIds} l ON l.source_id = t.training_id ",
                    "WHERE t.person_id = u.id AND t.state IN ('assigned', 'failed') AND t.retired_at IS NULL ",
                    "AND l.target_id = {self}.\"id\")"
                )),
            },
            Computed::OVERDUE,
            Computed::ORPHANED,
        ],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(
        _caller: &Caller,
        _old: Option<&competence_requirement::Model>,
        row: &mut competence_requirement::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("level", row.level, 1..=4);
        faults.when(row.role.is_none() && row.duty.is_none(), "role", "or a duty says who must be able to (7.2 a)");
        faults.settle()
    }
}
