//! How risks stand in people's registers, CISO Assistant's among them.

use super::Risk;
use crate::caller::Caller;
use crate::planning::methodology::in_force;
use crate::resource::Outcome;
use crate::resource::import::{Column, Import, Scales, column};
use isms_entity::planning::methodology;

impl Import for Risk {
    const COLUMNS: &'static [Column] = &[
        column(
            "title",
            &["name", "risk", "risk title", "risk name", "scenario", "risiko", "titel", "bezeichnung"],
            &[],
        ),
        column("cause", &["cause threat", "causes", "ursache"], &[]),
        column("event", &["description", "scenario description", "ereignis", "beschreibung"], &[]),
        column("consequence", &["consequences", "impact description", "auswirkungen", "folge", "folgen"], &[]),
        column("assetIds", &["asset", "werte"], &[]),
        column("threatIds", &["threat", "bedrohung", "bedrohungen"], &[]),
        column("vulnerabilityIds", &["vulnerability", "schwachstelle", "schwachstellen"], &[]),
        column(
            "controlIds",
            &["existing controls", "existing applied controls", "applied controls", "vorhandene maßnahmen"],
            &[],
        ),
        column("plannedControlIds", &["additional controls", "treatment controls", "geplante maßnahmen"], &[]),
        column(
            "ownerId",
            &["risk owner", "risk owner email", "risikoeigner", "risikoeigentümer", "risikoverantwortlicher"],
            &[],
        ),
        column(
            "affects",
            &["cia", "affected", "security objectives", "schutzziele", "betroffene schutzziele"],
            &[
                ("c", "confidentiality"),
                ("i", "integrity"),
                ("a", "availability"),
                ("confidentiality", "confidentiality"),
                ("integrity", "integrity"),
                ("availability", "availability"),
                ("vertraulichkeit", "confidentiality"),
                ("integrität", "integrity"),
                ("verfügbarkeit", "availability"),
                ("v", "confidentiality"),
            ],
        ),
        column(
            "inherentLikelihood",
            &[
                "inherent l",
                "inherent proba",
                "inherent probability",
                "likelihood before",
                "brutto eintrittswahrscheinlichkeit",
            ],
            &[],
        ),
        column("inherentImpact", &["inherent c", "inherent i", "inherent consequence", "brutto auswirkung"], &[]),
        column(
            "currentLikelihood",
            &[
                "current l",
                "likelihood",
                "probability",
                "current proba",
                "current probability",
                "eintrittswahrscheinlichkeit",
                "wahrscheinlichkeit",
            ],
            &[],
        ),
        column(
            "currentImpact",
            &["current c", "current i", "impact", "severity", "current consequence", "auswirkung", "schadenshöhe"],
            &[],
        ),
        column(
            "residualLikelihood",
            &[
                "residual l",
                "target likelihood",
                "residual proba",
                "residual probability",
                "netto eintrittswahrscheinlichkeit",
            ],
            &[],
        ),
        column(
            "residualImpact",
            &["residual c", "residual i", "target impact", "residual consequence", "netto auswirkung"],
            &[],
        ),
        column("rationale", &["justification", "reason", "begründung"], &[]),
        column("category", &["kategorie"], &[]),
        column(
            "kind",
            &["type", "typ", "art"],
            &[
                ("information security", "security"),
                ("informationssicherheit", "security"),
                ("lieferant", "supplier"),
                ("datenschutz", "privacy"),
            ],
        ),
        column(
            "treatment",
            &["treatment option", "risk treatment", "response", "behandlung", "risikobehandlung", "strategie"],
            &[
                ("open", ""),
                ("offen", ""),
                ("mitigate", "modify"),
                ("reduce", "modify"),
                ("treat", "modify"),
                ("reduzieren", "modify"),
                ("mindern", "modify"),
                ("accept", "retain"),
                ("akzeptieren", "retain"),
                ("tragen", "retain"),
                ("vermeiden", "avoid"),
                ("terminate", "avoid"),
                ("transfer", "share"),
                ("teilen", "share"),
                ("übertragen", "share"),
            ],
        ),
        column("treatmentDetail", &["shared with", "treatment description"], &[]),
        column("treatmentEndsOn", &["stops on", "activity ends"], &[]),
    ];

    /// The labels of the methodology in force, then the usual words for scales of its length.
    async fn scales(caller: &Caller) -> Outcome<Scales> {
        let mut scales = Scales::new();
        let Some(methodology) = in_force(caller).await? else { return Ok(scales) };
        let words = |labels: &[methodology::ScaleLevel]| {
            let labelled = (1..).zip(labels).map(|(number, step)| (step.label.clone(), number));
            labelled.chain(usual(labels.len())).collect::<Vec<(String, i64)>>()
        };
        for field in ["inherentLikelihood", "currentLikelihood", "residualLikelihood"] {
            scales.insert(field, words(&methodology.likelihood.0));
        }
        for field in ["inherentImpact", "currentImpact", "residualImpact"] {
            scales.insert(field, words(&methodology.impact.0));
        }
        Ok(scales)
    }
}

/// Low, medium, high, as far as a scale of this length leaves no doubt.
fn usual(length: usize) -> Vec<(String, i64)> {
    let steps: &[&[&str]] = match length {
        3 => &[&["low", "niedrig", "gering"], &["medium", "moderate", "mittel"], &["high", "hoch"]],
        4 => &[
            &["low", "niedrig", "gering"],
            &["medium", "moderate", "mittel"],
            &["high", "hoch"],
            &["very high", "critical", "sehr hoch"],
        ],
        5 => &[
            &["very low", "sehr niedrig", "sehr gering"],
            &["low", "niedrig", "gering"],
            &["medium", "moderate", "mittel"],
            &["high", "hoch"],
            &["very high", "critical", "sehr hoch"],
        ],
        _ => &[],
    };
    (1..).zip(steps).flat_map(|(number, words)| words.iter().map(move |word| ((*word).to_owned(), number))).collect()
}
