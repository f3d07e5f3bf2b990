//! Issues of the organisation's context (clause 4.1, with climate change after Amendment 1:2024).

use crate::caller::Caller;
use crate::resource::{Faults, Outcome, Reference, Resource, Spec, Upkeep, record_of, step, word};
use isms_authz::{Attribute, Kind};
use isms_entity::context::issue::{self, IssueState};

/// An issue.
pub struct Issue;

impl Resource for Issue {
    record_of!(issue, Upkeep; Monitor, Close, Reopen);

    const SPEC: Spec = Spec {
        name: "Issue",
        policy_type: "Issue",
        plural: "issues",
        noun: "issue",
        table: "issue",
        prefix: "ISS",
        clause: "4 Context",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[Reference::one("ownerId", "User", "owner"), Reference::many("riskIds", "Risk", "risks")],
        search: &["title", "description", "effect"],
        sorts: &["title", "reviewOn"],
        computed: Upkeep::COMPUTED_WHILE_OPEN,
        acts: Self::ACTS,
        editable_in: &["open", "monitored"],
        ..Spec::PLAIN
    };

    fn state(row: &issue::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(_caller: &Caller, _old: Option<&issue::Model>, row: &mut issue::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("relevance", row.relevance, 1..=3);
        faults.settle()
    }
}

step! {
    /// Open → monitored.
    Monitor of Issue: "monitor" Update ["open"] => IssueState::Monitored, "What had to be done is done; it is watched"
}
step! {
    /// → closed.
    Close of Issue: "close" Update ["open", "monitored"] => IssueState::Closed, because closure_reason,
    "It matters no more, and why"
}
step! {
    /// → open.
    Reopen of Issue: "reopen" Update ["monitored", "closed"] => IssueState::Open, "It matters again"
}
