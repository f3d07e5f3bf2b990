//! Clause 10.

use super::{Register, cases};
use serde_json::json;

#[tokio::test]
async fn the_rules_of_clause_10_tell_what_they_say() {
    let mut register = Register::new().await;
    let earlier = json!({"title": "No log", "detectedOn": register.app.in_days(-90)});
    register.ids.insert("nonconformities 2", register.team.manager.create("nonconformities", earlier).await);
    register.walk(CASES).await;
}

cases! {
    C56 "improvements" "an improvement of the last year":
        "state = 'implemented', source = 'suggestion', implemented_at = {2025-03-03}"
        => "state = 'accepted'", "source = 'nonconformity'", "implemented_at = {2025-03-02}";
    C57 "nonconformities" "is major, a month old, and has no approved plan":
        "grade = 'major', state = 'open', detected_on = '2026-01-30'"
        => "grade = 'minor'", "state = 'planApproved'", "detected_on = '2026-01-31'";
    C57 "nonconformities" "is major, a month old, and has no approved plan":
        "state = 'contained', detected_on = '2026-01-30'" => "state = 'implemented'";
    C57 "nonconformities" "is major, a month old, and has no approved plan":
        "state = 'causeFound'" => "state = 'closed'";
    C57 "actions" "corrects a major nonconformity and is past its day":
        "state = 'inProgress', due_on = '2026-03-01', nonconformity_id = {nonconformities}"
        => "state = 'done'", "due_on = '2026-03-02'", "nonconformity_id = NULL", "nonconformities SET grade = 'minor'";
    C58 "nonconformities" "was closed without all that it takes":
        "state = 'closed', cause = '', similar_searched = TRUE, owner_id = {owner}, verified_by = {manager}"
        => "state = 'implemented'", "cause = 'Nobody knew'";
    C58 "nonconformities" "was closed without all that it takes":
        "similar_searched = FALSE" => "similar_searched = TRUE";
    C58 "nonconformities" "was closed without all that it takes":
        "verified_by = NULL" => "verified_by = {manager}";
    C58 "nonconformities" "was closed without all that it takes":
        "verified_by = owner_id" => "owner_id = {management}";
    C59 "nonconformities" "is the same as one before":
        "state = 'open', repeats_id = {nonconformities 2}" => "state = 'closed'", "repeats_id = NULL";
    C79 "nonconformities" "is past its day":
        "state = 'planApproved', due_on = '2026-03-01'"
        => "state = 'implemented'", "state = 'closed'", "due_on = NULL", "due_on = '2026-03-02'";
    C79 "nonconformities" "its effect was to be checked":
        "state = 'implemented', effectiveness_due_on = '2026-03-01'"
        => "state = 'closed'", "effectiveness_due_on = NULL", "effectiveness_due_on = '2026-03-02'";
}
