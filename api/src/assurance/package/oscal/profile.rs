//! The profile: the controls of the catalogue with the decision on each. Those that do not apply stay in it and are marked,
//! for leaving them out would leave out why (clause 6.1.3 d).

use super::Scope;
use super::controls::{Known, WHOLE, clause};
use super::form::{each, given, prop, prose};
use crate::resource::word;
use isms_entity::SUBCLAUSES;
use serde_json::{Value, json};

/// The document's content.
pub fn profile(scope: &Scope<'_>) -> Value {
    let clauses = SUBCLAUSES.iter().map(|(number, _)| clause(number)).chain([WHOLE.to_owned()]);
    let ids: Vec<String> = scope.controls.list.iter().map(|known| known.id.clone()).chain(clauses).collect();
    let alters: Vec<Value> = scope.controls.list.iter().map(decided).collect();
    let modify = if alters.is_empty() { Value::Null } else { json!({"alters": alters}) };
    json!({
        "imports": [{"href": "catalog.json", "include-controls": [{"with-ids": ids}]}],
        "merge": {"as-is": true},
        "modify": modify,
    })
}

/// What was decided on a control.
fn decided(known: &Known) -> Value {
    let row = &known.row;
    let mut applicability = prop("applicability", word(&row.applicability));
    if let (Some(fields), Some(why)) = (applicability.as_object_mut(), prose([row.justification.as_deref()])) {
        fields.insert("remarks".into(), why.into());
    }
    let mut props = vec![applicability];
    props.extend(each("reason", &row.reasons.0));
    props.extend([
        prop("implementation-status", word(&row.status)),
        prop("maturity", row.maturity),
        given("target-on", row.target_on),
    ]);
    json!({"control-id": known.id, "adds": [{"props": props}]})
}
