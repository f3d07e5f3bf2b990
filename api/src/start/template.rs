//! The templates as data: records to make, in order, and documents to draft.

use super::Template;
use crate::resource::Outcome;
use chrono::{Days, NaiveDate};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A record to make.
#[derive(Debug, Deserialize)]
pub struct Entry {
    /// The address of its type.
    #[serde(rename = "in")]
    pub records: String,
    /// What others in the template call it, as `@key`.
    pub key: Option<String>,
    /// The field that it is known again by, when it has no name or title.
    #[serde(rename = "match")]
    pub known_by: Option<String>,
    /// Its draft, with `@key` for other records and `@day+n` for days from today.
    pub draft: Value,
}

/// A document to draft.
pub struct Paper {
    /// Its title.
    pub title: &'static str,
    /// Policy, topic policy or procedure.
    pub kind: &'static str,
    /// The clauses and controls that it fulfils.
    pub requirements: &'static [&'static str],
    /// Its text in Markdown.
    pub body: &'static str,
}

macro_rules! papers {
    ($($file:literal, $title:literal, $kind:literal, [$($requirement:literal),*];)+) => {
        /// The documents of every template.
        pub const PAPERS: &[Paper] = &[$(Paper {
            title: $title, kind: $kind, requirements: &[$($requirement),*],
            body: include_str!(concat!("documents/", $file, ".md")),
        }),+];
    };
}

papers! {
    "information-security-policy", "Information security policy", "policy", ["5.2", "A.5.1"];
    "risk-management-procedure", "Managing risks", "procedure", ["6.1.2", "6.1.3", "8.2", "8.3"];
    "access-control-policy", "Access control", "topicPolicy", ["A.5.15", "A.5.16", "A.5.18", "A.8.2", "A.8.3"];
    "acceptable-use", "Using information and equipment", "topicPolicy", ["A.5.10", "A.7.7", "A.8.1"];
    "asset-management", "Keeping track of assets", "topicPolicy", ["A.5.9", "A.5.11", "A.7.14"];
    "classification", "Classifying and handling information", "topicPolicy", ["A.5.12", "A.5.13", "A.5.14"];
    "supplier-security", "Security with suppliers", "topicPolicy", ["A.5.19", "A.5.20", "A.5.21", "A.5.22", "A.5.23"];
    "incident-management", "Dealing with incidents", "procedure", ["A.5.24", "A.5.25", "A.5.26", "A.5.27", "A.5.28", "A.6.8"];
    "business-continuity", "Continuity", "plan", ["A.5.29", "A.5.30"];
    "backup", "Backups", "topicPolicy", ["A.8.13"];
    "secure-development", "Developing securely", "topicPolicy", ["A.8.25", "A.8.26", "A.8.28", "A.8.29", "A.8.31"];
    "change-management", "Changing things in a planned way", "procedure", ["6.3", "8.1", "A.8.32"];
    "physical-security", "Protecting premises", "topicPolicy", ["A.7.1", "A.7.2", "A.7.3", "A.7.4"];
    "remote-working", "Working elsewhere", "topicPolicy", ["A.6.7", "A.7.9"];
    "people-security", "People, from first day to last", "topicPolicy", ["7.2", "7.3", "A.6.1", "A.6.2", "A.6.3", "A.6.5"];
    "document-control", "Keeping documents", "procedure", ["7.5.1", "7.5.2", "7.5.3", "A.5.37"];
    "internal-audit-procedure", "Auditing ourselves", "procedure", ["9.2.1", "9.2.2", "A.5.35"];
    "corrective-action-procedure", "Putting things right", "procedure", ["10.1", "10.2"];
    "cryptography", "Using cryptography", "topicPolicy", ["A.8.24"];
    "logging-monitoring", "Logging and watching", "topicPolicy", ["A.8.15", "A.8.16", "A.8.17"];
}

/// The records of a template: those of its own first, for the common ones may lie in its units.
///
/// # Errors
/// When a template is not readable, which a test would have told.
pub fn entries(template: Template) -> Outcome<Vec<Entry>> {
    let own = match template {
        Template::SmallCompany => include_str!("templates/smallCompany.json"),
        Template::SoftwareCompany => include_str!("templates/softwareCompany.json"),
        Template::Manufacturer => include_str!("templates/manufacturer.json"),
    };
    let mut entries: Vec<Entry> = serde_json::from_str(own)?;
    entries.extend(serde_json::from_str::<Vec<Entry>>(include_str!("templates/common.json"))?);
    Ok(entries)
}

/// What stands for something that is known only when the set-up runs.
pub struct Known<'a> {
    /// The organisation's name.
    pub organisation: &'a str,
    /// Today.
    pub today: NaiveDate,
    /// Records by their keys.
    pub keys: &'a HashMap<String, Uuid>,
}

impl Known<'_> {
    /// The draft with everything filled in. A key of a record that was left to somebody else is left out of lists and
    /// reads as nothing elsewhere.
    pub fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).filter(|item| !item.is_null()).collect(),
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect())
            }
            other => other.clone(),
        }
    }

    fn text(&self, text: &str) -> Value {
        let day = text.strip_prefix("@day+").and_then(|days| days.parse().ok()).map(Days::new);
        match (day, text.strip_prefix('@')) {
            (Some(days), _) => self.today.checked_add_days(days).map_or(Value::Null, |day| day.to_string().into()),
            (None, Some(key)) => self.keys.get(key).map_or(Value::Null, |id| id.to_string().into()),
            _ => text.replace("{organisation}", self.organisation).into(),
        }
    }
}
