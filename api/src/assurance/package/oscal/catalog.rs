//! The catalogue: the themes of Annex A, one's own controls and the clauses as groups. Of the standard it holds numbers and
//! short titles; what is to be done, and how it is done, are the organisation's words.

use super::Scope;
use super::controls::{Known, WHOLE, clause, statement};
use super::form::{each, namespace, prop, prose};
use crate::resource::word;
use isms_entity::SUBCLAUSES;
use isms_entity::planning::control::{ControlOrigin, ControlTheme};
use serde_json::{Value, json};

/// The themes of Annex A.
const THEMES: [(ControlTheme, &str); 4] = [
    (ControlTheme::Organisational, "A.5 Organisational controls"),
    (ControlTheme::People, "A.6 People controls"),
    (ControlTheme::Physical, "A.7 Physical controls"),
    (ControlTheme::Technological, "A.8 Technological controls"),
];

/// The document's content.
pub fn catalog(scope: &Scope<'_>) -> Value {
    let controls = |origin: ControlOrigin, theme: Option<ControlTheme>| -> Vec<Value> {
        let is_meant =
            |known: &&Known| known.row.origin == origin && theme.is_none_or(|theme| known.row.theme == theme);
        scope.controls.list.iter().filter(is_meant).map(control).collect()
    };
    let mut groups: Vec<Value> = THEMES
        .iter()
        .map(|(theme, title)| group(&word(theme), title, controls(ControlOrigin::AnnexA, Some(*theme))))
        .collect();
    groups.push(group("own", "Controls of one's own", controls(ControlOrigin::Own, None)));
    groups.push(group("clauses", "Clauses 4 to 10", clauses()));
    json!({"groups": groups})
}

/// A group; none of nothing.
fn group(id: &str, title: &str, controls: Vec<Value>) -> Value {
    if controls.is_empty() { Value::Null } else { json!({"id": id, "title": title, "controls": controls}) }
}

fn control(known: &Known) -> Value {
    let row = &known.row;
    let mut props = vec![label(&row.code), prop("reference", &row.reference), prop("theme", word(&row.theme))];
    for (name, words) in [
        ("type", &row.types),
        ("property", &row.properties),
        ("concept", &row.concepts),
        ("capability", &row.capabilities),
        ("domain", &row.domains),
    ] {
        props.extend(each(name, &words.0));
    }
    let done = prose([row.description.as_deref()]).map(|description| {
        json!({"id": format!("{}_imp", known.id), "ns": namespace(), "name": "implementation", "prose": description})
    });
    json!({
        "id": known.id,
        "class": token_of(row.origin),
        "title": known.title(),
        "props": props,
        "parts": [demanded(&known.id, prose([Some(row.guidance.as_str())])), done],
    })
}

const fn token_of(origin: ControlOrigin) -> &'static str {
    match origin {
        ControlOrigin::AnnexA => "annex-a",
        ControlOrigin::Own => "own",
    }
}

fn clauses() -> Vec<Value> {
    let whole =
        json!({"id": WHOLE, "class": "clause", "title": "The ISMS as a whole", "parts": [demanded(WHOLE, None)]});
    let clauses = SUBCLAUSES.iter().map(|(number, title)| {
        let id = clause(number);
        json!({"id": id, "class": "clause", "title": title, "props": [label(number)], "parts": [demanded(&id, None)]})
    });
    clauses.chain([whole]).collect()
}

/// The statement of a control, which findings are about.
fn demanded(id: &str, prose: Option<String>) -> Value {
    json!({"id": statement(id), "name": "statement", "prose": prose})
}

/// OSCAL's own property for the number that people know.
fn label(number: &str) -> Value {
    let value = super::form::line(number);
    if value.is_empty() { Value::Null } else { json!({"name": "label", "value": value}) }
}
