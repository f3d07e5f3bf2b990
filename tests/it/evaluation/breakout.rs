//! An external auditor tries to see beyond the engagement, by every way that there is.

use super::engagement::open;
use crate::app::App;
use crate::persona::Persona;
use crate::records::{Examples, Team, one_of_each, risk};
use reqwest::Method;
use serde_json::{Value, json};

/// Stands in every text of what lies outside.
const SECRET: &str = "Zirbelkiefer";

/// An organisation of which a plant is open to an auditor, and an office is not.
struct Scene {
    app: App,
    team: Team,
    /// In the plant.
    shown: String,
    /// A record of each kind at the root, which lies outside.
    hidden: Examples,
    auditor: Persona,
}

impl Scene {
    async fn new() -> Self {
        let app = App::start().await;
        let team = Team::of(&app).await;
        let plant = app.unit("Plant", None).await;
        let office = app.unit(&format!("{SECRET} office"), None).await;
        let hidden = one_of_each(&app, &team).await;
        let mut draft = risk("Shown", &team.owner);
        draft["unitId"] = plant.clone().into();
        draft["assetIds"] = json!([hidden["assets"]]);
        draft["controlIds"] = json!([]);
        let shown = team.manager.create("risks", draft).await;
        let mut draft = risk(&format!("{SECRET} risk"), &team.owner);
        draft["unitId"] = office.into();
        team.manager.create("risks", draft).await;
        let engagement = open(&app, &team.manager, &team.management, json!({"unitIds": [plant]})).await;
        let auditor = app.external_auditor(&team.manager, &engagement).await;
        Self { app, team, shown, hidden, auditor }
    }

    /// What must not stand in any answer: ids and names of what lies outside.
    fn taboo(&self) -> Vec<String> {
        let known = ["organisations", "units", "engagements", "invitations", "audit-requests"];
        let ids = self.hidden.iter().filter(|(plural, _)| !known.contains(plural)).map(|(_, id)| id.clone());
        let people = [&self.team.manager, &self.team.management, &self.team.owner, &self.team.auditor];
        ids.chain(people.map(|person| person.id.clone())).chain([SECRET.to_owned()]).collect()
    }

    /// What GraphQL answers the auditor.
    async fn ask(&self, query: &str) -> String {
        let reply = self.auditor.post("/graphql", json!({"query": query})).await;
        assert!(reply.status < 500 && !reply.text.contains("went wrong"), "{query}: {}", reply.text);
        reply.text
    }

    fn is_clean(&self, way: &str, text: &str) {
        for taboo in self.taboo() {
            assert!(!text.contains(&taboo), "{way} shows {taboo}: {text}");
        }
    }
}

#[tokio::test]
async fn no_operation_shows_an_auditor_anything_outside() {
    let scene = Scene::new().await;
    let (mut reads, mut writes) = (0, 0);
    for (method, path) in isms::app::registry().operations() {
        let plural = path.strip_prefix("/v1/").unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
        let id = scene.hidden.get(plural).cloned().unwrap_or_default();
        let at = path.replace("{id}", &id).replace("{other}", &id).replace("{tail}", "0/000");
        if method == "GET" {
            for also in ["", "?count=true", "?q=Zirbelkiefer", "?retired=any", "?asOf=2026-03-02", "?format=csv"] {
                let reply = scene.auditor.get(&format!("{at}{also}")).await;
                assert!(reply.status < 500, "{at}{also}: {}", reply.text);
                scene.is_clean(&format!("GET {at}{also}"), &reply.text.replace(&format!("{at}{also}"), ""));
                reads += 1;
            }
        } else if plural != "audit-requests" && path != "/v1/invitations:accept" {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let request = scene.auditor.request(method.clone(), &at).header("if-match", "*").json(&json!({}));
            let reply = crate::persona::send(request).await;
            assert!((400..500).contains(&reply.status), "{method} {at}: {} {}", reply.status, reply.text);
            scene.is_clean(&format!("{method} {at}"), &reply.text.replace(&id, ""));
            writes += 1;
        }
    }
    println!("{reads} reads and {writes} writes tried by an external auditor");
    assert!(reads > 300 && writes > 300);
}

#[tokio::test]
async fn no_question_shows_an_auditor_anything_outside() {
    let scene = Scene::new().await;
    let schema = scene
        .ask(
            "{ __schema { types { name fields { name type { kind name ofType { kind name ofType { kind name
             ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }",
        )
        .await;
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let types = schema["data"]["__schema"]["types"].as_array().expect("types").clone();
    let fields_of = |name: &str| {
        let kind = types.iter().find(|kind| kind["name"] == name).expect("a type");
        kind["fields"].as_array().expect("fields").clone()
    };
    // The innermost type of a field, and whether more is to be selected of it.
    let inner = |field: &Value| {
        let mut kind = field["type"].clone();
        while !kind["ofType"].is_null() {
            kind = kind["ofType"].clone();
        }
        (kind["name"].as_str().expect("a name").to_owned(), kind["kind"] == "OBJECT")
    };
    let (mut asked, mut refused) = (0, Vec::new());
    for spec in isms::resources::specs() {
        let id = &scene.hidden[spec.plural];
        let (mut plain, mut edges) = (Vec::new(), Vec::new());
        for field in fields_of(spec.name) {
            let name = field["name"].as_str().expect("a name").to_owned();
            match inner(&field) {
                (_, false) => plain.push(name),
                (target, true) if isms::resources::spec(&target).is_some() => {
                    edges.push(format!("{name} {{ id reference withheld createdBy }}"));
                }
                _ => {}
            }
        }
        let plural = spec.plural.split('-').enumerate().map(|(i, part)| match i {
            0 => part.to_owned(),
            _ => part[..1].to_uppercase() + &part[1..],
        });
        let plural = plural.collect::<String>();
        let plain = plain.join(" ");
        let mut questions = vec![
            format!("{{ {plural}(first: 50) {{ totalCount nodes {{ {plain} }} }} }}"),
            format!("{{ {plural}(first: 50, q: \"{SECRET}\") {{ totalCount nodes {{ id }} }} }}"),
            format!("{{ node(id: \"{id}\") {{ id __typename ... on {} {{ {plain} }} }} }}", spec.name),
            format!("{{ a: node(id: \"{id}\") {{ id }} b: node(id: \"{id}\") {{ __typename }} }}"),
        ];
        questions.extend(edges.iter().map(|edge| format!("{{ {plural}(first: 20) {{ nodes {{ {edge} }} }} }}")));
        let counts = format!("{plural}CountBy");
        if fields_of("Query").iter().any(|field| field["name"] == counts.as_str()) {
            for by in ["ownerId", "createdBy", "unitId", "state", "updatedBy"] {
                questions.push(format!("{{ {counts}(by: [{by}]) {{ {by} count }} }}"));
            }
        }
        for question in questions {
            let text = scene.ask(&question).await;
            if text.contains("\"errors\"") {
                refused.push(question.clone());
            }
            scene.is_clean(&question, &text.replace(&format!("\\\"{id}\\\""), ""));
            asked += 1;
        }
    }
    for board in [
        "riskMatrix(rating: current) { unrated elsewhere cells { count } }",
        "soaCoverage { theme controls statuses { status applicable } }",
        "me { name engagementId may roles { role } }",
        "evidenceGaps { items { control } }",
        "readiness { rules { id failing } }",
        "tasks { items { title } }",
        "calendar { items { title } }",
        "cycle { step }",
    ] {
        let text = scene.ask(&format!("{{ {board} }}")).await;
        scene.is_clean(board, &text);
        asked += 1;
    }
    println!("{asked} questions asked by an external auditor; {} refused: {refused:#?}", refused.len());
    assert!(asked > 400 && refused.len() * 5 < asked);
}

#[tokio::test]
async fn tokens_and_links_of_other_engagements_of_closed_ones_and_made_up_ones_open_nothing() {
    let scene = Scene::new().await;
    let (manager, management) = (&scene.team.manager, &scene.team.management);
    let other = open(&scene.app, manager, management, json!({"title": "Other", "recordKinds": ["assets"]})).await;
    let theirs = scene.app.external_auditor(manager, &other).await;
    assert_eq!(theirs.every("/v1/risks").await.len(), 0);
    let own = scene.auditor.get("/v1/me").await.expect(200)["engagementId"].as_str().expect("an id").to_owned();
    for (persona, id) in [(&theirs, own.as_str()), (&scene.auditor, other.as_str())] {
        persona.get(&format!("/v1/engagements/{id}")).await.problem(404, "not-found");
        persona.get(&format!("/v1/engagements/{id}/readings")).await.problem(404, "not-found");
        persona.get(&format!("/v1/engagements/{id}/history")).await.problem(404, "not-found");
    }
    theirs.get(&format!("/v1/invitations/{}", scene.auditor.id)).await.problem(404, "not-found");
    assert_eq!(theirs.every("/v1/invitations").await, std::slice::from_ref(&theirs.id));
    let request = scene.auditor.create("audit-requests", json!({"title": "Mine"})).await;
    for act in ["accept", "withdraw", "ask-again"] {
        theirs.act("audit-requests", &request, act, json!({"reason": "So"})).await.problem(404, "not-found");
    }
    let (front, back) = scene.auditor.token().split_at(12);
    let forged = format!("{front}{}{}", if back.starts_with('A') { "B" } else { "A" }, &back[1..]);
    scene.app.with_token(&forged).get("/v1/risks").await.problem(401, "unauthenticated");
    // A cursor of the manager's list does not open it for the auditor.
    let page = manager.get("/v1/risks?limit=1").await.expect(200);
    let cursor = page["nextCursor"].as_str().expect("another page");
    let reply = scene.auditor.get(&format!("/v1/risks?limit=1&cursor={cursor}")).await;
    scene.is_clean("a cursor of the manager's", &reply.text);
    manager.act("engagements", &own, "close", json!({"reason": "Done"})).await.expect(200);
    for path in ["/v1/me", "/v1/risks", "/v1/risks?asOf=2026-03-02", "/v1/engagements"] {
        scene.auditor.get(path).await.problem(401, "unauthenticated");
    }
    scene.auditor.post("/graphql", json!({"query": "{ __typename }"})).await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn what_is_sensitive_is_masked_at_both_doors_and_in_filters_sorts_and_history() {
    let scene = Scene::new().await;
    let (manager, plant) = (&scene.team.manager, &scene.team);
    let unit = manager.read("risks", &scene.shown).await["unitId"].clone();
    let person = json!({"name": "Ida", "email": "ida@example.org", "unitId": unit});
    let person = plant.administrator.create("users", person).await;
    let seen = scene.auditor.read("users", &person).await;
    assert_eq!([&seen["name"], &seen["email"]], [&json!("Ida"), &json!("")]);
    assert!(seen["withheld"].as_array().is_some_and(|fields| fields.contains(&json!("email"))));
    assert_eq!(scene.auditor.every("/v1/users?email=ida@example.org").await.len(), 0);
    assert_eq!(scene.auditor.every("/v1/users?q=ida@example.org").await.len(), 0);
    assert_eq!(scene.auditor.every("/v1/users?q=Ida").await, std::slice::from_ref(&person));
    scene.auditor.get("/v1/users?sort=email").await.problem(400, "malformed");
    let history = scene.auditor.get(&format!("/v1/users/{person}/history")).await;
    assert!(history.status == 200 && !history.text.contains("ida@"), "{}", history.text);
    let export = scene.auditor.get("/v1/users:export?format=csv").await;
    assert!(export.status == 200 && !export.text.contains("ida@"), "{}", export.text);
    let incident = json!({"title": "Lost laptop", "description": "Ida's, from her car", "unitId": unit});
    let incident = manager.create("incidents", incident).await;
    let asked = json!({"query": "{ incidents { nodes { title description channel reportedBy withheld } } }"});
    let shown = scene.auditor.post("/graphql", asked).await.expect(200)["data"]["incidents"]["nodes"][0].clone();
    assert_eq!([&shown["title"], &shown["description"]], [&json!("Lost laptop"), &Value::Null]);
    assert_eq!(scene.auditor.read("incidents", &incident).await["description"], Value::Null);
    assert_eq!(scene.auditor.every("/v1/incidents?q=car").await.len(), 0);
    assert_eq!(manager.read("incidents", &incident).await["description"], "Ida's, from her car");
    let confidential = json!({"title": "Fraud", "confidential": true, "unitId": unit});
    let confidential = manager.create("incidents", confidential).await;
    scene.auditor.get(&format!("/v1/incidents/{confidential}")).await.problem(404, "not-found");
    assert_eq!(scene.auditor.every("/v1/incidents").await, [incident]);
}

#[tokio::test]
async fn what_an_auditor_opens_is_noted_for_both_sides() {
    let scene = Scene::new().await;
    let own = scene.auditor.get("/v1/me").await.expect(200)["engagementId"].as_str().expect("an id").to_owned();
    scene.auditor.read("risks", &scene.shown).await;
    scene.auditor.get(&format!("/v1/risks/{}", scene.hidden["risks"])).await.problem(404, "not-found");
    scene.auditor.post("/graphql", json!({"query": "{ risks { nodes { title } } }"})).await.expect(200);
    scene.team.manager.read("risks", &scene.shown).await;
    let path = format!("/v1/engagements/{own}/readings");
    let noted = scene.team.manager.get(&path).await.expect(200);
    let what: Vec<&str> =
        noted["items"].as_array().expect("items").iter().filter_map(|item| item["what"].as_str()).collect();
    let risk = format!("GET /v1/risks/{}", scene.shown);
    assert_eq!(what, ["POST /graphql { risks { nodes { title } } } {}", &risk, "GET /v1/me"]);
    assert_eq!(noted["items"][1]["recordId"], scene.shown);
    assert_eq!([&noted["items"][1]["recordType"], &noted["items"][1]["auditorId"]], ["Risk", &scene.auditor.id]);
    let first = scene.auditor.get(&format!("{path}?limit=1")).await.expect(200);
    assert_eq!(first["items"][0], noted["items"][0]);
    let next = first["nextCursor"].as_str().expect("more");
    let second = scene.team.manager.get(&format!("{path}?limit=1&cursor={next}")).await.expect(200);
    assert_eq!(second["items"][0], noted["items"][1]);
    scene.team.owner.get(&path).await.expect(200);
    scene.app.member().await.get(&path).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_is_computed_of_more_than_the_auditor_may_see_is_withheld() {
    let scene = Scene::new().await;
    let manager = &scene.team.manager;
    let unit = manager.read("risks", &scene.shown).await["unitId"].clone();
    let server = json!({"name": "Server", "kind": "hardware", "unitId": unit, "confidentiality": 1});
    let server = manager.create("assets", server).await;
    let outside = json!({"name": "Files", "kind": "information", "confidentiality": 4, "dependsOnIds": [server]});
    manager.create("assets", outside).await;
    assert_eq!(manager.read("assets", &server).await["effectiveConfidentiality"], 4);
    for path in ["", "?asOf=2026-03-02"] {
        let seen = scene.auditor.get(&format!("/v1/assets/{server}{path}")).await.expect(200);
        assert_eq!((&seen["effectiveConfidentiality"], &seen["confidentiality"]), (&Value::Null, &json!(1)), "{path}");
        let withheld = seen["withheld"].as_array().expect("a list");
        assert!(withheld.contains(&json!("effectiveConfidentiality")), "{path}: {seen}");
    }
    // Who owns a record outside is withheld, and yet it has an owner.
    assert_eq!(scene.auditor.read("risks", &scene.shown).await["orphaned"], false);
}

#[tokio::test]
async fn references_to_what_lies_outside_are_withheld_and_told_to_be() {
    let scene = Scene::new().await;
    let seen = scene.auditor.read("risks", &scene.shown).await;
    assert_eq!([&seen["ownerId"], &seen["assetIds"]], [&Value::Null, &json!([])]);
    let withheld: Vec<&str> = seen["withheld"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for field in ["ownerId", "assetIds", "createdBy", "updatedBy"] {
        assert!(withheld.contains(&field), "{field} in {withheld:?}");
    }
    assert_eq!(scene.team.manager.read("risks", &scene.shown).await["withheld"], json!([]));
    assert_eq!(scene.auditor.every("/v1/risks").await, std::slice::from_ref(&scene.shown));
    for filter in [
        format!("ownerId={}", scene.team.owner.id),
        format!("assetIds={}", scene.hidden["assets"]),
        format!("createdBy={}", scene.team.manager.id),
        format!("updatedBy={}", scene.team.manager.id),
        "q=Zirbelkiefer".into(),
    ] {
        assert_eq!(scene.auditor.every(&format!("/v1/risks?{filter}")).await.len(), 0, "{filter}");
    }
    let counted = scene.auditor.get("/v1/risks?count=true&limit=1").await.expect(200);
    assert_eq!(counted["total"], 1);
    assert_eq!(scene.auditor.every(&format!("/v1/risks?within={}", scene.app.root().await)).await.len(), 1);
}
