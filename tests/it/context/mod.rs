//! Clause 4.

mod issue;
mod setup;
mod unit;

use crate::app::App;
use crate::records::{Examples, Team};
use serde_json::json;

/// One record of each type.
pub async fn examples(_app: &App, team: &Team, ids: &mut Examples) {
    let administrator = &team.administrator;
    for plural in ["organisations", "units"] {
        ids.insert(plural, administrator.every(&format!("/v1/{plural}")).await.remove(0));
    }
    let issue = json!({"title": "Drier summers", "origin": "external", "category": "environmental"});
    ids.insert("issues", team.manager.create("issues", issue).await);
}
