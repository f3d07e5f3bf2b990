//! What somebody is able to do, and what proves it (clause 7.2 b and d): confirmed by somebody else (I-02), and with a
//! pointer to the proof instead of what stands in personal files (I-76).

use crate::caller::Caller;
use crate::leadership::user::User;
use crate::resource::{
    Act, ActSpec, Computed, Error, Faults, Nothing, Outcome, Reference, Resource, Spec, authors, record_of,
    refuse_authors, word,
};
use isms_authz::{Action, Attribute, Kind};
use isms_entity::Recorded;
use isms_entity::support::competence::{self, CompetenceState};
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A competence.
pub struct Competence;

/// The longest pointer to a proof, characters.
const POINTER: usize = 200;

/// Whether it counts today (I-08).
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Its last day has passed.
    pub expired: bool,
    /// Confirmed and not expired.
    pub valid: bool,
}

impl Resource for Competence {
    record_of!(competence, Standing; Confirm);

    const SPEC: Spec = Spec {
        name: "Competence",
        policy_type: "Competence",
        plural: "competences",
        noun: "competence",
        table: "competence",
        prefix: "CMP",
        clause: "7 Support",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("person", "person_id", Kind::Entity("User")),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::one("personId", "User", "person"),
            Reference::one("requirementId", "CompetenceRequirement", "requirement"),
            Reference::one("confirmedBy", "User", "confirmer"),
            Reference::many("authorIds", "User", "authors"),
        ],
        sensitive: &["evidence"],
        computed: &[
            Computed {
                name: "expired",
                sql: "({self}.\"valid_until\" IS NOT NULL AND {self}.\"valid_until\" < {today})",
            },
            Computed {
                name: "valid",
                sql: "({self}.\"state\" = 'confirmed' AND ({self}.\"valid_until\" IS NULL OR {self}.\"valid_until\" >= {today}))",
            },
        ],
        acts: Self::ACTS,
        follows: true,
        ..Spec::PLAIN
    };

    fn state(row: &competence::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&competence::Model>, row: &mut competence::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("level", row.level, 1..=4);
        faults.when(old.is_some_and(|old| old.person_id != row.person_id), "personId", "stays the same person");
        let is_pointer = |text: &String| text.chars().count() <= POINTER && !text.contains(['\n', '\r']);
        faults.when(
            row.evidence.as_ref().is_some_and(|text| !is_pointer(text)),
            "evidence",
            "points to the proof in one line; what stands in personal files stays there (I-76)",
        );
        faults.settle()?;
        let person = caller.named::<User>("/personId", row.person_id).await?;
        // It lies where the person works, so that nobody moves it out of their manager's sight.
        row.unit_id = person.row.unit_id;
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        // What was confirmed was this and nothing else.
        let told = |r: &competence::Model| (r.requirement_id, r.level, r.basis, r.evidence.clone(), r.valid_until);
        if old.is_some_and(|old| told(old) != told(row)) {
            (row.state, row.confirmed_by, row.confirmed_at) = (CompetenceState::Claimed, None, None);
        }
        Ok(())
    }
}

/// Claimed → confirmed.
pub struct Confirm;

impl Act for Confirm {
    type Of = Competence;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "confirm",
        verb: Action::Approve,
        from: &["claimed"],
        summary: "Somebody else has seen the proof (7.2 d)",
    };

    async fn run(caller: &Caller, row: &mut competence::Model, _input: Nothing) -> Outcome<()> {
        if row.person_id == caller.id() {
            return Err(Error::Conflict("nobody confirms what they can do themselves (I-02)".into()));
        }
        refuse_authors(caller, &row.common(), &row.author_ids, None)?;
        let mut faults = Faults::default();
        faults.told("evidence", row.evidence.as_ref(), "points to the proof (7.2 d)");
        faults.when(row.valid_until.is_some_and(|until| until < caller.today()), "validUntil", "has passed");
        faults.settle()?;
        row.state = CompetenceState::Confirmed;
        row.confirmed_by = Some(caller.id());
        row.confirmed_at = Some(caller.now());
        Ok(())
    }
}
