//! The rules of a version's content: it stays with its document, and whoever writes it is among its authors (I-02).

use crate::caller::Caller;
use crate::resource::{Error, Faults, Outcome, digest, if_found};
use crate::store::{Query, Test};
use crate::support::document::Document;
use isms_entity::support::document::{self, DocumentState};
use isms_entity::support::document_version;
use serde_json::json;

/// Checks what was written and takes over what policies ask of the document.
pub(super) async fn settle(
    caller: &Caller,
    old: Option<&document_version::Model>,
    row: &mut document_version::Model,
) -> Outcome<()> {
    if old.is_some_and(|old| old.document_id != row.document_id) {
        return Err(Error::field("/documentId", "a version stays with its document"));
    }
    let document = match old {
        None => if_found(caller.fetch::<Document>(row.document_id).await)?.map(|found| found.row),
        Some(_) => document_of(caller, row).await?,
    };
    let Some(document) = document else {
        return Err(Error::field("/documentId", format!("there is no document {}", row.document_id)));
    };
    let mut faults = Faults::default();
    faults.when(!is_language(&row.language), "language", "is a tag like en or de-AT (BCP 47)");
    faults.sha256("digest", row.digest.as_ref());
    faults.when(old.is_none() && !is_active(&document), "documentId", "has been withdrawn");
    write_authors(caller, old, row, &mut faults);
    faults.settle()?;
    row.unit_id = document.unit_id;
    row.kind = document.kind;
    row.classification = document.classification;
    row.document_owner_id = document.owner_id;
    Ok(())
}

/// Whoever has written stays among the authors, so that nobody approves their own words (I-02).
fn write_authors(
    caller: &Caller,
    old: Option<&document_version::Model>,
    row: &mut document_version::Model,
    faults: &mut Faults,
) {
    let words = |row: &document_version::Model| {
        let texts = [&row.body, &row.link, &row.digest, &row.content_digest].map(Clone::clone);
        (row.title.clone(), texts, row.language.clone())
    };
    if row.author_ids.0.is_empty() && old.is_none() {
        row.author_ids.0.push(caller.id());
    }
    let Some(old) = old else { return };
    let kept = old.author_ids.0.iter().all(|author| row.author_ids.0.contains(author));
    faults.when(!kept, "authorIds", "keeps everybody who has written this version (I-02)");
    if words(old) != words(row) && !row.author_ids.0.contains(&caller.id()) {
        row.author_ids.0.push(caller.id());
    }
}

fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts
        .next()
        .is_some_and(|part| (2..=3).contains(&part.len()) && part.chars().all(|letter| letter.is_ascii_lowercase()));
    first && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// The document, whether the caller may read it or not.
pub(super) async fn document_of(caller: &Caller, row: &document_version::Model) -> Outcome<Option<document::Model>> {
    let query = Query::of([Test::is("id", row.document_id)]).with_retired();
    Ok(caller.for_rules::<Document>(&query).await?.into_iter().next())
}

/// The document, which is in use.
pub(super) async fn active_document(caller: &Caller, row: &document_version::Model) -> Outcome<document::Model> {
    match document_of(caller, row).await?.filter(is_active) {
        Some(document) => Ok(document),
        None => Err(Error::Conflict("the document has been withdrawn".into())),
    }
}

fn is_active(document: &document::Model) -> bool {
    document.state == DocumentState::Active && document.retired_at.is_none()
}

/// Hash of what is approved (I-01).
pub(super) fn content_hash(row: &document_version::Model) -> String {
    digest(&json!([
        row.document_id,
        row.title,
        row.language,
        row.number,
        row.body,
        row.link,
        row.digest,
        row.content_digest,
        row.change_summary,
        row.author_ids,
    ]))
}
