//! How suppliers stand in people's registers.

use super::Supplier;
use crate::resource::import::{Column, Import, column};

impl Import for Supplier {
    const COLUMNS: &'static [Column] = &[
        column(
            "name",
            &["supplier", "vendor", "supplier name", "vendor name", "provider", "lieferant", "dienstleister"],
            &[],
        ),
        column("criticality", &["tier", "risk tier", "criticality", "importance", "kritikalität", "stufe"], TIERS),
        column("services", &["service", "what they do", "description", "leistung", "leistungen"], &[]),
        column("countries", &["country", "location", "land", "länder"], &[]),
        column("subprocessors", &["subprocessor", "sub-processors", "subcontractors", "unterauftragnehmer"], &[]),
        column("contact", &["contact person", "contact email", "ansprechpartner", "kontakt"], &[]),
        column("assetIds", &["asset", "assets", "werte"], &[]),
        column("exitPlan", &["exit", "exit strategy", "ausstieg"], &[]),
        column("ownerId", &["supplier owner", "responsible", "verantwortlich", "eigentümer"], &[]),
        column("reviewOn", &["next review", "review date", "nächste prüfung"], &[]),
        column("dataAccess", &["data", "access to data", "data classification", "datenzugriff"], DATA),
        column("kind", &["type", "category", "art", "kategorie"], KINDS),
    ];
}

const TIERS: &[(&str, &str)] = &[
    ("low", "1"),
    ("niedrig", "1"),
    ("medium", "2"),
    ("mittel", "2"),
    ("high", "3"),
    ("hoch", "3"),
    ("critical", "4"),
    ("kritisch", "4"),
];

const DATA: &[(&str, &str)] = &[
    ("no", "none"),
    ("nein", "none"),
    ("keine", "none"),
    ("personal data", "personal"),
    ("pii", "personal"),
    ("personenbezogen", "personal"),
    ("confidential", "secret"),
    ("vertraulich", "secret"),
];

const KINDS: &[(&str, &str)] = &[
    ("saas", "cloud"),
    ("iaas", "cloud"),
    ("paas", "cloud"),
    ("cloud service", "cloud"),
    ("software", "ict"),
    ("it", "ict"),
    ("hosting", "cloud"),
    ("outsourcing", "outsourcer"),
    ("consulting", "consultant"),
    ("beratung", "consultant"),
    ("versorger", "utility"),
];
