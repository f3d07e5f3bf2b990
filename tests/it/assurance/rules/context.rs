//! Clause 4.

use super::{RETIRED, Register, cases};
use serde_json::json;

#[tokio::test]
async fn the_rules_of_clause_4_tell_what_they_say() {
    let mut register = Register::new().await;
    let party = json!({"name": "Paper mill", "kind": "supplier"});
    register.ids.insert("interested-parties 2", register.team.manager.create("interested-parties", party).await);
    register.walk(CASES).await;
}

cases! {
    C01 "issues" "an external issue":
        "state = 'open', origin = 'external'" => "state = 'closed'", "origin = 'internal'";
    C01 "issues" "an internal issue":
        "state = 'monitored', origin = 'internal'" => "state = 'closed'", "origin = 'external'";
    C01 "issues" "not looked at in time":
        "state = 'open', review_on = '2026-03-01'" => "review_on = '2026-03-02'", "state = 'closed'";
    C01 "issues" "not looked at in time":
        "state = 'open', review_on = NULL, updated_at = {2025-03-01}"
        => "updated_at = {2025-03-02}", "review_on = '2026-03-02'", "state = 'closed'";
    C02 "climate-determinations" "a decision on climate change":
        "state = 'approved'" => "state = 'draft'", "state = 'superseded'";
    C02 "climate-determinations" "decided more than a year ago":
        "state = 'approved', approved_at = {2025-03-01}" => "approved_at = {2025-03-02}", "state = 'superseded'";
    C02 "climate-determinations" "relevant, but no issue or risk follows from it":
        "state = 'approved', relevant = TRUE; -ClimateDetermination.issueIds; -ClimateDetermination.riskIds"
        => "relevant = FALSE", "state = 'draft'", "+ClimateDetermination.issueIds", "+ClimateDetermination.riskIds";
    C03 "interested-parties 2" "interested parties of three kinds":
        "kind = 'supplier'" => "kind = 'customer'";
    C03 "interested-parties 2" "interested parties of three kinds":
        "kind = 'customer'; interested-parties SET retired_at = 1" => "interested-parties SET retired_at = NULL";
    C03 "party-requirements" "a requirement that was decided on":
        "addressing = 'addressed'" => "addressing = 'undecided'";
    C03 "party-requirements" "a requirement that was decided on":
        "addressing = 'notAddressed'" => "addressing = 'undecided'";
    C03 "party-requirements" "nobody has decided on it":
        "addressing = 'undecided'" => "addressing = 'addressed'", "addressing = 'notAddressed'";
    C04 "party-requirements" "a requirement that is addressed":
        "addressing = 'addressed'" => "addressing = 'undecided'", "addressing = 'notAddressed'";
    C04 "party-requirements" "nothing shows how it is met":
        "addressing = 'addressed'; -PartyRequirement.controlIds; -PartyRequirement.processIds; \
         -PartyRequirement.legalRequirementIds"
        => "addressing = 'notAddressed'", "+PartyRequirement.controlIds", "+PartyRequirement.processIds",
           "+PartyRequirement.legalRequirementIds";
    C05 "scopes" "an approved scope":
        "state = 'approved'" => "state = 'inReview'", "state = 'superseded'", RETIRED;
    C06 "scopes" "an approved scope with interfaces":
        r#"state = 'approved', interfaces = '[{"party": "Host"}]', retired_at = NULL"#
        => "interfaces = '[]'", "state = 'superseded'";
    C07 "certificates" "names a scope or statement that is not in force any more":
        "state = 'valid', scope_id = {scopes}, statement_id = {statements}; scopes SET state = 'superseded'; \
         statements SET state = 'approved'"
        => "state = 'suspended'", "scopes SET state = 'approved'";
    C07 "certificates" "names a scope or statement that is not in force any more":
        "state = 'valid'; statements SET state = 'superseded'"
        => "state = 'applied'", "statements SET state = 'approved'";
    C07 "certificates" "names a scope or statement that is not in force any more":
        "state = 'valid', scope_id = NULL" => "scope_id = {scopes}";
    C07 "certificates" "names a scope or statement that is not in force any more":
        "statement_id = NULL" => "statement_id = {statements}";
    C08 "processes" "a process":
        "retired_at = NULL" => RETIRED;
    C08 "processes" "lacks its owner, inputs, outputs or criteria":
        r#"retired_at = NULL, owner_id = NULL, inputs = '["Ink"]', outputs = '["Print"]', criteria = '["Sharp"]'"#
        => "owner_id = {owner}";
    C08 "processes" "lacks its owner, inputs, outputs or criteria":
        "inputs = '[]'" => r#"inputs = '["Ink"]'"#;
    C08 "processes" "lacks its owner, inputs, outputs or criteria":
        "outputs = '[]'" => r#"outputs = '["Print"]'"#;
    C08 "processes" "lacks its owner, inputs, outputs or criteria":
        "criteria = '[]'" => r#"criteria = '["Sharp"]'"#;
}
