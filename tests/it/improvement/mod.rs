//! Clause 10.

#[expect(clippy::module_inception, reason = "clause 10 is called improvement, and so is what 10.1 asks for")]
mod improvement;
mod nonconformity;

use crate::app::App;
use crate::records::{Examples, Team};
use serde_json::json;

/// One record of each type.
pub async fn examples(app: &App, team: &Team, ids: &mut Examples) {
    let nonconformity = json!({"title": "No log", "detectedOn": app.in_days(0), "ownerId": team.owner.id});
    ids.insert("nonconformities", team.manager.create("nonconformities", nonconformity).await);
    ids.insert("improvements", team.owner.create("improvements", json!({"title": "Fewer forms"})).await);
}
