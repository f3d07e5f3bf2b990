//! Lists of interested parties, of what they require, and registers of law come in from files.

use crate::app::App;
use serde_json::json;

#[tokio::test]
async fn parties_and_what_they_require_come_in_as_people_keep_them() {
    let app = App::start().await;
    let manager = app.manager().await;
    let file = "Stakeholder;Category;Einfluss;Responsible\nBuyers;Kunden;hoch;\nThe city;Behörde;low;\n";
    manager.import("interested-parties", file).await.expect(200);
    let parties = manager.get("/v1/interested-parties?sort=name").await.expect(200);
    assert_eq!((&parties["items"][0]["kind"], &parties["items"][0]["influence"]), (&json!("customer"), &json!(3)));
    assert_eq!(parties["items"][1]["kind"], "authority");
    let file = "Interested party,Requirement,Addressed,Begründung\nBuyers,Uptime,yes,\nThe city,Parking,no,Not about security\n";
    manager.import("party-requirements", file).await.expect(200);
    let required = manager.get("/v1/party-requirements?sort=title").await.expect(200);
    assert_eq!(required["items"][0]["addressing"], "notAddressed");
    assert_eq!(required["items"][1]["partyId"], parties["items"][0]["id"]);
    let bad = "Interested party,Requirement,Addressed\nNobody,Uptime,yes\nBuyers,Price,no\n";
    let problem = manager.import("party-requirements", bad).await.problem(422, "invalid");
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(2), "{problem}");
    assert_eq!(manager.every("/v1/party-requirements").await.len(), 2);
}

#[tokio::test]
async fn a_register_of_law_comes_in_with_who_answers_for_it() {
    let app = App::start().await;
    let (manager, owner) = (app.manager().await, app.owner().await);
    let address = manager.read("users", &owner.id).await["email"].as_str().expect("an address").to_owned();
    let file = format!(
        "Titel;Fundstelle;Art;Anwendbar;Verantwortlich\nData protection;GDPR Art. 32;Verordnung;ja;{address}\n\
         Export control;EAR;Gesetz;nein;\n"
    );
    manager.import("legal-requirements", file).await.refuses("/rows/3/reason");
    let file = format!(
        "Titel;Fundstelle;Art;Anwendbar;Verantwortlich;Begründung\nData protection;GDPR Art. 32;Verordnung;ja;{address};\n\
         Export control;EAR;Gesetz;nein;;We sell nothing abroad\n"
    );
    manager.import("legal-requirements", file).await.expect(200);
    let register = manager.get("/v1/legal-requirements?sort=title").await.expect(200);
    let (privacy, export) = (&register["items"][0], &register["items"][1]);
    assert_eq!((&privacy["kind"], &privacy["ownerId"]), (&json!("regulation"), &json!(owner.id)));
    assert_eq!(export["applicability"], "notApplicable");
}
