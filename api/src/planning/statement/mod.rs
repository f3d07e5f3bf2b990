//! The Statement of Applicability (clause 6.1.3 d): a live draft always drawn from the controls, frozen in versions.

mod acts;
mod build;
mod diff;

pub use acts::{Approve, Reject};
pub use build::{Draft, Entry, build};
pub use diff::{Difference, diff};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Act, Error, NothingComputed, Outcome, Resource, Spec, derive_fields, word};
use crate::store::Query;
use isms_entity::Json;
use isms_entity::planning::statement;

/// The statement in one of its versions.
pub struct Statement;

impl Resource for Statement {
    type Entity = statement::Entity;
    type Row = statement::Model;
    type Draft = statement::Draft;
    type Kept = statement::Kept;
    type Computed = NothingComputed;

    const SPEC: Spec = Spec {
        name: "Statement",
        policy_type: "Statement",
        plural: "statements",
        noun: "Statement of Applicability",
        table: "statement",
        prefix: "SOA",
        clause: "6 Planning",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        search: &["title", "scope"],
        sorts: &["edition"],
        acts: &[Approve::SPEC, Reject::SPEC],
        editable_in: &["inReview"],
        ..Spec::PLAIN
    };

    derive_fields!();

    fn state(row: &statement::Model) -> Option<String> {
        Some(word(&row.state))
    }

    /// Making a version freezes the live draft as it stands; it must have no gaps (I-42, I-43).
    async fn settle(caller: &Caller, old: Option<&statement::Model>, row: &mut statement::Model) -> Outcome<()> {
        if old.is_some() {
            return Ok(());
        }
        let draft = build(caller).await?;
        if !draft.gaps.is_empty() {
            return Err(Error::Invalid(draft.gaps));
        }
        let all = caller.all::<Self>(&Query::default().with_retired()).await?;
        row.edition = all.iter().map(|found| found.row.edition).max().unwrap_or_default() + 1;
        row.entries = Json(serde_json::to_value(&draft.entries)?);
        row.content_hash = hash(&row.entries);
        Ok(())
    }
}

/// SHA-256 of the entries as canonical JSON: checked again whenever the version is approved or exported (I-01).
pub(crate) fn hash(entries: &Json) -> String {
    super::digest(&entries.0)
}

/// The frozen entries of a version, with their digest checked (I-01).
///
/// # Errors
/// When they are not what was frozen.
pub fn entries(row: &statement::Model) -> Outcome<Vec<Entry>> {
    if hash(&row.entries) != row.content_hash {
        return Err(Error::Internal(format!("the entries of {} are not those that were frozen", row.reference)));
    }
    Ok(serde_json::from_value(row.entries.0.clone())?)
}
