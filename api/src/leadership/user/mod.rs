//! People and services (clause 5.3).

mod erase;

pub use erase::{Erase, ProposeErasure};

use super::api_token::ApiToken;
use crate::caller::Caller;
use crate::evaluation::invitation::Invitation;
use crate::resource::{Error, NothingComputed, Outcome, Reference, Resource, Spec, record_of};
use crate::store::{Found, Query, Test, Writing};
use crate::support::competence::Competence;
use crate::support::training_assignment::TrainingAssignment;
use isms_authz::{Action, Attribute, Kind};
use isms_entity::leadership::user;

/// A person or service.
pub struct User;

/// Whether the caller has rights over all that somebody holds: what it takes to make credentials for them. Changing,
/// shutting out and erasing them takes the same, by the same policies.
///
/// # Errors
/// [`Error::Denied`] says what it takes.
pub fn answers_for(caller: &Caller, person: &Found<User>) -> Outcome<()> {
    let refused =
        "it takes an administrator of everything that they hold: roles, duties, deputyships and records anywhere";
    match caller.permit_found(Action::Update, person) {
        Ok(_) => Ok(()),
        Err(Error::Denied(_)) => Err(Error::Denied(refused.into())),
        Err(other) => Err(other),
    }
}

impl Resource for User {
    record_of!(user, NothingComputed; ProposeErasure, Erase);

    const SPEC: Spec = Spec {
        name: "User",
        policy_type: "Account",
        plural: "users",
        noun: "user",
        table: "user",
        prefix: "USR",
        clause: "5 Leadership",
        attributes: &[Attribute::new("user", "id", Kind::Entity("User")), Attribute::HELD_BEYOND],
        references: &[
            Reference::one("managerId", "User", "manager"),
            Reference::one("erasureProposedById", "User", "erasureProposedBy"),
        ],
        personal: &["name", "email", "job_title"],
        sensitive: &["email"],
        search: &["name", "email", "jobTitle"],
        sorts: &["name", "email"],
        acts: Self::ACTS,
        grants_access: true,
        person: Some("id"),
        ..Spec::PLAIN
    };

    fn awaits(caller: &Caller, row: &user::Model, act: &str) -> bool {
        match act {
            "propose-erasure" => erase::may_be_proposed(caller, row).is_err(),
            "erase" => erase::may_be_erased(caller, row).is_err(),
            _ => false,
        }
    }

    async fn settle(caller: &Caller, old: Option<&user::Model>, row: &mut user::Model) -> Outcome<()> {
        if old.is_some_and(|old| old.erased_at.is_some()) {
            return Err(Error::Conflict("their personal data were erased: nothing is written of them any more".into()));
        }
        if row.active {
            // Whoever is back is not to be erased.
            (row.erasure_proposed_by_id, row.erasure_proposed_at, row.erasure_reason) = (None, None, None);
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
        if row.id == caller.id() && !row.active {
            return Err(locked_out());
        }
        Ok(())
    }

    async fn retiring(caller: &Caller, _old: &user::Model, row: &mut user::Model) -> Outcome<()> {
        if row.id == caller.id() && row.retired_at.is_some() { Err(locked_out()) } else { Ok(()) }
    }

    /// What people can do, which courses they take, the tokens that act for them and what invites them lie where they
    /// work, and go there with them.
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
        caller.follow::<ApiToken>(tokens, |theirs| theirs.unit_id = row.unit_id).await?;
        let invitations = caller.for_rules::<Invitation>(&theirs).await?;
        caller.follow::<Invitation>(invitations, |theirs| theirs.unit_id = row.unit_id).await
    }
}

fn locked_out() -> Error {
    Error::Conflict("nobody locks themselves out".into())
}
