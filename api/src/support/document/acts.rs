//! What is done with a document as a whole: looked at again, or taken out of use.

use super::Document;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Faults, Outcome};
use crate::support::document_version::{DocumentVersion, published};
use isms_authz::Action as Verb;
use isms_entity::Ids;
use isms_entity::months_on;
use isms_entity::support::document::{self, DocumentKind, DocumentReview, DocumentState};
use isms_entity::support::document_version::{self, VersionState};
use serde::Deserialize;
use utoipa::ToSchema;

/// Active → active, or withdrawn.
pub struct Review;

/// What a review found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reviewed {
    /// Whether it holds, is to be revised, or is not needed any more.
    pub outcome: DocumentReview,
    /// Why; needed unless it holds.
    pub note: Option<String>,
}

impl Act for Review {
    type Of = Document;
    type Input = Reviewed;
    const SPEC: ActSpec = ActSpec {
        name: "review",
        verb: Verb::Update,
        from: &["active"],
        summary: "It has been looked at again: it holds, is to be revised, or goes (A.5.1)",
    };

    async fn run(caller: &Caller, row: &mut document::Model, input: Reviewed) -> Outcome<()> {
        let mut faults = Faults::default();
        if input.outcome != DocumentReview::Confirmed {
            faults.told("note", input.note.as_ref(), "says what is to change, or why it goes");
        }
        faults.settle()?;
        match input.outcome {
            DocumentReview::Confirmed => {
                if row.published_to_ids.0.is_empty() && row.kind != DocumentKind::External {
                    return Err(Error::Conflict(
                        "nothing of this document is published that could be confirmed".into(),
                    ));
                }
                row.review_on = months_on(caller.today(), row.review_months);
            }
            DocumentReview::Revise => {}
            DocumentReview::Withdraw => take_back(caller, row, input.note.clone().unwrap_or_default()).await?,
        }
        row.reviewed_at = Some(caller.now());
        row.review_outcome = Some(input.outcome);
        row.review_note = input.note;
        Ok(())
    }
}

/// Active → withdrawn.
pub struct Withdraw;

impl Act for Withdraw {
    type Of = Document;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "withdraw",
        verb: Verb::Close,
        from: &["active"],
        summary: "Take it out of use with everything that is published of it, and say why",
    };

    async fn run(caller: &Caller, row: &mut document::Model, input: Because) -> Outcome<()> {
        take_back(caller, row, input.given()?).await
    }
}

async fn take_back(caller: &Caller, row: &mut document::Model, reason: String) -> Outcome<()> {
    for before in published(caller, row.id).await? {
        let permit = caller.permit::<DocumentVersion>(Verb::Close, &before)?;
        let after = document_version::Model {
            state: VersionState::Withdrawn,
            decision: Some(reason.clone()),
            superseded_at: Some(caller.now()),
            ..before.clone()
        };
        caller.update(permit, &before, after, "withdraw").await?;
    }
    row.published_to_ids = Ids::default();
    row.withdrawn_reason = Some(reason);
    row.state = DocumentState::Withdrawn;
    Ok(())
}
