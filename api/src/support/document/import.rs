//! How documents stand in people's registers.

use super::Document;
use crate::resource::import::{Column, Import, column};

impl Import for Document {
    const COLUMNS: &'static [Column] = &[
        column("title", &["document", "document title", "document name", "name", "dokument", "titel"], &[]),
        column("description", &["purpose", "summary", "zweck", "beschreibung"], &[]),
        column("ownerId", &["document owner", "responsible", "verantwortlich", "eigentümer"], &[]),
        column("reviewMonths", &["review", "review every", "review cycle", "review interval", "prüfzyklus"], REVIEWS),
        column("requirements", &["clause", "clauses", "norm", "kapitel"], &[]),
        column("controlIds", &["control", "maßnahmen"], &[]),
        column("audienceIds", &["audience", "distribution", "verteiler", "zielgruppe"], &[]),
        column("retentionMonths", &["retention", "aufbewahrung"], &[]),
        column("issuer", &["issued by", "publisher", "herausgeber"], &[]),
        column("issuedEdition", &["edition", "ausgabe"], &[]),
        column("classification", &["class", "klassifizierung", "einstufung"], CLASSES),
        column("kind", &["type", "document type", "typ", "art", "dokumentart"], KINDS),
    ];
}

const REVIEWS: &[(&str, &str)] = &[
    ("yearly", "12"),
    ("annually", "12"),
    ("jährlich", "12"),
    ("half-yearly", "6"),
    ("halbjährlich", "6"),
    ("quarterly", "3"),
    ("every two years", "24"),
];

const CLASSES: &[(&str, &str)] = &[
    ("öffentlich", "public"),
    ("intern", "internal"),
    ("vertraulich", "confidential"),
    ("streng vertraulich", "restricted"),
    ("strictly confidential", "restricted"),
];

const KINDS: &[(&str, &str)] = &[
    ("information security policy", "policy"),
    ("leitlinie", "policy"),
    ("topic-specific policy", "topicPolicy"),
    ("richtlinie", "topicPolicy"),
    ("process", "procedure"),
    ("work instruction", "procedure"),
    ("verfahren", "procedure"),
    ("verfahrensanweisung", "procedure"),
    ("arbeitsanweisung", "procedure"),
    ("guide", "guideline"),
    ("leitfaden", "guideline"),
    ("concept", "plan"),
    ("konzept", "plan"),
    ("form", "template"),
    ("formular", "template"),
    ("vorlage", "template"),
    ("aufzeichnung", "record"),
    ("nachweis", "record"),
    ("extern", "external"),
];
