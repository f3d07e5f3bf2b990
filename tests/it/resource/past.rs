//! `asOf`: records and lists as they stood, for those who may see them now and might have seen them then.

use crate::app::App;
use crate::assurance::package::packed;
use crate::evaluation::Bench;
use crate::evaluation::engagement::open;
use crate::persona::Persona;
use crate::records::{Team, asset, one_of_each, rated};
use chrono::Duration;
use serde_json::{Value, json};

#[tokio::test]
async fn a_record_is_read_as_it_stood() {
    let app = App::start().await;
    let manager = app.manager().await;
    let before = app.now();
    app.advance(Duration::hours(1));
    let id = manager.create("assets", asset("Press")).await;
    let first = app.now();
    app.advance(Duration::hours(1));
    manager.change("assets", &id, json!({"name": "Old press"})).await.expect(200);
    let second = app.now();
    app.advance(Duration::hours(1));
    manager.just("assets", &id, "retire").await.expect(200);
    let at = async |time: &str| manager.get(&format!("/v1/assets/{id}?asOf={time}")).await;
    at(&before).await.problem(404, "not-found");
    let seen = at(&first).await.expect(200);
    assert_eq!((&seen["name"], &seen["version"], &seen["allowedActions"]), (&json!("Press"), &json!(1), &json!([])));
    assert_eq!(at(&second).await.expect(200)["name"], "Old press");
    assert_eq!(at(&app.now()).await.expect(200)["retiredAt"], app.now());
}

#[tokio::test]
async fn a_list_is_read_as_it_stood() {
    let app = App::start().await;
    let manager = app.manager().await;
    let one = manager.create("assets", asset("One")).await;
    let first = app.now();
    app.advance(Duration::days(1));
    let two = manager.create("assets", asset("Two")).await;
    manager.just("assets", &one, "retire").await.expect(200);
    manager.change("assets", &two, json!({"name": "Zwei"})).await.expect(200);
    assert_eq!(manager.every(&format!("/v1/assets?asOf={first}")).await, vec![one.clone()]);
    assert_eq!(manager.every("/v1/assets?asOf=2026-03-02").await, vec![one]);
    assert_eq!(manager.every("/v1/assets?asOf=2026-03-03&name=Zwei").await, vec![two]);
    assert_eq!(manager.every("/v1/assets?asOf=2026-03-01").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_computed_is_computed_for_that_day() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let mut draft = rated("Fire", &team.owner, 4, 4);
    draft["reviewOn"] = json!(app.in_days(3));
    let id = team.manager.create("risks", draft).await;
    app.advance(Duration::days(5));
    let at = async |day: &str| team.manager.get(&format!("/v1/risks/{id}?asOf={day}")).await.expect(200);
    assert_eq!(at("2026-03-04").await["overdue"], false);
    assert_eq!(at("2026-03-06").await["overdue"], true);
    assert_eq!(team.manager.read("risks", &id).await["overdue"], true);
}

#[tokio::test]
async fn the_past_is_for_those_who_may_see_the_record_now_and_then() {
    let app = App::start().await;
    let (north, south) = (app.unit("North", None).await, app.unit("South", None).await);
    let (manager, of_north, of_south) = (app.manager().await, app.owner_of(&north).await, app.owner_of(&south).await);
    let id = manager.create("assets", json!({"name": "Press", "kind": "hardware", "unitId": north})).await;
    let then = app.now();
    app.advance(Duration::hours(1));
    manager.change("assets", &id, json!({"unitId": south})).await.expect(200);
    let path = format!("/v1/assets/{id}?asOf={then}");
    manager.get(&path).await.expect(200);
    of_north.get(&path).await.problem(404, "not-found");
    of_south.get(&path).await.problem(404, "not-found");
    let list = format!("/v1/assets?asOf={then}");
    assert_eq!(of_north.every(&list).await, Vec::<String>::new());
    assert_eq!(of_south.every(&list).await, Vec::<String>::new());
    assert_eq!(manager.every(&list).await, vec![id]);
}

#[tokio::test]
async fn the_past_of_another_organisation_stays_its_own() {
    let app = App::start().await;
    let id = app.manager().await.create("assets", asset("Press")).await;
    let now = app.now();
    app.stranger().get(&format!("/v1/assets/{id}?asOf={now}")).await.problem(404, "not-found");
}

#[tokio::test]
async fn the_future_is_not_told() {
    let app = App::start().await;
    let manager = app.manager().await;
    let id = manager.create("assets", asset("Press")).await;
    for instant in ["2026-03-03", "2026-03-03T00:00:00Z", "9999-12-31", "yesterday", "", "2026-13-01"] {
        manager.get(&format!("/v1/assets/{id}?asOf={instant}")).await.problem(400, "malformed");
        manager.get(&format!("/v1/assets?asOf={instant}")).await.problem(400, "malformed");
    }
    manager.get(&format!("/v1/assets/{id}?asOf=2026-03-02&asOf=2026-03-02")).await.problem(400, "malformed");
    manager.get(&format!("/v1/assets/{id}?since=2026-03-02")).await.problem(400, "malformed");
}

#[tokio::test]
async fn every_type_is_read_in_the_past_as_it_is_now() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let risk = team.to_modify("Fire", 4, 4).await;
    team.approved_plan(&app, &risk, 20).await;
    team.acceptance(&app, &risk, 30).await;
    team.manager.create("vulnerabilities", json!({"name": "Open door", "kind": "physical"})).await;
    team.manager.create("threats", json!({"name": "Fire", "nature": "accidental", "category": "physicalLoss"})).await;
    team.manager.create("controls", json!({"code": "OWN-1", "title": "Guards"})).await;
    team.manager.create("assets", asset("Press")).await;
    let (mut examined, now) = (0, app.now());
    for spec in isms::resources::specs() {
        let reader = if spec.plural == "api-tokens" { app.bootstrap() } else { team.manager.clone() };
        for id in reader.every(&format!("/v1/{}", spec.plural)).await {
            let path = format!("/v1/{}/{id}", spec.plural);
            let mut present = reader.get(&path).await.expect(200);
            let mut past = reader.get(&format!("{path}?asOf={now}")).await.expect(200);
            for record in [&mut present, &mut past] {
                record["allowedActions"] = json!([]);
            }
            assert_eq!(present, past, "{path}");
            examined += 1;
        }
    }
    println!("{examined} records of {} types examined", isms::resources::specs().len());
    assert!(examined > 20);
}

#[tokio::test]
async fn i_11_what_a_list_told_once_it_tells_again_as_of_then() {
    let app = App::start().await;
    let team = crate::records::Team::of(&app).await;
    for title in ["Fire", "Flood", "Theft"] {
        team.evaluated(title, 4, 4).await;
    }
    let then = app.now();
    let ask = async |path: &str| {
        let glue = if path.contains('?') { '&' } else { '?' };
        let reply = team.auditor.get(&format!("{path}{glue}asOf={then}")).await;
        reply.expect(200);
        reply.text
    };
    let lists = ["/v1/risks?count=true&sort=title", "/v1/risks?handling=unhandled&count=true", "/v1/readiness"];
    let mut before = Vec::new();
    for path in lists {
        before.push(ask(path).await);
    }
    app.advance(Duration::days(3));
    let risk = team.manager.every("/v1/risks?title=Fire").await.remove(0);
    team.owner.change("risks", &risk, json!({"title": "Blaze", "currentImpact": 1})).await.expect(200);
    team.evaluated("Frost", 5, 5).await;
    for (path, before) in lists.iter().zip(before) {
        assert_eq!(ask(path).await, before, "{path}");
    }
}

/// Every field of an output type that takes no argument, with those of the objects in it; edges to records are left out.
pub fn selection(types: &Value, name: &str, depth: u32) -> String {
    let mut text = String::from("{ __typename ");
    for field in types[name]["fields"].as_array().into_iter().flatten() {
        let mut of = &field["type"];
        while of["ofType"].is_object() {
            of = &of["ofType"];
        }
        let takes_nothing = field["args"].as_array().is_none_or(Vec::is_empty);
        let inner = of["name"].as_str().expect("a type");
        let is_record = isms::resources::specs().iter().any(|spec| spec.name == inner);
        match of["kind"].as_str() {
            Some("OBJECT") if takes_nothing && !is_record && depth > 0 => {
                text.push_str(&format!(
                    "{} {} ",
                    field["name"].as_str().expect("a name"),
                    selection(types, inner, depth - 1)
                ));
            }
            Some("SCALAR" | "ENUM") if takes_nothing => {
                text.push_str(&format!("{} ", field["name"].as_str().expect("a name")));
            }
            _ => {}
        }
    }
    text + "}"
}

/// The output types of the schema by name.
pub async fn types(manager: &Persona) -> Value {
    let kind = "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";
    let query = format!("{{ __schema {{ types {{ name fields {{ name args {{ name }} type {{ {kind} }} }} }} }} }}");
    let answer = manager.post("/graphql", json!({"query": query})).await.expect(200);
    let all = answer["data"]["__schema"]["types"].as_array().expect("types").iter();
    all.map(|ty| (ty["name"].as_str().expect("a name").to_owned(), ty.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Asks for everything that every record type has, now and as of today, at both doors and in files.
pub async fn all_of_it(manager: &Persona, today: &str) -> usize {
    let types = types(manager).await;
    let mut read = 0;
    for spec in isms::resources::specs() {
        for as_of in ["", today] {
            let asked = if as_of.is_empty() { String::new() } else { format!("&asOf={as_of}") };
            let reply = manager.get(&format!("/v1/{}?retired=any&limit=200{asked}", spec.plural)).await;
            assert!(matches!(reply.status, 200 | 403), "{} {as_of}: {}", spec.plural, reply.text);
            let file = manager.get(&format!("/v1/{}:export?format=csv{asked}", spec.plural)).await;
            assert!(matches!(file.status, 200 | 403), "{} {as_of}: {}", spec.plural, file.text);
            let asked = if as_of.is_empty() { String::new() } else { format!(", asOf: {as_of:?}") };
            let list = camel(spec.plural);
            let fields = selection(&types, spec.name, 3);
            let query = format!("{{ {list}(first: 100, retired: show{asked}) {{ nodes {fields} }} }}");
            let answer = manager.post("/graphql", json!({"query": query})).await;
            assert_eq!(answer.json()["errors"], Value::Null, "{list} {as_of}: {}", answer.text);
            read += answer.json()["data"][&list]["nodes"].as_array().map_or(0, Vec::len);
        }
    }
    for (field, of) in
        [("readiness", "Readiness"), ("tasks", "Tasks"), ("calendar", "Calendar"), ("evidenceGaps", "Gaps")]
    {
        let answer =
            manager.post("/graphql", json!({"query": format!("{{ {field} {} }}", selection(&types, of, 4))})).await;
        assert_eq!(answer.json()["errors"], Value::Null, "{field}: {}", answer.text);
    }
    read
}

/// `audit-packages` → `auditPackages`.
pub fn camel(plural: &str) -> String {
    let mut parts = plural.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| name + &part[..1].to_uppercase() + &part[1..])
}

#[tokio::test]
async fn every_record_type_is_read_whole_now_and_in_the_past_at_both_doors() {
    let app = App::start().await;
    let team = Team::of(&app).await;
    one_of_each(&app, &team).await;
    let read = all_of_it(&team.manager, &app.today().to_string()).await;
    println!("{read} records read");
    assert!(read > 100, "{read}");
}

#[tokio::test]
async fn an_audit_that_is_only_planned_is_in_the_past_and_in_the_package() {
    let app = App::start().await;
    let bench = Bench::of(&app).await;
    let audit = bench.planned(&app).await;
    let (manager, today) = (&bench.manager, app.today());
    let seen = manager.get(&format!("/v1/audits/{audit}?asOf={today}")).await.expect(200);
    assert_eq!((&seen["state"], &seen["report"]), (&json!("planned"), &Value::Null));
    let engagement = open(&app, manager, &bench.management, json!({"windowUntil": today})).await;
    let auditor = app.external_auditor(manager, &engagement).await;
    auditor.get("/v1/audits").await.expect(200);
    app.seal().await;
    packed(manager, &engagement).await;
}
