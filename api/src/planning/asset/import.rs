//! How assets stand in people's inventories.

use super::Asset;
use crate::resource::import::{Column, Import, column};

/// Needs in words: the usual three or four steps.
const NEEDS: &[(&str, &str)] = &[
    ("low", "1"),
    ("niedrig", "1"),
    ("gering", "1"),
    ("medium", "2"),
    ("moderate", "2"),
    ("normal", "2"),
    ("mittel", "2"),
    ("high", "3"),
    ("hoch", "3"),
    ("very high", "4"),
    ("critical", "4"),
    ("sehr hoch", "4"),
];

impl Import for Asset {
    const COLUMNS: &'static [Column] = &[
        column("name", &["asset name", "asset", "title", "bezeichnung", "titel"], &[]),
        column("ownerId", &["asset owner", "asset owner email"], &[]),
        column(
            "confidentiality",
            &["c", "conf", "need for confidentiality", "vertraulichkeit", "schutzbedarf vertraulichkeit"],
            NEEDS,
        ),
        column("integrity", &["i", "int", "need for integrity", "integrität", "schutzbedarf integrität"], NEEDS),
        column(
            "availability",
            &["a", "avail", "need for availability", "verfügbarkeit", "schutzbedarf verfügbarkeit"],
            NEEDS,
        ),
        column("needReason", &["reason", "need reason", "begründung"], &[]),
        column("location", &["place", "standort", "ort"], &[]),
        column("dependsOnIds", &["depends on", "dependencies", "parent assets", "abhängig von", "abhängigkeiten"], &[]),
        column(
            "kind",
            &["type", "asset type", "category", "typ", "art", "kategorie"],
            &[
                ("data", "information"),
                ("informationen", "information"),
                ("daten", "information"),
                ("application", "software"),
                ("anwendung", "software"),
                ("device", "hardware"),
                ("system", "hardware"),
                ("gerät", "hardware"),
                ("services", "service"),
                ("dienst", "service"),
                ("person", "people"),
                ("personal", "people"),
                ("personen", "people"),
                ("location", "site"),
                ("standort", "site"),
                ("gebäude", "site"),
                ("supplier", "supplierService"),
                ("cloud service", "supplierService"),
                ("lieferant", "supplierService"),
                ("dienstleister", "supplierService"),
            ],
        ),
        column(
            "classification",
            &["class", "klassifizierung", "einstufung"],
            &[
                ("öffentlich", "public"),
                ("intern", "internal"),
                ("internal use", "internal"),
                ("vertraulich", "confidential"),
                ("secret", "restricted"),
                ("streng vertraulich", "restricted"),
                ("strictly confidential", "restricted"),
            ],
        ),
        column(
            "personalData",
            &["personal data", "pii", "gdpr", "personenbezogene daten", "dsgvo"],
            &[
                ("no", "none"),
                ("nein", "none"),
                ("n", "none"),
                ("false", "none"),
                ("0", "none"),
                ("keine", "none"),
                ("ja", "yes"),
                ("y", "yes"),
                ("x", "yes"),
                ("true", "yes"),
                ("1", "yes"),
                ("besondere", "special"),
                ("sensitive", "special"),
            ],
        ),
        column(
            "state",
            &["status", "zustand"],
            &[
                ("in use", "active"),
                ("in betrieb", "active"),
                ("aktiv", "active"),
                ("geplant", "planned"),
                ("disposed of", "disposed"),
                ("entsorgt", "disposed"),
            ],
        ),
    ];
}
