//! People and services (clause 5.3).

mod erase;

pub use erase::Erase;

use super::api_token::ApiToken;
use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Error, NothingComputed, Outcome, Reference, Resource, Spec, record_of};
use crate::store::{Query, Test, Writing};
use crate::support::competence::Competence;
use crate::support::training_assignment::TrainingAssignment;
use isms_entity::leadership::user;

/// A person or service.
pub struct User;

impl Resource for User {
    record_of!(user, NothingComputed; Erase);

    const SPEC: Spec = Spec {
        name: "User",
        policy_type: "Account",
        plural: "users",
        noun: "user",
        table: "user",
        prefix: "USR",
        clause: "5 Leadership",
        attributes: &[Attribute::new("user", "id", Kind::Entity("User"))],
        references: &[Reference::one("managerId", "User", "manager")],
        personal: &["name", "email", "job_title"],
        sensitive: &["email"],
        search: &["name", "email", "jobTitle"],
        sorts: &["name", "email"],
        acts: Self::ACTS,
        grants_access: true,
        ..Spec::PLAIN
    };

    async fn settle(caller: &Caller, old: Option<&user::Model>, row: &mut user::Model) -> Outcome<()> {
        if old.is_some_and(|old| old.erased_at.is_some() && row.retired_at == old.retired_at) {
            return Err(Error::Conflict("their personal data were erased: nothing is written of them any more".into()));
        }
        row.email = row.email.trim().to_lowercase();
        let valid = row.email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !row.email.contains(char::is_whitespace)
        });
        if !valid {
            return Err(Error::field("/email", "is not an email address"));
        }
        if old.is_some_and(|old| old.kind != row.kind) {
            return Err(Error::field("/kind", "stays what it was: the trail names actors by it"));
        }
        if row.id == caller.id() && (!row.active || row.retired_at.is_some()) {
            return Err(Error::Conflict("nobody locks themselves out".into()));
        }
        Ok(())
    }

    /// What people can do, which courses they take and the tokens that act for them lie where they work, and go there
    /// with them.
    async fn stored(caller: &Writing<'_>, old: Option<&user::Model>, row: &user::Model) -> Outcome<()> {
        if old.is_some_and(|old| old.erased_at.is_none()) && row.erased_at.is_some() {
            return caller.erase_past::<Self>(row).await;
        }
        if old.is_none_or(|old| old.unit_id == row.unit_id) {
            return Ok(());
        }
        let theirs = Query::of([Test::is("person_id", row.id)]).with_retired();
        let competences = caller.for_rules::<Competence>(&theirs).await?;
        caller.follow::<Competence>(competences, |theirs| theirs.unit_id = row.unit_id).await?;
        let assignments = caller.for_rules::<TrainingAssignment>(&theirs).await?;
        caller.follow::<TrainingAssignment>(assignments, |theirs| theirs.unit_id = row.unit_id).await?;
        let theirs = Query::of([Test::is("user_id", row.id)]).with_retired();
        let tokens = caller.for_rules::<ApiToken>(&theirs).await?;
        caller.follow::<ApiToken>(tokens, |theirs| theirs.unit_id = row.unit_id).await
    }
}
