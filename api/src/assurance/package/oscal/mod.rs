//! The records once more in NIST's Open Security Controls Assessment Language, for auditors' own programs: which controls
//! there are and apply, what audits and tests found, and what is done about it.
//!
//! All is read as the engagement's auditors see it. What OSCAL has no word for stands in properties of our own namespace.
//! People are not told of: they stand in the records.

mod audits;
mod catalog;
mod controls;
mod evidence;
mod findings;
mod form;
mod observations;
mod plan;
mod profile;
mod results;
mod risks;

use super::archive::Archive;
use crate::caller::Caller;
use crate::planning::statement::organisation;
use crate::resource::{Outcome, Resource};
use crate::store::{Found, Query};
use controls::Controls;
use form::{line, trimmed, uuid};
use isms_authz::Action;
use isms_entity::Time;
use isms_entity::evaluation::engagement;
use serde_json::{Value, json};
use std::io::{Seek, Write};

/// The version of OSCAL that is written; its published schema is what tests hold the files against.
const VERSION: &str = "1.2.3";

/// What all files are drawn from.
struct Scope<'a> {
    reader: &'a Caller,
    organisation: String,
    engagement: &'a engagement::Model,
    as_of: Time,
    controls: Controls,
    /// The files that are in the package already.
    paths: Vec<String>,
}

/// Adds the files to a package that has its records, documents and evidence; gives each with what it is.
///
/// # Errors
/// When the database does not answer, or the package cannot be written.
pub async fn oscal<W: Write + Seek>(
    reader: &Caller,
    archive: &mut Archive<W>,
    engagement: &engagement::Model,
    as_of: Time,
) -> Outcome<Vec<(String, String)>> {
    let scope = Scope {
        reader,
        organisation: line(&organisation(reader).await?),
        engagement,
        as_of,
        controls: Controls::of(seen(reader).await?),
        paths: archive.listed().iter().map(|file| file.path.clone()).collect(),
    };
    let documents = [
        ("catalog", "Catalogue: controls and clauses", Some(catalog::catalog(&scope))),
        ("profile", "Profile: which controls apply, and why or why not", Some(profile::profile(&scope))),
        ("assessment-results", "Assessment results: audits and tests", results::results(&scope).await?),
        (
            "plan-of-action-and-milestones",
            "Plan of action and milestones: nonconformities, actions and risks",
            plan::plan(&scope).await?,
        ),
    ];
    let mut files = Vec::new();
    for (kind, what, content) in documents {
        let Some(content) = content else { continue };
        let path = format!("oscal/{kind}.json");
        let document = trimmed(json!({kind: scope.document(kind, what, content)}));
        archive.add(&path, (serde_json::to_string_pretty(&document)? + "\n").as_bytes())?;
        files.push((path, what.to_owned()));
    }
    Ok(files)
}

/// All records of a kind that the reader may take out.
async fn seen<R: Resource>(reader: &Caller) -> Outcome<Vec<Found<R>>> {
    Ok(reader.list_for::<R>(Action::Export, &Query::default()).await?.items)
}

impl Scope<'_> {
    async fn seen<R: Resource>(&self) -> Outcome<Vec<Found<R>>> {
        seen(self.reader).await
    }

    /// What each document begins with, and its content. Its UUID says which content it is: that of another instant has
    /// another.
    fn document(&self, kind: &str, title: &str, mut content: Value) -> Value {
        if let Some(fields) = content.as_object_mut() {
            // Results and plan name controls as the profile does, and no plan of assessment leads a program to it.
            let follows = matches!(kind, "assessment-results" | "plan-of-action-and-milestones");
            let profile = follows.then(|| json!([{"href": "profile.json", "rel": "reference"}]));
            let of = uuid("organisation", self.reader.organisation());
            fields.insert("uuid".into(), json!(uuid(&format!("{kind}/{}", self.as_of.0), self.engagement.id)));
            fields.insert(
                "metadata".into(),
                json!({
                    "title": line(&format!("{title} ({})", self.organisation)),
                    "last-modified": self.as_of,
                    "version": self.as_of,
                    "oscal-version": VERSION,
                    "links": profile,
                    "props": [form::prop("engagement", &self.engagement.reference)],
                    "parties": [{"uuid": of, "type": "organization", "name": self.named()}],
                }),
            );
        }
        content
    }

    fn named(&self) -> Option<&str> {
        Some(self.organisation.as_str()).filter(|name| !name.is_empty())
    }
}
