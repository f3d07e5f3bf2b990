//! The statement laid out as a certification body expects it: a front sheet, Annex A, own controls.

use crate::resource::export::{Sheet, Value, csv_line};
use crate::resource::word;
use isms_entity::planning::control::{Applicability, ControlOrigin, ControlStatus};
use isms_entity::planning::statement::StatementEntry;
use std::collections::HashMap;
use uuid::Uuid;

/// The columns.
const HEADINGS: [&str; 17] = [
    "control_id",
    "title",
    "theme",
    "applicable",
    "reason_risk",
    "reason_law",
    "reason_contract",
    "reason_business",
    "reason_best_practice",
    "justification",
    "exclusion_reason",
    "status",
    "implementation_description",
    "owner",
    "risk_refs",
    "evidence_refs",
    "target_date",
];
/// The reason codes, in the order of their columns.
const REASONS: [&str; 5] = ["risk", "legal", "contract", "business", "bestPractice"];

/// What the front sheet says.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// Whose statement it is.
    pub organisation: String,
    /// Its title.
    pub title: String,
    /// What it covers.
    pub scope: String,
    /// Which version.
    pub version: String,
    /// Where the version stands.
    pub state: String,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: String,
    /// SHA-256 of what was frozen.
    pub digest: String,
}

/// All controls as CSV, Annex A first.
pub fn csv(entries: &[StatementEntry], owners: &HashMap<Uuid, String>) -> String {
    let headings: Vec<Value> = HEADINGS.iter().map(|heading| (*heading).into()).collect();
    entries.iter().fold(csv_line(&headings), |text, entry| text + &csv_line(&row(entry, owners)))
}

/// The sheets of the workbook.
pub fn sheets(front: &Front, entries: &[StatementEntry], owners: &HashMap<Uuid, String>) -> Vec<Sheet> {
    let of = |name: &str, origin: ControlOrigin| Sheet {
        name: name.into(),
        headings: HEADINGS.map(str::to_owned).to_vec(),
        rows: entries.iter().filter(|entry| entry.origin == origin).map(|entry| row(entry, owners)).collect(),
    };
    let front = Sheet { name: "Statement".into(), headings: Vec::new(), rows: front_rows(front, entries) };
    vec![front, of("Annex A", ControlOrigin::AnnexA), of("Own controls", ControlOrigin::Own)]
}

fn front_rows(front: &Front, entries: &[StatementEntry]) -> Vec<Vec<Value>> {
    let line = |name: &str, text: &str| vec![name.into(), text.into()];
    let mut rows = vec![
        line("Statement of Applicability", "ISO/IEC 27001:2022, clause 6.1.3 d"),
        line("organisation", &front.organisation),
        line("title", &front.title),
        line("scope", &front.scope),
        line("version", &front.version),
        line("state", &front.state),
        line("approved_by", &front.approved_by),
        line("approved_at", &front.approved_at),
        line("digest_sha256", &front.digest),
        Vec::new(),
    ];
    let count = |name: &str, of: &dyn Fn(&StatementEntry) -> bool| {
        let number = entries.iter().filter(|entry| of(entry)).count();
        vec![name.into(), Value::Number(i64::try_from(number).unwrap_or(i64::MAX))]
    };
    rows.push(count("controls", &|_| true));
    rows.push(count("annex_a_controls", &|entry| entry.origin == ControlOrigin::AnnexA));
    rows.push(count("own_controls", &|entry| entry.origin == ControlOrigin::Own));
    rows.push(count("applicable", &|entry| entry.applicability == Applicability::Applicable));
    rows.push(count("excluded", &|entry| entry.applicability == Applicability::Excluded));
    rows.push(count("undecided", &|entry| entry.applicability == Applicability::Undecided));
    rows.push(count("implemented", &|entry| {
        entry.applicability == Applicability::Applicable && entry.status == ControlStatus::Implemented
    }));
    rows
}

fn row(entry: &StatementEntry, owners: &HashMap<Uuid, String>) -> Vec<Value> {
    let excluded = entry.applicability == Applicability::Excluded;
    let text = |text: &str, here: bool| if here { text.into() } else { Value::Empty };
    let mut row = vec![
        entry.code.as_str().into(),
        entry.title.as_str().into(),
        word(&entry.theme).into(),
        match entry.applicability {
            Applicability::Applicable => "Y".into(),
            Applicability::Excluded => "N".into(),
            Applicability::Undecided => Value::Empty,
        },
    ];
    row.extend(REASONS.map(|reason| text("Y", entry.reasons.iter().any(|given| given == reason))));
    row.extend([
        text(&entry.justification, !excluded),
        text(&entry.justification, excluded),
        word(&entry.status).into(),
        entry.description.as_str().into(),
        entry.owner_id.and_then(|id| owners.get(&id)).map_or(Value::Empty, |name| name.as_str().into()),
        entry.risks.join("|").into(),
        entry.evidence.join("|").into(),
        entry.target_on.map_or(Value::Empty, |day| day.to_string().into()),
    ]);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use isms_entity::planning::control::ControlTheme;

    fn entry(code: &str, origin: ControlOrigin, applicability: Applicability) -> StatementEntry {
        StatementEntry {
            control_id: Uuid::nil(),
            code: code.into(),
            title: "=Title".into(),
            theme: ControlTheme::People,
            origin,
            applicability,
            reasons: vec!["legal".into()],
            justification: "why".into(),
            status: ControlStatus::Partial,
            description: String::new(),
            owner_id: None,
            risks: vec!["RSK-0001".into(), "RSK-0002".into()],
            evidence: vec!["EVI-0001".into()],
            target_on: None,
        }
    }

    #[test]
    fn an_exclusion_is_told_in_its_own_column() {
        let entries = [
            entry("A.6.1", ControlOrigin::AnnexA, Applicability::Applicable),
            entry("A.6.2", ControlOrigin::AnnexA, Applicability::Excluded),
            entry("X-1", ControlOrigin::Own, Applicability::Undecided),
        ];
        let text = csv(&entries, &HashMap::new());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "A.6.1,\"'=Title\",people,Y,,Y,,,,why,,partial,,,RSK-0001|RSK-0002,EVI-0001,");
        assert_eq!(lines[2], "A.6.2,\"'=Title\",people,N,,Y,,,,,why,partial,,,RSK-0001|RSK-0002,EVI-0001,");
        let sheets = sheets(&Front::default(), &entries, &HashMap::new());
        assert_eq!(sheets.iter().map(|sheet| sheet.rows.len()).collect::<Vec<_>>()[1..], [2, 1]);
        assert!(sheets.iter().skip(1).flat_map(|sheet| &sheet.rows).all(|row| row.len() == HEADINGS.len()));
    }
}
