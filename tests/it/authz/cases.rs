//! The cases beside the policies: who, what, of which record, decided how and for which reasons.
//!
//! A case names people `me` (who asks), `other` and `third`, and units `root`, `it`, `dev` (below `it`), `hr` and
//! `elsewhere` (another organisation's). What it leaves out is plain: a person with both scopes, a record in `it`,
//! made by and belonging to `other`, empty where it can be, not retired.

use isms::app;
use isms::caller::UnitTree;
use isms::resources;
use isms_authz::{
    Action, Attribute, Bundle, Decision, Engine, Fact, Facts, Grants, Kind, Literal, Principal, PrincipalKind, Remit,
};
use isms_entity::leadership::role_assignment::Role;
use sea_orm::ActiveEnum;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use uuid::Uuid;

const OWN: Uuid = Uuid::from_u128(1);
const FOREIGN: Uuid = Uuid::from_u128(2);
const UNITS: &[(&str, u128, Option<u128>)] =
    &[("root", 10, None), ("it", 11, Some(10)), ("dev", 12, Some(11)), ("hr", 13, Some(10)), ("elsewhere", 20, None)];

/// The id behind a word.
fn named(word: &str) -> Uuid {
    let unit = UNITS.iter().find(|(name, ..)| *name == word).map(|(_, id, _)| *id);
    Uuid::from_u128(match word {
        "me" => 100,
        "other" => 101,
        "third" => 102,
        "this" => 200,
        "engagement" => 300,
        "control" => 301,
        _ => unit.unwrap_or_else(|| panic!("{word} names nothing")),
    })
}

/// A record as a case tells it.
struct Told<'a> {
    fields: &'a Map<String, Value>,
}

impl Told<'_> {
    fn word(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str)
    }
}

impl Facts for Told<'_> {
    fn id(&self) -> Uuid {
        named(self.word("id").unwrap_or("this"))
    }

    fn unit(&self) -> Uuid {
        named(self.word("unit").unwrap_or("it"))
    }

    fn fact(&self, attribute: &Attribute) -> Fact {
        let told = self.fields.get(attribute.name);
        Fact::One(match (attribute.kind, told) {
            (_, _) if attribute.name == "unit" => Literal::Id(self.unit()),
            (_, _) if attribute.name == "organisation" => {
                Literal::Id(if self.unit() == named("elsewhere") { FOREIGN } else { OWN })
            }
            (Kind::Presence, told) => {
                return if told == Some(&Value::Bool(true)) { Fact::One(Literal::Long(1)) } else { Fact::Absent };
            }
            (_, None) if attribute.optional => return Fact::Absent,
            (Kind::Entities(_) | Kind::Texts, told) => {
                let words = told.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
                let literal = |word: &str| match attribute.kind {
                    Kind::Entities(_) => Literal::Id(named(word)),
                    _ => Literal::Text(word.to_owned()),
                };
                return Fact::Many(words.map(literal).collect());
            }
            (Kind::Entity(_), told) => Literal::Id(named(told.and_then(Value::as_str).unwrap_or("other"))),
            (Kind::Text, told) => Literal::Text(told.and_then(Value::as_str).unwrap_or_default().to_owned()),
            (Kind::Long, told) => Literal::Long(told.and_then(Value::as_i64).unwrap_or_default()),
            (Kind::Bool, told) => Literal::Bool(told.and_then(Value::as_bool).unwrap_or_default()),
        })
    }
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn principal(told: &Value) -> Principal {
    let kind = PrincipalKind::ALL.into_iter().find(|kind| told["kind"] == kind.name()).unwrap_or(PrincipalKind::User);
    let ids = |told: &Value| strings(told).iter().map(|name| named(name)).collect();
    let remit = (kind == PrincipalKind::ExternalAuditor).then(|| Remit {
        engagement: named("engagement"),
        open: told["open"] != false,
        in_window: told["inWindow"] != false,
        units: ids(&told["units"]),
        kinds: strings(&told["kinds"]),
        controls: ids(&told["controls"]),
    });
    let mut grants = Grants::new();
    for (role, units) in told["roles"].as_object().into_iter().flatten() {
        let role = Role::try_from_value(role).unwrap_or_else(|_| panic!("{role} is no role"));
        grants.insert(role, strings(units).iter().map(|unit| named(unit)).collect());
    }
    let scopes = if told["scopes"].is_array() { strings(&told["scopes"]) } else { vec!["read".into(), "write".into()] };
    let within = strings(&told["within"]).iter().map(|unit| named(unit)).collect();
    let duties = strings(&told["duties"]);
    Principal { kind, id: named("me"), organisation: OWN, grants, scopes, within, duties, remit }
}

fn decide(engine: &Engine, case: &Value) -> Decision {
    let fields = case["resource"].as_object().expect("a case has a resource");
    let record = Told { fields };
    let spec = resources::specs().iter().find(|spec| case["resource"]["type"] == spec.policy_type);
    let spec = spec.unwrap_or_else(|| panic!("{case} is of no type"));
    for name in fields.keys().filter(|name| !matches!(name.as_str(), "type" | "id")) {
        let known = Attribute::COMMON.iter().chain(spec.attributes).any(|a| a.name == name);
        assert!(known, "{} has no attribute {name}", spec.policy_type);
    }
    let action = Action::all().find(|action| case["action"] == action.name()).expect("a case has a verb");
    let tree =
        UnitTree::new(UNITS.iter().map(|(_, id, parent)| (Uuid::from_u128(*id), parent.map(Uuid::from_u128))), []);
    let above = tree.above(record.unit());
    engine.decide(&principal(&case["principal"]), action, spec.policy_type, &record, &above).expect("a decision")
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("the policies are there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.to_string_lossy().ends_with(".cases.json") {
            found.push(path);
        }
    }
}

#[test]
fn every_case_is_decided_as_written_and_every_policy_is_a_reason() {
    let engine = app::engine(&Bundle::embedded()).expect("the shipped set loads");
    let (mut found, mut wrong, mut count) = (Vec::new(), Vec::new(), 0);
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies"), &mut found);
    found.sort();
    let mut unused: BTreeSet<_> = engine.texts().iter().map(|text| text.id.clone()).collect();
    for file in &found {
        let text = std::fs::read_to_string(file).expect("a readable file");
        let cases: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        for case in cases {
            count += 1;
            let decision = decide(&engine, &case);
            let mut reasons = strings(&case["reasons"]);
            reasons.sort();
            let verdict = if decision.allowed { "allow" } else { "deny" };
            if case["decision"] != verdict || reasons != decision.reasons {
                let file = file.file_name().unwrap_or_default().to_string_lossy();
                wrong.push(format!("{file}: {}: {verdict} {:?}", case["name"], decision.reasons));
            }
            unused.retain(|id| !decision.reasons.contains(id));
        }
    }
    println!("{count} cases in {} files, {} policies", found.len(), engine.texts().len());
    assert!(wrong.is_empty(), "decided otherwise:\n{}", wrong.join("\n"));
    assert!(unused.is_empty(), "policies that are the reason of no case: {unused:?}");
    assert!(count >= engine.texts().len());
}
