//! Clause 5.

mod above;
mod api_token;
mod invitation;
mod responsibility;
mod role_assignment;
mod user;

use crate::app::App;
use crate::records::{Examples, Team};
use serde_json::json;

/// One record of each type.
pub async fn examples(_app: &App, team: &Team, ids: &mut Examples) {
    let (administrator, manager) = (&team.administrator, &team.manager);
    for plural in ["users", "role-assignments", "api-tokens"] {
        let user = if plural == "api-tokens" { format!("?userId={}", manager.id) } else { String::new() };
        ids.insert(plural, administrator.every(&format!("/v1/{plural}{user}")).await.remove(0));
    }
    let duty = json!({"title": "Leads the response", "duty": "incidentManagement", "holderId": team.owner.id});
    ids.insert("responsibilities", manager.create("responsibilities", duty).await);
}
