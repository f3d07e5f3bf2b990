//! The spine: tenants, units, people, tokens, the trail and the records of the risk path.

use crate::columns::Table;
use sea_orm_migration::prelude::*;

/// The step.
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261124_000001_spine"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ledger().into_iter().chain(organisation()).chain(planning()) {
            table.create(manager).await?;
        }
        Ok(())
    }
}

fn ledger() -> Vec<Table> {
    vec![
        Table::bare("tenant_counter").key("organisation_id").big("access_epoch").big("trail_position"),
        Table::bare("reference_counter")
            .uuid("organisation_id")
            .text("prefix")
            .big("last")
            .unique(&["organisation_id", "prefix"]),
        Table::bare("unit_closure")
            .uuid("ancestor_id")
            .uuid("descendant_id")
            .int("depth")
            .unique(&["descendant_id", "ancestor_id"])
            .index(&["ancestor_id", "descendant_id"]),
        Table::bare("link")
            .uuid("source_id")
            .text("source_type")
            .text("field")
            .uuid("target_id")
            .unique(&["source_id", "field", "target_id"])
            .index(&["target_id", "source_type", "field", "source_id"]),
        Table::bare("token_use").key("token_id").big("last_used_at"),
        Table::bare("idempotency_key")
            .uuid("caller_id")
            .text("key")
            .text("fingerprint")
            .int("status")
            .json("headers")
            .text("body")
            .big("created_at")
            .unique(&["caller_id", "key"])
            .index(&["created_at"]),
        Table::bare("trail_entry")
            .key("id")
            .uuid("organisation_id")
            .big("position")
            .big("at")
            .uuid("actor_id")
            .text("actor_type")
            .json("authentication")
            .text("act")
            .text("record_type")
            .uuid("record_id")
            .int("record_version")
            .json("unit_ids")
            .opt_json("before")
            .json("after")
            .json("reasons")
            .text("request_id")
            .unique(&["organisation_id", "position"])
            .unique(&["record_id", "record_version"])
            .index(&["organisation_id", "record_type", "at"]),
    ]
}

fn organisation() -> Vec<Table> {
    vec![
        Table::record("organisation")
            .text("name")
            .opt_text("legal_name")
            .json("jurisdictions")
            .opt_text("sector")
            .opt_int("persons_under_control")
            .text("nis2"),
        Table::record("unit").text("name").text("kind").opt_uuid("parent_id").opt_uuid("head_id").index(&["parent_id"]),
        Table::record("user")
            .text("name")
            .text("email")
            .text("kind")
            .text("employment")
            .opt_text("job_title")
            .opt_uuid("manager_id")
            .flag("active")
            .unique(&["organisation_id", "email"]),
        Table::record("role_assignment")
            .uuid("user_id")
            .text("role")
            .opt_date("valid_from")
            .opt_date("valid_until")
            .index(&["user_id"]),
        Table::record("api_token")
            .text("name")
            .uuid("user_id")
            .json("scopes")
            .opt_big("expires_at")
            .text("hint")
            .text("hash")
            .unique(&["hash"])
            .index(&["user_id"]),
    ]
}

fn planning() -> Vec<Table> {
    vec![
        Table::record("methodology")
            .text("title")
            .text("approach")
            .json("likelihood")
            .json("impact")
            .json("levels")
            .json("matrix")
            .int("acceptance_level")
            .int("acceptance_months")
            .int("review_months")
            .json("author_ids")
            .text("state")
            .int("edition")
            .opt_uuid("approved_by")
            .opt_big("approved_at")
            .unique(&["organisation_id", "edition"]),
        Table::record("asset")
            .text("name")
            .opt_text("description")
            .text("kind")
            .opt_uuid("owner_id")
            .int("confidentiality")
            .int("integrity")
            .int("availability")
            .opt_text("need_reason")
            .text("classification")
            .opt_text("location")
            .json("depends_on_ids")
            .text("personal_data")
            .text("state")
            .opt_date("review_on")
            .index(&["owner_id"])
            .index(&["organisation_id", "name", "id"]),
        Table::record("threat")
            .opt_text("code")
            .text("name")
            .opt_text("description")
            .text("nature")
            .text("category")
            .json("properties"),
        Table::record("vulnerability")
            .opt_text("code")
            .text("name")
            .opt_text("description")
            .text("kind")
            .text("severity")
            .json("asset_ids"),
        Table::record("control")
            .text("code")
            .int("ordinal")
            .big("changed_at")
            .text("title")
            .text("theme")
            .text("origin")
            .json("types")
            .json("properties")
            .json("concepts")
            .json("capabilities")
            .json("domains")
            .text("guidance")
            .opt_text("description")
            .opt_uuid("owner_id")
            .text("applicability")
            .json("reasons")
            .opt_text("justification")
            .text("status")
            .int("maturity")
            .opt_date("target_on")
            .opt_date("next_test_on")
            .int("evidence_days")
            .index(&["owner_id"])
            .unique(&["organisation_id", "code"])
            .index(&["organisation_id", "ordinal", "id"]),
        Table::record("risk")
            .text("title")
            .opt_text("cause")
            .opt_text("event")
            .opt_text("consequence")
            .text("kind")
            .opt_text("category")
            .opt_uuid("owner_id")
            .json("affects")
            .json("asset_ids")
            .json("threat_ids")
            .json("vulnerability_ids")
            .json("control_ids")
            .json("planned_control_ids")
            .opt_int("inherent_likelihood")
            .opt_int("inherent_impact")
            .opt_int("current_likelihood")
            .opt_int("current_impact")
            .opt_int("residual_likelihood")
            .opt_int("residual_impact")
            .opt_text("rationale")
            .opt_text("treatment")
            .opt_text("treatment_detail")
            .opt_date("treatment_ends_on")
            .opt_date("review_on")
            .text("state")
            .opt_uuid("methodology_id")
            .opt_int("inherent_level")
            .opt_int("current_level")
            .opt_int("residual_level")
            .flag("above_criterion")
            .opt_big("assessed_at")
            .text("content_hash")
            .opt_uuid("closure_proposed_by")
            .opt_text("closure_reason")
            .index(&["owner_id", "id"])
            .index(&["methodology_id"])
            .index(&["organisation_id", "state", "id"])
            .index(&["organisation_id", "current_level", "id"])
            .index(&["organisation_id", "review_on", "id"])
            .index(&["organisation_id", "title", "id"]),
        Table::record("treatment_plan")
            .text("title")
            .opt_text("summary")
            .json("risk_ids")
            .opt_date("due_on")
            .text("state")
            .json("risk_owner_ids")
            .json("approvals")
            .opt_big("approved_at"),
        Table::record("action")
            .text("title")
            .opt_text("description")
            .opt_uuid("plan_id")
            .json("risk_ids")
            .json("control_ids")
            .uuid("owner_id")
            .date("due_on")
            .int("priority")
            .opt_big("cost")
            .opt_text("currency")
            .opt_int("effort_hours")
            .int("progress")
            .opt_text("proof")
            .text("state")
            .opt_uuid("done_by")
            .opt_big("done_at")
            .opt_uuid("verified_by")
            .int("extensions")
            .index(&["plan_id"])
            .index(&["owner_id", "id"])
            .index(&["organisation_id", "due_on", "id"]),
        Table::record("acceptance")
            .uuid("risk_id")
            .text("justification")
            .opt_text("conditions")
            .date("expires_on")
            .text("state")
            .uuid("risk_owner_id")
            .int("level")
            .flag("above_criterion")
            .uuid("methodology_id")
            .text("risk_hash")
            .json("frozen")
            .text("frozen_hash")
            .opt_uuid("decided_by")
            .opt_big("decided_at")
            .opt_text("decision_reason")
            .index(&["risk_id", "state"]),
        Table::record("statement")
            .text("title")
            .opt_text("scope")
            .opt_text("change_summary")
            .text("state")
            .int("edition")
            .json("entries")
            .text("content_hash")
            .opt_uuid("approved_by")
            .opt_big("approved_at")
            .unique(&["organisation_id", "edition"]),
    ]
}
