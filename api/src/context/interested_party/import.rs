//! How interested parties stand in people's lists.

use super::InterestedParty;
use crate::resource::import::{Column, Import, column};

impl Import for InterestedParty {
    const COLUMNS: &'static [Column] = &[
        column("name", &["party", "interested party", "stakeholder", "interessierte partei", "interessengruppe"], &[]),
        column(
            "kind",
            &["type", "category", "group", "art", "kategorie", "gruppe"],
            &[
                ("customers", "customer"),
                ("kunde", "customer"),
                ("kunden", "customer"),
                ("regulatory body", "regulator"),
                ("aufsicht", "regulator"),
                ("government", "authority"),
                ("behörde", "authority"),
                ("behörden", "authority"),
                ("owner", "shareholder"),
                ("owners", "shareholder"),
                ("investor", "shareholder"),
                ("eigentümer", "shareholder"),
                ("staff", "employee"),
                ("employees", "employee"),
                ("mitarbeiter", "employee"),
                ("vendor", "supplier"),
                ("suppliers", "supplier"),
                ("lieferant", "supplier"),
                ("lieferanten", "supplier"),
                ("partners", "partner"),
                ("versicherer", "insurer"),
                ("insurance", "insurer"),
                ("neighbours", "community"),
                ("nachbarn", "community"),
                ("certification body", "certifier"),
                ("zertifizierer", "certifier"),
            ],
        ),
        column("description", &["why it matters", "relevance", "bedeutung", "beschreibung"], &[]),
        column(
            "influence",
            &["power", "importance", "einfluss"],
            &[("low", "1"), ("niedrig", "1"), ("medium", "2"), ("mittel", "2"), ("high", "3"), ("hoch", "3")],
        ),
        column("contact", &["contact person", "contact email", "ansprechpartner", "kontakt"], &[]),
        column("ownerId", &["responsible", "relationship owner", "verantwortlich", "zuständig"], &[]),
        column("reviewOn", &["next review", "review date", "nächste prüfung"], &[]),
    ];
}
