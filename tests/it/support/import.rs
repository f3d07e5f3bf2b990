//! Registers of documents and lists of completions come in from files.

use crate::app::App;
use crate::persona::Persona;
use serde_json::json;

async fn email(persona: &Persona) -> String {
    persona.read("users", &persona.id).await["email"].as_str().expect("an address").to_owned()
}

#[tokio::test]
async fn a_register_of_documents_comes_in_as_people_keep_it() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let address = email(&owner).await;
    let file = format!(
        "Titel;Dokumentart;Verantwortlich;Prüfzyklus\r\nLeitlinie;Leitlinie;{address};jährlich\r\n\
         Backup;Verfahren;{address};24\r\n"
    );
    manager.import("documents", file).await.expect(200);
    let documents = manager.get("/v1/documents?sort=title").await.expect(200);
    let (backup, policy) = (&documents["items"][0], &documents["items"][1]);
    assert_eq!((&backup["kind"], &backup["reviewMonths"]), (&json!("procedure"), &json!(24)));
    assert_eq!((&policy["kind"], &policy["ownerId"]), (&json!("policy"), &json!(owner.id)));
}

#[tokio::test]
async fn a_list_of_completions_comes_in_and_is_judged_by_the_pass_mark() {
    let app = App::start().await;
    let (manager, first, second) = (app.manager().await, app.member().await, app.member().await);
    let course = json!({"title": "Phishing", "passMark": 70, "everyMonths": 12});
    manager.create("trainings", course).await;
    let (done, due) = (app.in_days(-20), app.in_days(-10));
    let file = format!(
        "Employee,Course,Due date,Completed,Result\n{},Phishing,{due},{done},85\n{},phishing,{due},{done},60\n",
        email(&first).await,
        email(&second).await
    );
    manager.import("training-assignments", file).await.expect(200);
    for (person, state) in [(&first, "completed"), (&second, "failed")] {
        let mine = person.get("/v1/training-assignments").await.expect(200);
        assert_eq!(mine["items"][0]["state"], state);
    }
    let bad = format!("person,training,due on,completed on\n{},Phishing,{due},{done}\n", email(&first).await);
    manager.import("training-assignments", bad).await.expect(422);
}
