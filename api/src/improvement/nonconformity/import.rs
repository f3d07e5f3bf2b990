//! How nonconformities stand in people's lists of corrective actions.

use super::Nonconformity;
use crate::resource::import::{Column, Import, column};

impl Import for Nonconformity {
    const COLUMNS: &'static [Column] = &[
        column("title", &["nonconformity", "nc", "issue", "abweichung", "titel"], &[]),
        column("description", &["details", "what is wrong", "beschreibung"], &[]),
        column("requirement", &["clause", "control", "reference", "norm", "anforderung", "kapitel"], &[]),
        column("detectedOn", &["detected", "date", "found on", "raised", "festgestellt am", "datum"], &[]),
        column("dueOn", &["due", "due date", "deadline", "frist", "fällig am"], &[]),
        column("ownerId", &["owner", "responsible", "verantwortlich"], &[]),
        column("containment", &["immediate action", "sofortmaßnahme"], &[]),
        column("correction", &["corrective action", "korrektur"], &[]),
        column("cause", &["root cause", "ursache"], &[]),
        column(
            "grade",
            &["severity", "classification", "einstufung"],
            &[("minor nc", "minor"), ("nebenabweichung", "minor"), ("major nc", "major"), ("hauptabweichung", "major")],
        ),
        column(
            "source",
            &["origin", "quelle", "herkunft"],
            &[
                ("certification body", "certification"),
                ("zertifizierung", "certification"),
                ("incident", "incident"),
                ("vorfall", "incident"),
                ("metric", "monitoring"),
                ("kennzahl", "monitoring"),
                ("management review", "managementReview"),
                ("beschwerde", "complaint"),
                ("lieferant", "supplier"),
                ("self", "selfFound"),
                ("internal", "selfFound"),
                ("eigene feststellung", "selfFound"),
            ],
        ),
    ];
}
