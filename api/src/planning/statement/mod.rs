//! The Statement of Applicability (clause 6.1.3 d): a live draft always drawn from the controls, frozen in versions.

mod acts;
mod build;
mod diff;
mod rest;
mod sheet;
mod version;

pub use acts::{Approve, Reject};
pub use build::{Draft, TO_BE_JUSTIFIED, build};
pub use diff::{Difference, diff};
pub use rest::register;
pub use version::{Version, organisation};

use crate::caller::Caller;
use crate::resource::{Error, Frozen, NothingComputed, Outcome, Resource, Spec, digest, edition, record_of, word};
use crate::store::Found;
use crate::support::evidence::Evidence;
use isms_authz::{Attribute, Kind};
use isms_entity::planning::statement::{self, StatementEntries, StatementEntry};
use serde_json::{Value, json};

/// The statement in one of its versions.
pub struct Statement;

impl Resource for Statement {
    record_of!(statement, NothingComputed; Approve, Reject);

    const SPEC: Spec = Spec {
        name: "Statement",
        policy_type: "Statement",
        plural: "statements",
        noun: "Statement of Applicability",
        table: "statement",
        prefix: "SOA",
        clause: "6 Planning",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        frozen: &[REFERENCES, EVIDENCE, CONTROLS, OWNERS],
        search: &["title", "scope"],
        sorts: &["edition"],
        acts: Self::ACTS,
        editable_in: &["inReview"],
        ..Spec::PLAIN
    };

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
        row.edition = edition::next::<Self>(caller, row.unit_id, |row| row.edition).await?;
        row.entries = StatementEntries(serde_json::to_value(&draft.entries)?);
        row.content_hash = digest(&row.entries.0);
        Ok(())
    }
}

/// Which risks rest on a control, and what proves it, is for those who see all risks.
const REFERENCES: Frozen = Frozen {
    column: "entries",
    of: &["Risk"],
    outside: false,
    blank: |entries, _| {
        for entry in each(entries) {
            for references in ["risks", "evidence"] {
                entry.insert(references.into(), json!([]));
            }
        }
    },
};

/// What proves a control is not told to external auditors whose engagement covers no evidence.
const EVIDENCE: Frozen = Frozen {
    column: "entries",
    of: &["Evidence"],
    outside: true,
    blank: |entries, remit| {
        if remit.is_some_and(|remit| remit.kinds.iter().all(|kind| kind != Evidence::SPEC.plural)) {
            each(entries).for_each(|entry| drop(entry.insert("evidence".into(), json!([]))));
        }
    },
};

/// External auditors see the entries of the controls that their engagement names.
const CONTROLS: Frozen = Frozen {
    column: "entries",
    of: &["Control"],
    outside: true,
    blank: |entries, remit| {
        let (Some(list), Some(remit)) = (entries.as_array_mut(), remit) else { return };
        let named = |entry: &Value| remit.controls.iter().any(|id| entry["controlId"] == id.to_string());
        list.retain(|entry| remit.kinds.iter().any(|kind| kind == "controls") && named(entry));
    },
};

/// Who answers for a control is for those who know the people.
const OWNERS: Frozen = Frozen {
    column: "entries",
    of: &["User"],
    outside: true,
    blank: |entries, _| each(entries).for_each(|entry| drop(entry.insert("ownerId".into(), Value::Null))),
};

fn each(entries: &mut Value) -> impl Iterator<Item = &mut serde_json::Map<String, Value>> {
    entries.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut)
}

/// Checks that the entries of a version are those that were frozen (I-01).
///
/// # Errors
/// When they are not.
pub fn check(row: &statement::Model) -> Outcome<()> {
    if digest(&row.entries.0) == row.content_hash {
        Ok(())
    } else {
        Err(Error::Internal(format!("the entries of {} are not those that were frozen", row.reference)))
    }
}

/// The frozen entries of a version as far as the caller may see them.
///
/// # Errors
/// When they are not what was frozen.
pub fn entries(found: &Found<Statement>) -> Outcome<Vec<StatementEntry>> {
    check(&found.row)?;
    Ok(serde_json::from_value(found.shown().entries.0.clone())?)
}
