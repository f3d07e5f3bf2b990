//! How events and incidents stand in people's registers: each comes in as reported, to be assessed here.

use super::Incident;
use crate::resource::import::{Column, Import, column};

impl Import for Incident {
    const COLUMNS: &'static [Column] = &[
        column("title", &["incident", "event", "name", "summary", "vorfall", "ereignis", "titel"], &[]),
        column("description", &["details", "what happened", "beschreibung"], &[]),
        column("channel", &["source", "reported by", "reported via", "quelle", "meldeweg"], &[]),
        column("detectedAt", &["detected", "detected on", "date", "reported on", "erkannt am", "datum"], &[]),
        column("occurredAt", &["occurred", "occurred on", "happened on", "eingetreten am"], &[]),
        column("assetIds", &["asset", "assets", "affected assets", "werte"], &[]),
        column("supplierIds", &["supplier", "suppliers", "lieferant", "lieferanten"], &[]),
        column("confidential", &["restricted", "vertraulich"], &[]),
        column(
            "personalData",
            &["personal data", "pii", "data breach", "personenbezogene daten"],
            &[
                ("ja", "yes"),
                ("nein", "no"),
                ("true", "yes"),
                ("false", "no"),
                ("unbekannt", "unknown"),
                ("?", "unknown"),
            ],
        ),
        column("category", &["type", "kind", "incident type", "art", "kategorie"], CATEGORIES),
    ];
}

const CATEGORIES: &[(&str, &str)] = &[
    ("ransomware", "malware"),
    ("virus", "malware"),
    ("schadsoftware", "malware"),
    ("unauthorised access", "intrusion"),
    ("unauthorized access", "intrusion"),
    ("hacking", "intrusion"),
    ("einbruch", "intrusion"),
    ("data leak", "disclosure"),
    ("data breach", "disclosure"),
    ("datenabfluss", "disclosure"),
    ("lost device", "loss"),
    ("theft", "loss"),
    ("verlust", "loss"),
    ("diebstahl", "loss"),
    ("phishing", "fraud"),
    ("social engineering", "fraud"),
    ("betrug", "fraud"),
    ("missbrauch", "misuse"),
    ("unavailability", "outage"),
    ("ausfall", "outage"),
    ("störung", "outage"),
    ("supplier incident", "supplier"),
    ("lieferant", "supplier"),
];
