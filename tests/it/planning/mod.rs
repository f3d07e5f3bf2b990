//! Clause 6.

use crate::app::App;
use crate::records::{Examples, Team, annex_a, asset, create_many};
use serde_json::json;

mod acceptance;
mod action;
mod asset;
mod change;
mod control;
mod import;
mod keeping;
mod methodology;
mod objective;
mod risk;
mod risk_assessment;
mod statement;
mod treatment_plan;
mod vulnerability;

/// One record of each type.
pub async fn examples(app: &App, team: &Team, ids: &mut Examples) {
    let manager = &team.manager;
    ids.insert("methodologies", team.methodology.clone());
    ids.insert("assets", manager.create("assets", asset("Press")).await);
    let threat = json!({"name": "Fire", "nature": "accidental", "category": "physicalLoss"});
    ids.insert("threats", manager.create("threats", threat).await);
    let weakness = json!({"name": "Open door", "kind": "physical"});
    ids.insert("vulnerabilities", manager.create("vulnerabilities", weakness).await);
    ids.insert("controls", create_many(manager, "controls", annex_a()).await.remove(0));
    ids.insert("statements", manager.create("statements", json!({"title": "SoA"})).await);
    let risk = team.to_modify("Fire", 4, 4).await;
    let (plan, action) = team.approved_plan(app, &risk, 20).await;
    ids.insert("acceptances", team.acceptance(app, &risk, 30).await);
    let objective = json!({"title": "Everyone knows", "ownerId": team.owner.id});
    ids.insert("objectives", manager.create("objectives", objective).await);
    ids.insert("changes", manager.create("changes", json!({"title": "A new site"})).await);
    ids.insert("opportunities", manager.create("opportunities", json!({"title": "A certificate"})).await);
    ids.extend([("risks", risk), ("treatment-plans", plan), ("actions", action)]);
}
