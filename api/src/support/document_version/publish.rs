//! Publication: the one before gives way (I-16), the audience is kept (I-19), readers have until a day to acknowledge.

use super::DocumentVersion;
use super::acts::numbers;
use super::settle::content_hash;
use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Because, Error, Nothing, Outcome};
use crate::store::{Query, Test};
use crate::support::document::{Document, is_for_too_many};
use chrono::{Days, NaiveDate};
use isms_authz::Action as Verb;
use isms_entity::Ids;
use isms_entity::months_on;
use isms_entity::support::document::{self, DocumentState};
use isms_entity::support::document_version::{self, VersionState};
use uuid::Uuid;

/// What is published of a document, in all languages.
///
/// # Errors
/// When the database does not answer.
pub async fn published(caller: &Caller, document: Uuid) -> Outcome<Vec<document_version::Model>> {
    let query = Query::of([Test::is("document_id", document), Test::is("state", "published")]);
    caller.for_rules::<DocumentVersion>(&query).await
}

/// Approved → published.
pub struct Publish;

impl Act for Publish {
    type Of = DocumentVersion;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "publish",
        verb: Verb::Update,
        from: &["approved"],
        summary: "Put it in force for its audience; the one before in this language is superseded (7.5.3)",
    };

    async fn run(caller: &Caller, row: &mut document_version::Model, _input: Nothing) -> Outcome<()> {
        let document = caller.fetch::<Document>(row.document_id).await?.row;
        let audience = audience(caller, &document)?;
        if row.content_hash != content_hash(row) {
            return Err(Error::Conflict("the content is not what was approved (I-01)".into()));
        }
        let others = published(caller, document.id).await?;
        let before = others.iter().find(|other| other.language == row.language);
        if before.is_some_and(|before| numbers(before) > numbers(row)) {
            return Err(Error::Conflict("a later version is published already".into()));
        }
        let today = caller.today();
        if let Some(day) = row.effective_on.filter(|day| *day > caller.latest_day()) {
            return Err(Error::Conflict(format!(
                "it takes effect on {day}: until then the version before is in force"
            )));
        }
        row.acknowledgement_required = document.acknowledgement_required;
        row.acknowledge_by = acknowledge_by(&document, before, row, today);
        row.effective_on = row.effective_on.filter(|day| *day > today).or(Some(today));
        row.audience_ids = Ids(audience);
        row.published_at = Some(caller.now());
        row.state = VersionState::Published;
        if let Some(before) = before {
            let permit = caller.permit::<DocumentVersion>(Verb::Update, before)?;
            let after = document_version::Model {
                state: VersionState::Superseded,
                superseded_at: Some(caller.now()),
                ..before.clone()
            };
            caller.update(permit, before, after, "supersede").await?;
        }
        let now = others.iter().filter(|other| other.language != row.language).chain([&*row]);
        let after = document::Model {
            published_to_ids: units(now),
            review_on: months_on(today, document.review_months),
            ..document.clone()
        };
        tell_document(caller, &document, after, "publish").await
    }
}

/// The units that a document is published to: those it names, else its own (I-19, I-20).
fn audience(caller: &Caller, document: &document::Model) -> Outcome<Vec<Uuid>> {
    if document.state != DocumentState::Active || document.retired_at.is_some() {
        return Err(Error::Conflict("the document has been withdrawn".into()));
    }
    let named = &document.audience_ids.0;
    let audience = if named.is_empty() { vec![document.unit_id] } else { named.clone() };
    if is_for_too_many(caller, document, &audience) {
        let why = "what is restricted is not published to the whole organisation: name its audience first (I-20)";
        return Err(Error::Conflict(why.into()));
    }
    Ok(audience)
}

/// By when readers acknowledge: a minor version leaves them the day that its edition had (I-17).
fn acknowledge_by(
    document: &document::Model,
    before: Option<&document_version::Model>,
    row: &document_version::Model,
    today: NaiveDate,
) -> Option<NaiveDate> {
    if !document.acknowledgement_required {
        return None;
    }
    let had = before.filter(|before| before.edition == row.edition).and_then(|before| before.acknowledge_by);
    let days = Days::new(u64::try_from(document.acknowledge_within_days).unwrap_or_default());
    had.or_else(|| today.checked_add_days(days))
}

fn units<'v>(versions: impl Iterator<Item = &'v document_version::Model>) -> Ids {
    let mut units: Vec<Uuid> = versions.flat_map(|version| version.audience_ids.0.iter().copied()).collect();
    units.sort_unstable();
    units.dedup();
    Ids(units)
}

async fn tell_document(caller: &Caller, before: &document::Model, after: document::Model, act: &str) -> Outcome<()> {
    let permit = caller.permit::<Document>(Verb::Update, before)?;
    caller.update(permit, before, after, act).await.map(drop)
}

/// → withdrawn.
pub struct Withdraw;

impl Act for Withdraw {
    type Of = DocumentVersion;
    type Input = Because;
    const SPEC: ActSpec = ActSpec {
        name: "withdraw",
        verb: Verb::Close,
        from: &["approved", "published"],
        summary: "Take this version back, and say why",
    };

    async fn run(caller: &Caller, row: &mut document_version::Model, input: Because) -> Outcome<()> {
        row.decision = Some(input.given()?);
        row.superseded_at = Some(caller.now());
        if row.state == VersionState::Published {
            let document = caller.fetch::<Document>(row.document_id).await?.row;
            let others = published(caller, document.id).await?;
            let published_to_ids = units(others.iter().filter(|other| other.id != row.id));
            let after = document::Model { published_to_ids, ..document.clone() };
            tell_document(caller, &document, after, "withdraw").await?;
        }
        row.state = VersionState::Withdrawn;
        Ok(())
    }
}
