//! A stage-2 audit from invitation to a package that is verified when the service is gone, and everything that the auditor
//! tries to see beyond it: each way by name, none succeeds.

use super::engagement::drafted;
use crate::app::App;
use crate::assurance::package::{download, packed, prove};
use crate::persona::Persona;
use crate::records::{Examples, Team, one_of_each, risk};
use chrono::Duration;
use serde_json::{Value, json};

/// Stands in all that lies outside.
const SECRET: &str = "Zirbelkiefer";

/// What must come of an attempt.
#[derive(Clone, Copy, Debug)]
enum Comes {
    /// It is refused with this status.
    Status(u16),
    /// It is answered, and nothing from outside is in the answer.
    Clean,
}
use Comes::{Clean, Status};

struct Stage {
    app: App,
    team: Team,
    inside: String,
    outside: String,
    hidden: Examples,
    auditor: Persona,
    engagement: String,
}

/// Invited, accepted, asked, answered, drawn, frozen and compared.
async fn audit() -> Stage {
    let app = App::start().await;
    let team = Team::of(&app).await;
    let (plant, office) = (app.unit("Plant", None).await, app.unit(&format!("{SECRET} office"), None).await);
    let hidden = one_of_each(&app, &team).await;
    let mut draft = risk("Fire in the plant", &team.owner);
    draft["unitId"] = plant.clone().into();
    draft["assetIds"] = json!([hidden["assets"]]);
    let inside = team.manager.create("risks", draft).await;
    let mut draft = risk(&format!("{SECRET} risk"), &team.owner);
    draft["unitId"] = office.into();
    let outside = team.manager.create("risks", draft).await;
    let day = app.in_days(0);
    let also = json!({"unitIds": [plant], "windowFrom": day, "heldBack": "Prices"});
    let engagement = drafted(&app, &team.manager, also).await;
    team.management.just("engagements", &engagement, "open").await.expect(200);
    let auditor = app.external_auditor(&team.manager, &engagement).await;
    assert_eq!(auditor.every("/v1/risks").await, std::slice::from_ref(&inside));
    let asked = json!({"title": "How is fire found?", "clause": "A.7.5", "dueOn": app.in_days(5)});
    let request = auditor.create("audit-requests", asked).await;
    team.manager.change("audit-requests", &request, json!({"ownerId": team.owner.id})).await;
    let answer = json!({"answer": "Detectors in each hall", "riskIds": [inside]});
    team.manager.act("audit-requests", &request, "answer", answer).await.expect(200);
    assert_eq!(auditor.just("audit-requests", &request, "accept").await.expect(200)["state"], "accepted");
    let drawn = auditor.get("/v1/risks:sample?size=3&seed=plant").await.expect(200);
    assert_eq!((&drawn["population"], &drawn["drawn"][0]["id"]), (&json!(1), &json!(inside)));
    app.advance(Duration::days(1));
    team.manager.just("engagements", &engagement, "freeze").await.expect(200);
    app.advance(Duration::days(1));
    team.manager.change("risks", &inside, json!({"title": "Fire, seen again"})).await.expect(200);
    assert_eq!(auditor.read("risks", &inside).await["title"], "Fire in the plant");
    let now = format!("{}T09:00:00Z", app.in_days(0));
    let told = auditor.get(&format!("/v1/risks:differences?from={day}T23:00:00Z&to={now}")).await.expect(200);
    assert_eq!(told["items"][0]["after"]["title"], "Fire, seen again");
    Stage { app, team, inside, outside, hidden, auditor, engagement }
}

impl Stage {
    /// Every way out that there is a name for: what is asked, how, and what has to come of it.
    fn ways(&self) -> Vec<(&'static str, &'static str, String, Value, Comes)> {
        let (inside, outside, hidden) = (&self.inside, &self.outside, &self.hidden);
        let (owner, manager) = (&self.team.owner.id, &self.team.manager.id);
        let (asset, user) = (&hidden["assets"], &self.team.auditor.id);
        let get = |name, path: String, comes| (name, "GET", path, Value::Null, comes);
        let ask = |name, query: String| (name, "POST", "/graphql".to_owned(), json!({"query": query}), Clean);
        let post = |name, path: String, body: Value, comes| (name, "POST", path, body, comes);
        let sql = "%27%20OR%201%3D1--";
        vec![
            get("a record by its id", format!("/v1/risks/{outside}"), Status(404)),
            get("its history", format!("/v1/risks/{outside}/history"), Status(404)),
            get("its differences", format!("/v1/risks/{outside}/differences"), Status(404)),
            get("an asset that a visible risk names", format!("/v1/assets/{asset}"), Status(404)),
            get("a person", format!("/v1/users/{owner}"), Status(404)),
            get("a file outside", format!("/v1/evidence-items/{}/content", hidden["evidence-items"]), Status(404)),
            get(
                "a document's file",
                format!("/v1/document-versions/{}/content", hidden["document-versions"]),
                Status(404),
            ),
            get(
                "minutes outside",
                format!("/v1/management-reviews/{}/minutes.pdf", hidden["management-reviews"]),
                Status(404),
            ),
            get("another engagement", format!("/v1/engagements/{}", hidden["engagements"]), Status(404)),
            get("its receipts", format!("/v1/engagements/{}/readings", hidden["engagements"]), Status(404)),
            get("its package", format!("/v1/audit-packages/{}/content", hidden["audit-packages"]), Status(404)),
            get("another auditor", format!("/v1/invitations/{}", hidden["invitations"]), Status(404)),
            get("another's request", format!("/v1/audit-requests/{}", hidden["audit-requests"]), Status(404)),
            get("a token", format!("/v1/api-tokens/{}", hidden["api-tokens"]), Status(404)),
            get("the unit above", format!("/v1/risks?within={}", hidden["units"]), Clean),
            get("the list", "/v1/risks?limit=200".into(), Clean),
            get("the number", "/v1/risks?count=true&limit=1".into(), Clean),
            get("a search", format!("/v1/risks?q={SECRET}"), Clean),
            get("a search for units", format!("/v1/units?q={SECRET}"), Clean),
            get("a filter by title", format!("/v1/risks?title={SECRET}%20risk"), Clean),
            get("a filter by owner", format!("/v1/risks?ownerId={owner}"), Clean),
            get("a filter by maker", format!("/v1/risks?createdBy={manager}"), Clean),
            get("a filter by state", "/v1/risks?state=identified".into(), Clean),
            get("a filter by a hidden link", format!("/v1/risks?assetIds={asset}"), Clean),
            get("a filter by computed state", "/v1/risks?handling=unhandled".into(), Clean),
            get("a filter by id", format!("/v1/risks?id={outside}"), Clean),
            get("a filter with SQL in it", format!("/v1/risks?title={sql}"), Clean),
            get("retired ones", "/v1/risks?retired=any".into(), Clean),
            get("a sort by what is masked", "/v1/users?sort=email".into(), Status(400)),
            get("a sort", "/v1/risks?sort=-title".into(), Clean),
            get("a cursor made up", "/v1/risks?cursor=eyJpZCI6MX0".into(), Status(400)),
            get("an export", "/v1/risks:export?format=csv".into(), Clean),
            get("an export of people", "/v1/users:export?format=csv".into(), Clean),
            get("an export of roles", "/v1/role-assignments:export".into(), Clean),
            get("a sample", "/v1/risks:sample?size=500&seed=x".into(), Clean),
            get("a sample of people", "/v1/users:sample?size=500&seed=x".into(), Clean),
            get("all differences", "/v1/risks:differences".into(), Clean),
            get("differences of people", "/v1/users:differences".into(), Clean),
            get("the day before the window", "/v1/risks?asOf=2026-01-01".into(), Status(400)),
            get("a record before the window", format!("/v1/risks/{inside}?asOf=2026-01-01"), Status(400)),
            get("tomorrow", "/v1/risks?asOf=2030-01-01".into(), Status(400)),
            get("a day of the window", "/v1/risks?asOf=2026-03-02".into(), Clean),
            get("readiness", "/v1/readiness".into(), Status(403)),
            get("the trail", "/v1/trail/entries".into(), Status(403)),
            get("its size", "/v1/trail/checkpoint".into(), Status(403)),
            get("a proof", "/v1/trail/inclusion?index=0&size=1".into(), Status(403)),
            get("the draft of the statement", "/v1/statements/draft".into(), Status(403)),
            get("tasks", "/v1/tasks".into(), Clean),
            get("the calendar", "/v1/calendar".into(), Clean),
            get("gaps in evidence", "/v1/evidence-gaps".into(), Clean),
            get("who may do what", format!("/v1/authorization/access?recordType=Risk&recordId={inside}"), Status(403)),
            get("what a person may", format!("/v1/authorization/access?principalId={user}"), Status(403)),
            get("refusals", "/v1/authorization/denials".into(), Status(403)),
            post(
                "a decision about a record outside",
                "/v1/authorization/check".into(),
                json!({"action": "read", "recordType": "Risk", "recordId": outside}),
                Status(403),
            ),
            post("a simulation", "/v1/authorization/simulate".into(), json!({}), Status(403)),
            post(
                "a package of their own",
                format!("/v1/engagements/{}/package", self.engagement),
                json!({}),
                Status(403),
            ),
            post(
                "more time",
                format!("/v1/engagements/{}/extend", self.engagement),
                json!({"expiresAt": "2099-01-01T00:00:00Z", "reason": "More"}),
                Status(403),
            ),
            post("a thaw", format!("/v1/engagements/{}/freeze", self.engagement), json!({}), Status(403)),
            post(
                "an invitation",
                "/v1/invitations".into(),
                json!({"engagementId": self.engagement, "name": "Bo", "email": "bo@x.example"}),
                Status(403),
            ),
            post("a risk", "/v1/risks".into(), json!({"title": "x", "affects": ["integrity"]}), Status(403)),
            post("a role", "/v1/role-assignments".into(), json!({"userId": user, "role": "manager"}), Status(403)),
            post("a token", "/v1/api-tokens".into(), json!({"name": "x", "userId": user}), Status(403)),
            post(
                "an audit that tells what its lead owns",
                "/v1/audits".into(),
                json!({"title": "x", "leadId": owner, "plannedFrom": "2026-03-02", "plannedTo": "2026-03-03"}),
                Status(403),
            ),
            post("an act on what is seen", format!("/v1/risks/{inside}/retire"), json!({}), Status(403)),
            post("an act on what is not", format!("/v1/risks/{outside}/retire"), json!({}), Status(404)),
            post(
                "a request that names what is not seen",
                "/v1/audit-requests".into(),
                json!({"title": "x", "engagementId": hidden["engagements"]}),
                Clean,
            ),
            ask("a node", format!("{{ node(id: \"{outside}\") {{ id __typename }} }}")),
            ask(
                "an edge",
                format!("{{ risk(id: \"{inside}\") {{ assets {{ id name }} owner {{ id name email }} withheld }} }}"),
            ),
            ask("a way back", "{ units { nodes { name parent { name } } } }".into()),
            ask(
                "aliases",
                format!("{{ a: risk(id: \"{outside}\") {{ title }} b: risks {{ totalCount nodes {{ title }} }} }}"),
            ),
            ask("counts by unit", "{ risksCountBy(by: [unitId]) { unitId count } }".into()),
            ask("counts by owner", "{ risksCountBy(by: [ownerId]) { ownerId count } }".into()),
            ask("the matrix", "{ riskMatrix(rating: current) { unrated elsewhere cells { count } } }".into()),
            ask("a filter at the gateway", format!("{{ risks(filter: {{ownerId: \"{owner}\"}}) {{ totalCount }} }}")),
            ask("the past at the gateway", "{ risks(asOf: \"2026-01-01\") { totalCount } }".into()),
            ask("who they are", "{ me { name engagementId may roles { role } } }".into()),
            ask("packages of others", "{ auditPackages { totalCount nodes { id engagementId } } }".into()),
            ask("readiness at the gateway", "{ readiness { rules { id state } } }".into()),
            ("a change of what is seen", "PATCH", format!("/v1/risks/{inside}"), json!({"title": "Mine"}), Status(403)),
            (
                "a file for evidence",
                "PUT",
                format!("/v1/evidence-items/{}/content", hidden["evidence-items"]),
                json!({}),
                Status(404),
            ),
        ]
    }

    fn is_clean(&self, name: &str, asked: &str, text: &str) {
        let known = ["organisations", "units"];
        let ids = self.hidden.iter().filter(|(plural, _)| !known.contains(plural)).map(|(_, id)| id.as_str());
        let people = [&self.team.owner, &self.team.management, &self.team.auditor].map(|person| person.id.as_str());
        for taboo in ids.chain(people).chain([SECRET, self.outside.as_str()]) {
            let shown = text.replace(&format!("\\\"{taboo}\\\""), "");
            assert!(asked.contains(taboo) || !shown.contains(taboo), "{name} shows {taboo}: {text}");
        }
    }
}

#[tokio::test]
async fn an_auditor_goes_from_invitation_to_package_and_gets_out_by_no_way() {
    let stage = audit().await;
    stage.app.seal().await;
    let ways = stage.ways();
    for (name, method, path, body, comes) in &ways {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = stage.auditor.request(method, path).header("if-match", "*");
        if !body.is_null() {
            request = request.json(body);
        }
        let reply = crate::persona::send(request).await;
        match comes {
            Status(status) => assert_eq!(reply.status, *status, "{name}: {}", reply.text),
            Clean => assert!(reply.status < 500, "{name}: {}", reply.text),
        }
        let misspelt = ["Unknown", "must not have", "expected type"].iter().any(|told| reply.text.contains(told));
        assert!(path != "/graphql" || !misspelt, "{name} is no question: {}", reply.text);
        stage.is_clean(name, &format!("{path} {body}"), &reply.text);
    }
    println!("{} ways out tried", ways.len());
    assert!(ways.len() >= 60);
    let id = packed(&stage.team.manager, &stage.engagement).await;
    let bytes = download(&stage.auditor, &id).await;
    // Whoever was sent away sees nothing any more, whatever they still hold.
    let token = stage.auditor.token().to_owned();
    stage.team.manager.just("invitations", &stage.auditor.id, "retire").await.expect(200);
    for path in ["/v1/me", "/v1/risks", "/v1/audit-packages"] {
        stage.app.with_token(&token).get(path).await.problem(401, "unauthenticated");
    }
    let inside = stage.inside.clone();
    drop(stage);
    // The service is gone: the package proves itself, and tells of nothing else.
    let whole = prove(&bytes);
    assert!(whole.contains(&inside) && whole.contains("Fire in the plant") && !whole.contains("seen again"));
    assert!(!whole.contains(SECRET), "what lies outside is in the package");
}
