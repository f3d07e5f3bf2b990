//! One version of the statement as it is handed out: as a sheet, as a workbook, to print.

use super::sheet::{self, Front};
use super::{Statement, entries};
use crate::caller::Caller;
use crate::context::organisation::Organisation;
use crate::leadership::user::User;
use crate::resource::export::{self, Sheet, words};
use crate::resource::heavy::Line;
use crate::resource::{Outcome, Resource, word};
use crate::store::{Found, Label, Query};
use chrono::{DateTime, SecondsFormat, Utc};
use isms_entity::planning::control::{Applicability, ControlOrigin, ControlStatus, ControlTheme};
use isms_entity::planning::statement::StatementEntry;
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// A version with the names that it needs.
pub struct Version {
    /// What its front says.
    pub front: Front,
    /// Its entries as the caller sees them.
    pub entries: Vec<StatementEntry>,
    /// What the owners are called.
    pub owners: HashMap<Uuid, String>,
    /// What its file is called.
    pub name: String,
}

impl Version {
    /// Lays out a version that was read.
    ///
    /// # Errors
    /// When its entries are not those that were frozen.
    pub async fn of(caller: &Caller, found: Found<Statement>) -> Outcome<Self> {
        let (entries, row) = (entries(&found)?, found.row);
        let approver = match row.approved_by {
            Some(id) => caller.fetch::<User>(id).await.map(|found| found.row.name).unwrap_or_default(),
            None => String::new(),
        };
        let approved_at =
            row.approved_at.map(|at| DateTime::<Utc>::from(at).to_rfc3339_opts(SecondsFormat::Secs, true));
        let front = Front {
            organisation: organisation(caller).await?,
            title: row.title.clone(),
            scope: row.scope.clone().unwrap_or_default(),
            version: row.edition.to_string(),
            state: word(&row.state),
            approved_by: approver,
            approved_at: approved_at.unwrap_or_default(),
            digest: row.content_hash.clone(),
        };
        let owners = owners(caller, &entries).await?;
        Ok(Self { front, entries, owners, name: format!("statement-of-applicability-{}", row.edition) })
    }

    /// The sheets of its workbook.
    pub fn sheets(&self) -> Vec<Sheet> {
        sheet::sheets(&self.front, &self.entries, &self.owners)
    }

    /// It on paper, as PDF. The same version is the same bytes.
    ///
    /// # Errors
    /// When it is too long to be set, or too much is set at once.
    pub async fn print(&self, line: Line) -> Outcome<Vec<u8>> {
        export::print(line, include_str!("statement.typ"), &self.shown()).await
    }

    /// What the paper shows.
    pub fn shown(&self) -> Value {
        let front = &self.front;
        let parts = PARTS.iter().map(|(title, belongs)| {
            let entries = self.entries.iter().filter(|entry| belongs(entry)).map(|entry| self.told(entry));
            json!({"title": title, "entries": entries.collect::<Vec<_>>()})
        });
        let parts = parts.filter(|part| part["entries"] != json!([]));
        let count = |of: fn(&StatementEntry) -> bool| self.entries.iter().filter(|entry| of(entry)).count();
        json!({
            "organisation": front.organisation, "title": front.title, "version": front.version, "state": front.state,
            "approvedAt": front.approved_at, "approvedBy": front.approved_by, "scope": front.scope,
            "digest": front.digest, "parts": parts.collect::<Vec<_>>(),
            "counts": {
                "controls": count(|_| true), "applicable": count(applies),
                "excluded": count(|entry| entry.applicability == Applicability::Excluded),
                "implemented": count(|entry| applies(entry) && entry.status == ControlStatus::Implemented),
            },
        })
    }

    /// What the paper shows of an entry.
    fn told(&self, entry: &StatementEntry) -> Value {
        let decision = match entry.applicability {
            Applicability::Applicable => format!("Applies; {}", words(&word(&entry.status))),
            Applicability::Excluded => "Excluded".to_owned(),
            Applicability::Undecided => "Undecided".to_owned(),
        };
        let owner = entry.owner_id.and_then(|id| self.owners.get(&id));
        let rests = [
            owner.map(|owner| format!("Owner: {owner}")),
            (!entry.risks.is_empty()).then(|| format!("Risks: {}", entry.risks.join(", "))),
            (!entry.evidence.is_empty()).then(|| format!("Evidence: {}", entry.evidence.join(", "))),
            entry.target_on.map(|day| format!("Until {day}")),
        ];
        json!({
            "code": entry.code, "title": entry.title, "decision": decision,
            "reasons": entry.reasons.iter().map(|reason| words(reason)).collect::<Vec<_>>().join(", "),
            "justification": entry.justification, "description": entry.description,
            "rests": rests.into_iter().flatten().collect::<Vec<_>>(),
        })
    }
}

/// Whether an entry belongs to a part.
type Belongs = fn(&StatementEntry) -> bool;

/// The parts that the controls stand in: the themes of Annex A, and the organisation's own.
const PARTS: [(&str, Belongs); 5] = [
    ("Organisational controls", |entry| is_of(entry, ControlTheme::Organisational)),
    ("People controls", |entry| is_of(entry, ControlTheme::People)),
    ("Physical controls", |entry| is_of(entry, ControlTheme::Physical)),
    ("Technological controls", |entry| is_of(entry, ControlTheme::Technological)),
    ("Own controls", |entry| entry.origin == ControlOrigin::Own),
];

fn is_of(entry: &StatementEntry, theme: ControlTheme) -> bool {
    entry.origin == ControlOrigin::AnnexA && entry.theme == theme
}

fn applies(entry: &StatementEntry) -> bool {
    entry.applicability == Applicability::Applicable
}

/// What the organisation is called.
///
/// # Errors
/// When the database does not answer.
pub async fn organisation(caller: &Caller) -> Outcome<String> {
    let found = caller.all::<Organisation>(&Query::default()).await?;
    let row = found.into_iter().next().map(|found| found.row);
    Ok(row.map(|row| row.legal_name.unwrap_or(row.name)).unwrap_or_default())
}

/// What the owners are called, as far as the caller may know them.
///
/// # Errors
/// When the database does not answer.
pub async fn owners(caller: &Caller, entries: &[StatementEntry]) -> Outcome<HashMap<Uuid, String>> {
    let mut ids: Vec<Uuid> = entries.iter().filter_map(|entry| entry.owner_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let labels = caller.labels(User::SPEC.name, Some(&ids)).await?;
    Ok(labels.into_iter().map(|Label { id, name, reference, .. }| (id, name.unwrap_or(reference))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY: Line = Line::Request(Uuid::nil());

    fn version(change: impl FnOnce(&mut Version)) -> Version {
        let entry = json!({
            "controlId": Uuid::from_u128(1), "code": "A.5.1", "title": "Policies", "theme": "organisational",
            "origin": "annexA", "applicability": "applicable", "reasons": ["risk"], "justification": "It rests on it",
            "status": "planned", "description": "A folder", "ownerId": Uuid::from_u128(2), "risks": ["RSK-0001"],
            "evidence": ["EVI-0001"], "targetOn": "2026-12-01",
        });
        let entries = vec![serde_json::from_value(entry).unwrap()];
        let owners = HashMap::from([(Uuid::from_u128(2), "Olga".to_owned())]);
        let mut version = Version { front: Front::default(), entries, owners, name: String::new() };
        change(&mut version);
        version
    }

    #[tokio::test]
    async fn all_that_a_statement_says_shows_on_paper() {
        let first =
            |version: &mut Version, change: fn(&mut StatementEntry)| version.entries.iter_mut().for_each(change);
        let changes: [fn(&mut Version); 9] = [
            |version| version.front.scope = "All of it".into(),
            |version| version.front.approved_at = "2026-11-28T09:00:00Z".into(),
            |version| version.front.digest = "ab".into(),
            |version| drop(version.owners.insert(Uuid::from_u128(2), "Oskar".into())),
            |version| version.entries[0].origin = ControlOrigin::Own,
            |version| version.entries[0].status = ControlStatus::Implemented,
            |version| version.entries[0].applicability = Applicability::Excluded,
            |version| version.entries[0].target_on = None,
            |version| version.entries.clear(),
        ];
        let texts: [fn(&mut StatementEntry); 7] = [
            |entry| entry.code = "A.5.2".into(),
            |entry| entry.title = "Roles".into(),
            |entry| entry.justification = "A law".into(),
            |entry| entry.description = "A shelf".into(),
            |entry| entry.reasons = vec!["legal".into()],
            |entry| entry.risks = vec!["RSK-0002".into()],
            |entry| entry.evidence.clear(),
        ];
        let plain = version(|_| ()).print(BY).await.unwrap();
        for (place, change) in changes.into_iter().enumerate() {
            assert_ne!(version(change).print(BY).await.unwrap(), plain, "change {place}");
        }
        for (place, change) in texts.into_iter().enumerate() {
            let changed = version(|version| first(version, change));
            assert_ne!(changed.print(BY).await.unwrap(), plain, "text {place}");
        }
    }
}
