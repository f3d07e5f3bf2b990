//! Files come in without holding up those who write: a dry run takes no turn, and tells what the import will do.

use crate::app::App;
use crate::persona::Persona;
use crate::records::asset;
use sea_orm::{ConnectionTrait, DatabaseTransaction, TransactionTrait};
use serde_json::{Value, json};

/// Somebody writes, and goes on writing until this is over.
async fn writing(app: &App) -> DatabaseTransaction {
    let lock = app.database().await.begin().await.expect("a transaction");
    lock.execute_unprepared("UPDATE tenant_counter SET access_epoch = access_epoch").await.expect("the lock");
    lock
}

async fn dry_run(persona: &Persona, csv: String) -> (u16, Value) {
    let request = persona.request(reqwest::Method::POST, "/v1/assets:import?dryRun=true");
    let answer = request.header("content-type", "text/csv").body(csv).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

async fn import(persona: &Persona, csv: String) -> (u16, Value) {
    let request = persona.request(reqwest::Method::POST, "/v1/assets:import");
    let answer = request.header("content-type", "text/csv").body(csv).send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn a_dry_run_goes_on_while_somebody_writes() {
    let app = App::start().await;
    let manager = app.manager().await;
    let press = manager.create("assets", asset("Press")).await;
    let reference = manager.read("assets", &press).await["reference"].as_str().expect("a reference").to_owned();
    let file = format!("reference,name,kind\n{reference},Old press,hardware\n,Lathe,hardware\n");
    let lock = writing(&app).await;
    let (status, told) = dry_run(&manager, file).await;
    lock.rollback().await.expect("the lock goes");
    assert_eq!((status, &told["created"], &told["updated"]), (200, &json!(1), &json!(1)), "{told}");
    assert_eq!(manager.read("assets", &press).await["name"], "Press", "nothing is kept");
}

#[tokio::test]
async fn a_dry_run_tells_just_what_the_import_does() {
    let app = App::start().await;
    let manager = app.manager().await;
    let mut names = Vec::new();
    for name in ["Press", "Lathe"] {
        let id = manager.create("assets", asset(name)).await;
        names.push(manager.read("assets", &id).await["reference"].as_str().expect("a reference").to_owned());
    }
    let (one, other) = (&names[0], &names[1]);
    let files = [
        "name,kind\nMill,hardware\nSaw,hardware\n".to_owned(),
        format!("reference,name,kind\n{one},New press,hardware\n{other},,\nOLD-1,Drill,hardware\n"),
        "reference,name,kind\nOLD-1,Drill,hardware\nold-1,Drill,hardware\n".to_owned(),
        format!("reference,depends on\n{one},{other}\n{other},{one}\n"),
        format!("reference,version,name\n{one},77,Late\n"),
        "name,kind\n,hardware\nNo kind,ship\n".to_owned(),
        "reference,name,kind\nAST-9999,Not there,hardware\n".to_owned(),
    ];
    for file in files {
        let (expected, mut tried) = dry_run(&manager, file.clone()).await;
        let (status, done) = import(&manager, file.clone()).await;
        if status == 200 {
            assert_eq!(tried["dryRun"], true);
            tried["dryRun"] = json!(false);
        }
        assert_eq!((expected, tried), (status, done), "{file}");
    }
}

#[tokio::test]
async fn a_reference_that_another_has_unseen_is_told_by_its_row() {
    let app = App::start().await;
    let (manager, member) = (app.manager().await, app.member().await);
    let secret = "reference,title,confidential\nOLD-7,Whistle,true\n";
    manager.import("incidents", secret).await.expect(200);
    let told = member.import("incidents", "reference,title\nOLD-6,Mine\nOLD-7,Mine too\n").await.refuses("/rows/3");
    assert!(told["errors"][0]["detail"].as_str().is_some_and(|detail| detail.contains("already there")), "{told}");
    assert_eq!(member.get("/v1/incidents").await.expect(200)["items"], json!([]), "all or none");
}

#[tokio::test]
async fn imports_and_writers_come_to_their_turn_together() {
    let app = App::start().await;
    let manager = app.manager().await;
    let file = |n: usize| {
        let rows = (0..300).map(|row| format!("Asset {n} {row},hardware\n"));
        format!("name,kind\n{}", rows.collect::<String>())
    };
    let (one, two) = tokio::join!(import(&manager, file(1)), async {
        for n in 0..10 {
            manager.create("assets", asset(&format!("Writer {n}"))).await;
        }
        import(&manager, file(2)).await
    });
    for (status, told) in [one, two] {
        assert_eq!((status, &told["created"]), (200, &json!(300)), "{told}");
    }
    let counted = manager.get("/v1/assets?limit=1&count=true").await.expect(200);
    assert_eq!(counted["total"], 610, "{counted}");
}
