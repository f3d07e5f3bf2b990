//! The rules of a document: outside ones name their issuer, restricted ones are not for everybody (I-20), and what
//! versions keep of it follows it.

use crate::caller::Caller;
use crate::resource::{Error, Faults, Outcome};
use crate::store::{Query, Test, Writing};
use crate::support::acknowledgement::Acknowledgement;
use crate::support::document_version::DocumentVersion;
use isms_authz::Action as Verb;
use isms_entity::planning::asset::Classification;
use isms_entity::support::document::{self, DocumentKind};
use isms_entity::support::document_version;
use uuid::Uuid;

/// Checks what was written.
pub(super) async fn settle(caller: &Caller, old: Option<&document::Model>, row: &document::Model) -> Outcome<()> {
    let mut faults = Faults::default();
    faults.range("acknowledgeWithinDays", row.acknowledge_within_days, 1..=365);
    faults.range("reviewMonths", row.review_months, 1..=120);
    faults.range("retentionMonths", row.retention_months.unwrap_or_default(), 0..=1200);
    if row.kind == DocumentKind::External {
        faults.told("issuer", row.issuer.as_ref(), "a document from outside names who issues it (7.5.3)");
    }
    if is_for_too_many(caller, row, &row.audience_ids.0) || is_for_too_many(caller, row, &row.published_to_ids.0) {
        faults.add("classification", "what is restricted is not published to the whole organisation (I-20)");
    }
    if let Some(old) = old.filter(|old| old.kind != row.kind)
        && versions(caller, old.id).await?.iter().any(|version| !version.number.is_empty())
    {
        faults.add("kind", "stays, once a version has been submitted: its approver depends on it (I-02)");
    }
    faults.settle()
}

/// What is published is withdrawn first.
pub(super) fn retiring(old: &document::Model, row: &document::Model) -> Outcome<()> {
    let goes = row.retired_at.is_some() && old.retired_at.is_none();
    if goes && !row.published_to_ids.0.is_empty() {
        return Err(Error::Conflict("a document that is published is withdrawn before it is retired".into()));
    }
    Ok(())
}

/// Whether a restricted document would be for the whole organisation (I-20).
pub(crate) fn is_for_too_many(caller: &Caller, row: &document::Model, audience: &[Uuid]) -> bool {
    row.classification == Classification::Restricted && audience.contains(&caller.access.root)
}

async fn versions(caller: &Caller, document: Uuid) -> Outcome<Vec<document_version::Model>> {
    caller.for_rules::<DocumentVersion>(&Query::of([Test::is("document_id", document)])).await
}

/// What versions and acknowledgements keep of their document for policies follows it.
pub(super) async fn tell_versions(
    caller: &Writing<'_>,
    old: Option<&document::Model>,
    row: &document::Model,
) -> Outcome<()> {
    let kept = |row: &document::Model| (row.unit_id, row.owner_id, row.kind, row.classification);
    if old.is_none_or(|old| kept(old) == kept(row)) {
        return Ok(());
    }
    for before in versions(caller, row.id).await? {
        let permit = caller.permit::<DocumentVersion>(Verb::Update, &before)?;
        let after = document_version::Model {
            unit_id: row.unit_id,
            document_owner_id: row.owner_id,
            kind: row.kind,
            classification: row.classification,
            ..before.clone()
        };
        caller.update(permit, &before, after, "follow").await?;
    }
    let of_this = Query::of([Test::is("document_id", row.id)]);
    let acknowledged = caller.for_rules::<Acknowledgement>(&of_this).await?;
    caller
        .follow::<Acknowledgement>(acknowledged, |made| {
            (made.unit_id, made.document_owner_id) = (row.unit_id, row.owner_id);
        })
        .await
}
