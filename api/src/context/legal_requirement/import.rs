//! How law and contracts stand in people's registers.

use super::LegalRequirement;
use crate::resource::import::{Column, Import, column};

impl Import for LegalRequirement {
    const COLUMNS: &'static [Column] = &[
        column("title", &["requirement", "name", "law", "legal requirement", "gesetz", "anforderung", "titel"], &[]),
        column("citation", &["reference", "source", "clause", "article", "paragraph", "fundstelle", "quelle"], &[]),
        column("jurisdiction", &["country", "region", "land", "geltungsbereich"], &[]),
        column(
            "kind",
            &["type", "art", "kategorie"],
            &[
                ("act", "law"),
                ("legal", "law"),
                ("gesetz", "law"),
                ("verordnung", "regulation"),
                ("regulatory", "regulation"),
                ("directive", "regulation"),
                ("richtlinie", "regulation"),
                ("contractual", "contract"),
                ("vertrag", "contract"),
                ("norm", "standard"),
            ],
        ),
        column("obligation", &["what it demands", "description", "pflicht", "beschreibung"], &[]),
        column(
            "applicability",
            &["applicable", "applies", "anwendbar"],
            &[("yes", "applicable"), ("ja", "applicable"), ("no", "notApplicable"), ("nein", "notApplicable")],
        ),
        column("reason", &["justification", "begründung"], &[]),
        column("howMet", &["how it is met", "implementation", "measures", "umsetzung"], &[]),
        column("controlIds", &["control", "controls", "maßnahme", "maßnahmen"], &[]),
        column("evidence", &["proof", "nachweis"], &[]),
        column("monitoredBy", &["monitoring", "how changes are noticed", "überwachung"], &[]),
        column("ownerId", &["responsible", "verantwortlich", "zuständig"], &[]),
        column("reviewOn", &["next review", "review date", "nächste prüfung"], &[]),
    ];
}
