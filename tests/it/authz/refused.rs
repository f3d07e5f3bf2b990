//! What the engine refuses to start with: anything that would not mean the same in Cedar and in SQL.

use super::wording::{THING, TYPES, bundle};
use isms::app;
use isms_authz::{Attribute, Bundle, Engine, Kind};

fn load(bundle: &Bundle) -> Result<Engine, String> {
    Engine::load(bundle, TYPES.iter().map(|kind| (kind.name, kind.table, kind.attributes))).map_err(|e| e.to_string())
}

/// A policy about a thing under this condition.
fn policy(condition: &str) -> String {
    format!(
        r#"@id("suspect") @intent("i") permit (principal is User, action, resource is Thing) when {{ {condition} }};"#
    )
}

const CONDITIONS: &[(&str, &str)] = &[
    ("addition may overflow", "resource.rank + 1 > 0"),
    ("subtraction may overflow", "resource.rank - 1 > 0"),
    ("multiplication may overflow", "resource.rank * 2 > 0"),
    ("negation may overflow", "-resource.rank > 0"),
    ("an attribute of an attribute may dangle", "resource.unit.retired"),
    ("the principal's references may dangle too", "principal.organisation.retired"),
    ("presence two hops away", "resource.unit has retired"),
    ("another entity's place in the tree is not known", "resource.unit in principal.ownerAt"),
    ("the organisation's place is not known", r#"resource.organisation in Unit::"1""#),
    ("nothing fills the context", "context has address && resource.flag"),
    ("nothing fills tags", r#"principal.hasTag("a") && resource.flag"#),
    ("dates are functions", r#"datetime("2026-01-01") < datetime("2026-01-02") && resource.flag"#),
    ("decimals are functions", r#"decimal("1.0").lessThan(decimal("2.0")) && resource.flag"#),
    ("addresses are functions", r#"ip("10.0.0.1").isLoopback() && resource.flag"#),
    ("an attribute that nothing has", "resource.colour == 1"),
    ("an attribute that the principal lacks", r#"principal.colour == "red""#),
    ("an optional attribute without a guard", "resource.score > 1"),
    ("a guard that does not hold for both branches", "resource has score || resource.score > 1"),
    ("text compared with a number", "resource.title == 1"),
    ("text ordered", r#"resource.title < "a""#),
    ("a condition that is no boolean", "resource.rank"),
    ("an empty set has no type", "[].contains(resource.title)"),
    ("records are not part of the dialect", "{a: resource.flag}.a"),
    ("sets compared whole", r#"resource.tags == ["a"]"#),
    ("one list of the record against another", "resource.tags.containsAny(resource.tags)"),
    ("a pattern over a choice", r#"(if resource.flag then resource.title else "b") like "a*""#),
    ("membership of a value that the record chooses", "resource.tags.contains(resource.title)"),
];

#[test]
fn what_does_not_translate_exactly_is_refused_and_the_policy_is_named() {
    load(&bundle(&policy("resource.flag"))).map(drop).expect("a plain policy loads");
    let mut wrong = Vec::new();
    for (why, condition) in CONDITIONS {
        match load(&bundle(&policy(condition))) {
            Ok(_) => wrong.push(format!("{why}: {condition} was loaded")),
            Err(message) if !message.contains("suspect") => wrong.push(format!("{why}: {message}")),
            Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} conditions refused", CONDITIONS.len());
}

const WHOLES: &[(&str, &str, &str)] = &[
    (
        "no @id",
        r#"@intent("i") permit (principal, action, resource is Thing) when { resource.flag };"#,
        "resource.flag",
    ),
    ("no @intent", r#"@id("mute") permit (principal, action, resource is Thing);"#, "mute"),
    ("an empty @intent", r#"@id("mute") @intent("") permit (principal, action, resource is Thing);"#, "mute"),
    (
        "an @id twice",
        r#"@id("twin") @intent("i") permit (principal, action, resource is Thing);
           @id("twin") @intent("i") forbid (principal, action, resource is Thing);"#,
        "twin",
    ),
    ("a template", r#"@id("stencil") @intent("i") forbid (principal == ?principal, action, resource);"#, "stencil"),
    ("an unknown verb", r#"@id("verb") @intent("i") permit (principal, action == Action::"erase", resource);"#, "verb"),
    ("an unknown type", r#"@id("type") @intent("i") permit (principal, action, resource is Ghost);"#, "type"),
    ("text that is no policy", "permit everything", "thing.cedar"),
    ("no policy at all", "// nothing yet", "none"),
];

#[test]
fn a_set_that_is_wrong_as_a_whole_is_refused() {
    for (why, text, named) in WHOLES {
        let message = load(&bundle(text)).err().unwrap_or_else(|| panic!("{why} was loaded"));
        assert!(message.contains(named), "{why}: {message}");
    }
    println!("{} sets refused", WHOLES.len());
}

#[test]
fn an_empty_or_broken_bundle_does_not_start() {
    assert!(app::engine(&Bundle::default()).is_err(), "an empty bundle was loaded");
    let mut silent = Bundle::embedded();
    silent.policies.clear();
    assert!(app::engine(&silent).is_err(), "a bundle without policies was loaded");
    let mut bare = Bundle::embedded();
    bare.schemas.clear();
    assert!(app::engine(&bare).is_err(), "a bundle without a schema was loaded");
    for n in 0..Bundle::embedded().schemas.len() {
        let mut partial = Bundle::embedded();
        let (file, _) = partial.schemas.remove(n);
        assert!(app::engine(&partial).is_err(), "the set was loaded without {file}");
    }
    let mut broken = bundle(&policy("resource.flag"));
    broken.schemas.push(("broken".into(), "entity {".into()));
    assert!(load(&broken).is_err(), "a broken schema was loaded");
}

#[test]
fn a_schema_that_differs_from_the_table_is_refused() {
    let base = bundle(&policy("resource.flag"));
    for (why, from, to) in [
        ("taken for always there", "score?: Long", "score: Long"),
        ("taken for absent at times", "rank: Long", "rank?: Long"),
        ("of another type", "flag: Bool", "flag: Bool, extra: Bool"),
        ("text for a number", "rank: Long", "rank: String"),
        ("unknown to the schema", "people: Set<User>,", ""),
    ] {
        let mut other = base.clone();
        for (_, text) in &mut other.schemas {
            *text = text.replace(from, to);
        }
        let message = load(&other).err().unwrap_or_else(|| panic!("an attribute {why} was loaded"));
        assert!(message.contains("Thing"), "{why}: {message}");
    }
    const ODD: &[Attribute] = &[Attribute::optional("closed", "closed_at", Kind::Presence)];
    let types =
        TYPES.iter().map(|kind| (kind.name, kind.table, if kind.name == THING.name { ODD } else { kind.attributes }));
    assert!(Engine::load(&base, types).is_err(), "presence that may be absent was loaded");
}
