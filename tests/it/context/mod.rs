//! Clause 4.

mod climate_determination;
mod import;
mod issue;
mod legal_requirement;
mod party_requirement;
mod scope;
mod unit;

use crate::app::App;
use crate::records::{Examples, Team};
use serde_json::json;

/// A scope with an interface.
pub fn scope() -> serde_json::Value {
    json!({
        "title": "All of it", "statement": "All work at all places",
        "interfaces": [{"party": "Host", "what": "Servers", "responsibilities": "They run them, we configure them"}],
    })
}

/// One record of each type.
pub async fn examples(_app: &App, team: &Team, ids: &mut Examples) {
    let administrator = &team.administrator;
    for plural in ["organisations", "units"] {
        ids.insert(plural, administrator.every(&format!("/v1/{plural}")).await.remove(0));
    }
    let issue = json!({"title": "Drier summers", "origin": "external", "category": "environmental"});
    let manager = &team.manager;
    ids.insert("issues", manager.create("issues", issue).await);
    let party = manager.create("interested-parties", json!({"name": "Customers", "kind": "customer"})).await;
    let requirement = json!({"title": "Secrecy", "partyId": party});
    ids.insert("party-requirements", manager.create("party-requirements", requirement).await);
    ids.insert("interested-parties", party);
    let climate = json!({"relevant": false, "rationale": "Nothing of ours depends on it"});
    ids.insert("climate-determinations", manager.create("climate-determinations", climate).await);
    ids.insert("processes", manager.create("processes", json!({"name": "Printing"})).await);
    ids.insert("scopes", manager.create("scopes", scope()).await);
    let legal = json!({"title": "Privacy", "citation": "GDPR 32"});
    ids.insert("legal-requirements", manager.create("legal-requirements", legal).await);
}
