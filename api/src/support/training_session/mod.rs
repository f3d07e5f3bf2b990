//! Dates on which a course is held (clause 7.3): who was there has taken it.

mod acts;

pub use acts::{Cancel, Hold};

use crate::caller::Caller;
use crate::resource::{Error, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use crate::support::training::Training;
use isms_authz::{Attribute, Kind};
use isms_entity::support::training_session;

/// A training session.
pub struct TrainingSession;

impl Resource for TrainingSession {
    record_of!(training_session, NothingComputed; Hold, Cancel);

    const SPEC: Spec = Spec {
        name: "TrainingSession",
        policy_type: "TrainingSession",
        plural: "training-sessions",
        noun: "training session",
        table: "training_session",
        prefix: "TRS",
        clause: "7 Support",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::optional("trainingOwner", "training_owner_id", Kind::Entity("User")),
        ],
        references: &[
            Reference::one("trainingId", "Training", "training"),
            Reference::one("trainingOwnerId", "User", "trainingOwner").copied(),
        ],
        personal: &["trainer"],
        sensitive: &["trainer", "notes"],
        search: &["title"],
        sorts: &["heldOn"],
        acts: Self::ACTS,
        editable_in: &["planned"],
        follows: true,
        ..Spec::PLAIN
    };

    fn state(row: &training_session::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&training_session::Model>,
        row: &mut training_session::Model,
    ) -> Outcome<()> {
        if old.is_some_and(|old| old.training_id != row.training_id) {
            return Err(Error::field("/trainingId", "stays the same course"));
        }
        let training = caller.named::<Training>("/trainingId", row.training_id).await?;
        row.unit_id = training.row.unit_id;
        row.training_owner_id = training.row.owner_id;
        Ok(())
    }
}
