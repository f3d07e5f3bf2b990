//! Registers come in from files, go out again and come back unchanged.

use isms::app::App;
use isms::caller::Clock;
use isms::config::Settings;
use isms::store::Store;
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// A service of its own on a fresh database, and one caller.
struct Service {
    base: String,
    token: String,
    client: reqwest::Client,
    _directory: tempfile::TempDir,
}

impl Service {
    /// SQLite in a temporary place, unless `ISMS_TEST_DATABASE` names an empty database.
    async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = format!("sqlite://{}?mode=rwc", directory.path().join("isms.db").display());
        let url = std::env::var("ISMS_TEST_DATABASE").unwrap_or(file);
        let settings = Settings { database_url: Some(url.clone()), workers: Some(1), ..Settings::default() };
        let store = Store::connect(&url, 4).await.unwrap();
        store.migrate().await.unwrap();
        let founded =
            store.found("Works", "Ada", &format!("{}@example.org", uuid::Uuid::now_v7()), Clock::System.now()).await;
        let app = App::new(store, Clock::System, settings.check().unwrap()).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(isms::running::server(app, listener).unwrap());
        let mut service =
            Self { base, token: founded.unwrap().token, client: reqwest::Client::new(), _directory: directory };
        service.become_manager().await;
        service
    }

    /// The founder makes a manager and gives the place to them.
    async fn become_manager(&mut self) {
        let user = self.post("/v1/users", json!({"name": "Max", "email": "max@example.org"})).await;
        self.post("/v1/role-assignments", json!({"userId": user["id"], "role": "manager"})).await;
        let invitation = self.post("/v1/invitations", json!({"userId": user["id"]})).await;
        self.token = invitation["link"].as_str().unwrap().trim_start_matches("/invitation#").to_owned();
        let accepted = self.post("/v1/invitations:accept", json!({})).await;
        self.token = accepted["token"].as_str().unwrap().to_owned();
    }

    async fn send(&self, method: Method, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        request.header("content-type", kind).body(body).send().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let response = self.send(Method::POST, path, "application/json", body.to_string()).await;
        let status = response.status();
        let body: Value = response.json().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }

    async fn import(&self, path: &str, file: &str) -> (u16, Value) {
        let response = self.send(Method::POST, path, "text/csv", file.to_owned()).await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let response = self.send(Method::GET, path, "application/json", "").await;
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

const REGISTER: &str = "\u{feff}Bezeichnung;Typ;Verantwortlich;Abteilung;C;I;A;Prüfdatum\r\n\
    Kundendaten;Daten;max@example.org;Works;hoch;mittel;3;31.03.2027\r\n\
    '=Tabelle;software;Max;;sehr hoch;1;2,0;\r\n";

#[tokio::test]
async fn an_inventory_comes_in_as_people_keep_it_and_goes_round() {
    let service = Service::start().await;
    let (status, tried) = service.import("/v1/assets:import?dryRun=true", REGISTER).await;
    assert_eq!((status, &tried["created"], &tried["dryRun"]), (200, &json!(2), &json!(true)), "{tried}");
    let (_, listed) = service.get("/v1/assets").await;
    assert!(listed.contains("\"items\":[]"), "a dry run keeps nothing: {listed}");
    let (status, report) = service.import("/v1/assets:import", REGISTER).await;
    assert_eq!((status, &report["created"]), (200, &json!(2)), "{report}");
    let (status, file) = service.get("/v1/assets:export").await;
    assert_eq!(status, 200, "{file}");
    assert!(file.contains("Kundendaten") && file.contains("max@example.org") && file.contains("2027-03-31"), "{file}");
    assert!(file.contains("\"'=Tabelle\""), "a formula comes out harmless: {file}");
    let (status, report) = service.import("/v1/assets:import", &file).await;
    assert_eq!((status, &report["unchanged"], &report["created"]), (200, &json!(2), &json!(0)), "{report}");
    let (status, report) = service.import("/v1/assets:import", &file.replace("Kundendaten", "Kunden")).await;
    assert_eq!((status, &report["updated"]), (200, &json!(1)), "{report}");
    let (status, report) = service.import("/v1/assets:import", &file).await;
    assert_eq!(status, 422, "the version in the file is not today's: {report}");
    let workbook = service.send(Method::GET, "/v1/assets:export?format=xlsx", "", "").await;
    let kind = workbook.headers()["content-type"].to_str().unwrap().to_owned();
    let response = service.send(Method::POST, "/v1/assets:import", &kind, workbook.bytes().await.unwrap()).await;
    let report: Value = response.json().await.unwrap();
    assert_eq!(report["unchanged"], 2, "{report}");
}

#[tokio::test]
async fn mistakes_are_told_by_row_and_column_and_nothing_is_kept() {
    let service = Service::start().await;
    let file = "name,kind,owner,c,review date\nGood,software,,1,\n,software,nobody@example.org,huge,03/31/2026\nBad,ship,,9,\nx,=1+1,,,\n";
    let (status, problem) = service.import("/v1/assets:import", file).await;
    assert_eq!(status, 422);
    let pointers: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    let cells = ["/rows/3/owner", "/rows/3/confidentiality", "/rows/3/review_on", "/rows/4/kind", "/rows/5/kind"];
    assert_eq!(pointers, cells, "{problem}");
    let (status, problem) = service.import("/v1/assets:import", "name,kind,c\nGood,software,1\n,software,9\n").await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/rows/3/name")), "{problem}");
    let (status, problem) = service.import("/v1/assets:import", "name,kind,Farbe\nGood,software,red\n").await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/header/C")), "{problem}");
    let (_, listed) = service.get("/v1/assets").await;
    assert!(listed.contains("\"items\":[]"), "{listed}");
    let (status, report) =
        service.import("/v1/assets:import?map=Farbe:location", "name,kind,Farbe\nGood,software,red\n").await;
    assert_eq!((status, &report["created"]), (200, &json!(1)), "{report}");
}

#[tokio::test]
async fn a_risk_register_comes_in_with_its_own_references_and_the_statement_shows_it() {
    let service = Service::start().await;
    assert_eq!(service.post("/v1/controls:seed", json!({})).await["created"], 93);
    assert_eq!(service.post("/v1/controls:seed", json!({})).await["created"], 0);
    assert!(service.post("/v1/threats:seed", json!({})).await["created"].as_u64() > Some(10));
    assert!(service.post("/v1/vulnerabilities:seed", json!({})).await["created"].as_u64() > Some(10));
    assert_eq!(service.post("/v1/threats:seed", json!({})).await["created"], 0);
    service.import("/v1/assets:import", "name,kind\nFiles,information\n").await;
    let file = "ref_id,name,cause_threat,cia,assets,threats,existing_applied_controls,treatment\n\
        R-1,Theft,A thief,CI,Files,T-01|T-02,\"A.5.1\nA.8.1\",open\nR-2,Fire,,A,Files,,,mitigate\n";
    let (status, report) = service.import("/v1/risks:import", file).await;
    assert_eq!((status, &report["created"]), (200, &json!(2)), "{report}");
    let (status, report) = service.import("/v1/risks:import", file).await;
    assert_eq!((status, &report["unchanged"]), (200, &json!(2)), "{report}");
    let (_, file) = service.get("/v1/risks:export?title=Theft").await;
    assert!(file.contains("R-1") && file.contains("T-01|T-02") && !file.contains("R-2"), "{file}");
    let (status, report) = service.import("/v1/risks:import", &file).await;
    assert_eq!((status, &report["unchanged"]), (200, &json!(1)), "{report}");
    let (status, draft) = service.get("/v1/statements/draft").await;
    let draft: Value = serde_json::from_str(&draft).unwrap();
    assert_eq!((status, draft["entries"].as_array().map(Vec::len)), (200, Some(93)));
    assert_eq!(draft["entries"][0]["risks"], json!(["R-1"]), "{}", draft["entries"][0]);
    let (status, sheet) = service.get("/v1/statements/draft/export").await;
    assert_eq!((status, sheet.lines().filter(|line| line.starts_with("A.")).count()), (200, 93), "{sheet}");
    let (status, problem) = service.import("/v1/risks:import", "ref,title\nRSK-0999,x\n").await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/rows/2/reference")), "{problem}");
}

#[tokio::test]
async fn fifty_thousand_rows_come_in_with_one_call() {
    let service = Service::start().await;
    let mut file = String::from("name,kind,owner,confidentiality\n");
    for i in 0..50_000 {
        file.push_str(&format!("Asset {i},software,max@example.org,{}\n", i % 4 + 1));
    }
    let (status, report) = service.import("/v1/assets:import", &file).await;
    assert_eq!((status, &report["created"]), (200, &json!(50_000)), "{report}");
    let (status, file) = service.get("/v1/assets:export").await;
    assert_eq!((status, file.lines().count()), (200, 50_001));
}
