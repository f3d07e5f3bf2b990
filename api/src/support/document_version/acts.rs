//! The path of a version up to its approval by somebody who has not written it (7.5.2 c, I-02).

use super::DocumentVersion;
use super::settle::{active_document, content_hash};
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Faults, Nothing, Outcome, is_told, refuse_authors};
use crate::store::{Query, Test};
use isms_authz::Action as Verb;
use isms_entity::Recorded;
use isms_entity::leadership::role_assignment::Role;
use isms_entity::support::document::DocumentKind;
use isms_entity::support::document_version::{self, VersionState};

/// Draft → in review.
pub struct Submit;

impl Act for Submit {
    type Of = DocumentVersion;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "submit",
        verb: Verb::Update,
        from: &["draft"],
        summary: "It is written: give it its number and ask for approval",
    };

    async fn run(caller: &Caller, row: &mut document_version::Model, _input: Nothing) -> Outcome<()> {
        active_document(caller, row).await?;
        let query = Query::of([Test::is("document_id", row.document_id), Test::is("language", row.language.clone())]);
        let numbered = caller.for_rules::<DocumentVersion>(&query.with_retired()).await?;
        let last = numbered.iter().filter(|version| version.id != row.id).filter_map(numbers).max();
        let mut faults = Faults::default();
        let is_elsewhere = is_told(row.link.as_ref()) && row.digest.is_some();
        if !is_elsewhere && row.content_id.is_none() {
            let detail = "holds the content, unless it has a file, or a link and a digest say where it is kept";
            faults.told("body", row.body.as_ref(), detail);
        }
        if last.is_some() {
            faults.told("changeSummary", row.change_summary.as_ref(), "a later version says what is new (7.5.2 a)");
        }
        faults.settle()?;
        let (edition, minor) = match last {
            None => (1, 0),
            Some((edition, _)) if row.major => (edition + 1, 0),
            Some((edition, minor)) => (edition, minor + 1),
        };
        row.major = minor == 0;
        row.submitted_at = Some(caller.now());
        row.edition = edition;
        row.number = format!("{edition}.{minor}");
        row.decision = None;
        row.state = VersionState::InReview;
        Ok(())
    }
}

/// The major and minor number of a version that has been submitted.
pub(super) fn numbers(row: &document_version::Model) -> Option<(i32, i32)> {
    let (_, minor) = row.number.split_once('.')?;
    Some((row.edition, minor.parse().ok()?))
}

/// In review → approved.
pub struct Approve;

impl Act for Approve {
    type Of = DocumentVersion;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "approve",
        verb: Verb::Approve,
        from: &["inReview"],
        summary: "Somebody who has not written it finds it suitable (7.5.2 c)",
    };

    async fn run(caller: &Caller, row: &mut document_version::Model, _input: Nothing) -> Outcome<()> {
        active_document(caller, row).await?;
        refuse_authors(caller, &row.common(), &row.author_ids, None)?;
        if row.kind == DocumentKind::Policy && !caller.holds(Role::Management, row.unit_id) {
            return Err(Error::Conflict("the information security policy is management's to approve (5.2)".into()));
        }
        row.content_hash = content_hash(row);
        row.approved_by = Some(caller.id());
        row.approved_at = Some(caller.now());
        row.state = VersionState::Approved;
        Ok(())
    }
}

/// In review → draft.
pub struct Reject;

impl Act for Reject {
    type Of = DocumentVersion;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "reject",
        verb: Verb::Approve,
        from: &["inReview"],
        summary: "Send it back to its authors with a reason",
    };

    async fn run(_caller: &Caller, row: &mut document_version::Model, input: Because) -> Outcome<()> {
        row.decision = Some(input.given()?);
        row.number = String::new();
        row.edition = 0;
        row.state = VersionState::Draft;
        Ok(())
    }
}
