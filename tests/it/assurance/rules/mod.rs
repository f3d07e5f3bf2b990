//! Every proof and gap of every rule of readiness: the states of a record in which it is told, and those in which not.

mod acts;
mod context;
mod evaluation;
mod improvement;
mod leadership;
mod operation;
mod planning;
mod support;

use crate::app::App;
use crate::records::{Examples, Team, one_of_each};
use isms::assurance::readiness::rules;
use isms::resource::Spec;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use serde_json::Value;
use std::collections::BTreeSet;

/// A record that a rule tells, and what takes it out again.
///
/// What is done is SQL that both databases know, in parts with `;` between them: assignments to the record itself,
/// `other SET …` for assignments to another example, `+Type.field` to link the examples and `-Type.field` to take all
/// such links away. In it `{other}` is the id of an example, `{2026-03-02}` that day at nine o'clock.
#[derive(Clone, Copy, Debug)]
struct Case {
    /// The rule.
    rule: &'static str,
    /// The example: a type's plural name, with a number when it is not the first of its type.
    of: &'static str,
    /// Which proof or gap it is.
    what: &'static str,
    /// Does what makes the rule tell it, from where the last part of the case before left it.
    put: &'static str,
    /// Each of these, done after it, makes the rule tell it no more.
    clear: &'static [&'static str],
}

/// A table of cases: `rule "of" "what": put => clear, clear;`.
macro_rules! cases {
    ($($rule:ident $of:literal $what:literal: $put:expr => $($clear:expr),+;)+) => {
        pub(super) const CASES: &[super::Case] = &[
            $(super::Case { rule: stringify!($rule), of: $of, what: $what, put: $put, clear: &[$($clear),+] }),+
        ];
    };
}
use cases;

/// Puts the record away.
const RETIRED: &str = "retired_at = 1";

/// An organisation with an example of each record type, and a way to its rows.
struct Register {
    app: App,
    team: Team,
    ids: Examples,
    rows: DatabaseConnection,
}

impl Register {
    async fn new() -> Self {
        let app = App::start().await;
        let team = Team::of(&app).await;
        let mut ids = one_of_each(&app, &team).await;
        for (name, persona) in [("manager", &team.manager), ("management", &team.management), ("owner", &team.owner)] {
            ids.insert(name, persona.id.clone());
        }
        let rows = app.database().await;
        Self { app, team, ids, rows }
    }

    /// Walks a table, and tells of all cases that do not hold at once.
    async fn walk(&self, cases: &[Case]) {
        let mut faults = Vec::new();
        for case in cases {
            let Case { rule, of, what, put, clear } = case;
            for clear in *clear {
                self.apply(of, put).await;
                if self.told(case).await.is_none_or(|state| state == "met") {
                    faults.push(format!("{rule} does not tell \"{what}\" of {of} after: {put} (before: {clear})"));
                }
                self.apply(of, clear).await;
                if self.told(case).await.is_some() {
                    faults.push(format!("{rule} tells \"{what}\" of {of} after: {put}; {clear}"));
                }
            }
        }
        println!("{} cases examined", cases.len());
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// How the rule stands when it tells this record; a proof is told whatever else is missing.
    async fn told(&self, case: &Case) -> Option<String> {
        let told = self.team.manager.get("/v1/readiness").await.expect(200);
        let rules = told["rules"].as_array().expect("rules");
        let rule = rules.iter().find(|rule| rule["id"] == case.rule).expect("a rule");
        misses_what_is_too_few(rule);
        let tells = |list: &str| {
            let parts = rule[list].as_array().expect("a list").iter().filter(|part| part["what"] == case.what);
            let mut records = parts.flat_map(|part| part["records"].as_array().expect("records"));
            records.any(|shown| shown["id"] == self.ids[case.of].as_str() && shown["recordType"] == of(case.of).name)
        };
        let state = || rule["state"].as_str().map(str::to_owned);
        if tells("gaps") { state() } else { tells("proofs").then(|| "proven".to_owned()) }
    }

    /// Does what a case says, to its example and others.
    async fn apply(&self, example: &str, parts: &str) {
        for part in parts.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let sql = match (part.split_at(1), part.split_once(" SET ")) {
                (("+", field), _) => self.link(field),
                (("-", field), _) => {
                    let (source, field) = field.split_once('.').expect("Type.field");
                    format!("DELETE FROM link WHERE source_type = '{source}' AND field = '{field}'")
                }
                (_, Some((other, assignments))) => self.update(other, assignments),
                _ => self.update(example, part),
            };
            self.rows.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }

    fn update(&self, example: &str, assignments: &str) -> String {
        let mut sql = match example {
            // What is counted of the organisation is no record.
            "tenant_counter" => {
                format!("UPDATE tenant_counter SET {assignments} WHERE organisation_id = {{organisations}}")
            }
            _ => format!("UPDATE \"{}\" SET {assignments} WHERE id = {{{example}}}", of(example).table),
        };
        for name in self.ids.keys() {
            sql = sql.replace(&format!("{{{name}}}"), &self.id(name));
        }
        while let Some((before, rest)) = sql.split_once("{20") {
            let (day, after) = rest.split_once('}').expect("a day");
            let at: chrono::DateTime<chrono::Utc> = format!("20{day}T09:00:00Z").parse().expect("a day");
            sql = format!("{before}{}{after}", at.timestamp_micros());
        }
        sql
    }

    /// A link from the example of a type to the example of the type that the field refers to.
    fn link(&self, field: &str) -> String {
        let (source, field) = field.split_once('.').expect("Type.field");
        let spec = isms::resources::spec(source).expect("a type");
        let reference = spec.references.iter().find(|reference| reference.field == field).expect("a reference");
        let target = isms::resources::spec(reference.target).expect("a type");
        format!(
            "INSERT INTO link (source_id, source_type, field, target_id) \
             VALUES ({}, '{source}', '{field}', {}) ON CONFLICT DO NOTHING",
            self.id(spec.plural),
            self.id(target.plural)
        )
    }

    /// The example's id as the database writes it.
    fn id(&self, example: &str) -> String {
        let id = self.ids.get(example).unwrap_or_else(|| panic!("there is no example {example}"));
        match self.rows.get_database_backend() {
            DbBackend::Postgres => format!("CAST('{id}' AS uuid)"),
            _ => format!("x'{}'", id.replace('-', "")),
        }
    }
}

/// A rule misses each proof of which there are too few records, and no other.
fn misses_what_is_too_few(told: &Value) {
    let rule = rules::all().find(|rule| told["id"] == rule.id).expect("a rule");
    let missing = told["missing"].as_array().expect("a list");
    for (proof, shown) in rule.proofs.iter().zip(told["proofs"].as_array().expect("proofs")) {
        let enough = shown["total"].as_u64() >= Some(proof.least);
        assert_ne!(missing.iter().any(|what| what == proof.what), enough, "{}: {}: {shown}", rule.id, proof.what);
    }
}

/// The record type of an example: what is not named like one is a person.
fn of(example: &str) -> &'static Spec {
    let plural = example.split(' ').next().unwrap_or_default();
    let find = |plural: &str| isms::resources::specs().iter().find(|spec| spec.plural == plural);
    find(plural).or_else(|| find("users")).expect("a type")
}

#[test]
fn every_proof_and_gap_of_every_rule_has_a_case() {
    let tables = [
        context::CASES,
        leadership::CASES,
        planning::CASES,
        support::CASES,
        operation::CASES,
        evaluation::CASES,
        improvement::CASES,
    ];
    let covered: BTreeSet<_> =
        tables.into_iter().flatten().map(|case| (case.rule, of(case.of).name, case.what)).collect();
    let mut declared = BTreeSet::new();
    for rule in rules::all() {
        let proofs = rule.proofs.iter().map(|proof| (rule.id, proof.of, proof.what));
        for part in proofs.chain(rule.gaps.iter().map(|gap| (rule.id, gap.of, gap.what))) {
            assert!(declared.insert(part), "{part:?} is there twice: nobody can tell which is meant");
        }
    }
    let missing: Vec<_> = declared.difference(&covered).collect();
    let unknown: Vec<_> = covered.difference(&declared).collect();
    println!("{} rules with {} proofs and gaps examined", rules::all().count(), declared.len());
    assert!(!declared.is_empty() && missing.is_empty(), "without a case: {missing:#?}");
    assert!(unknown.is_empty(), "cases of what no rule says: {unknown:#?}");
}
