//! How the requirements of interested parties stand in people's lists.

use super::PartyRequirement;
use crate::resource::import::{Column, Import, column};

impl Import for PartyRequirement {
    const COLUMNS: &'static [Column] = &[
        column(
            "title",
            &["requirement", "need", "expectation", "needs and expectations", "anforderung", "erwartung"],
            &[],
        ),
        column("description", &["details", "beschreibung"], &[]),
        column("partyId", &["party", "interested party", "stakeholder", "interessierte partei"], &[]),
        column(
            "source",
            &["origin", "type", "herkunft", "art"],
            &[
                ("legal", "law"),
                ("gesetz", "law"),
                ("contractual", "contract"),
                ("vertrag", "contract"),
                ("expected", "expectation"),
                ("erwartung", "expectation"),
                ("freiwillig", "voluntary"),
                ("klima", "climate"),
            ],
        ),
        column(
            "addressing",
            &["addressed", "addressed by the isms", "relevant", "im isms behandelt"],
            &[
                ("yes", "addressed"),
                ("ja", "addressed"),
                ("no", "notAddressed"),
                ("nein", "notAddressed"),
                ("open", "undecided"),
                ("offen", "undecided"),
            ],
        ),
        column("reason", &["justification", "why not", "begründung"], &[]),
        column("controlIds", &["control", "controls", "maßnahme", "maßnahmen"], &[]),
        column("legalRequirementIds", &["law", "legal requirement", "rechtsgrundlage"], &[]),
        column("ownerId", &["responsible", "verantwortlich", "zuständig"], &[]),
        column("reviewOn", &["next review", "review date", "nächste prüfung"], &[]),
    ];
}
