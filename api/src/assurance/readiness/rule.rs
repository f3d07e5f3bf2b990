//! What a rule of readiness says: a demand of the standard, the records that prove it and those that stand against it.

use serde::Serialize;
use utoipa::ToSchema;

/// What an unmet rule would likely cost in an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RuleSeverity {
    /// Likely a major nonconformity.
    Blocker,
    /// Likely a minor nonconformity.
    High,
    /// A weakness.
    Medium,
    /// Room for improvement.
    Low,
}

/// When a rule has to be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Gate {
    /// Before the certification body looks at the documents.
    Stage1,
    /// Before it looks at the practice.
    Stage2,
    /// All the time.
    Continuous,
}

/// How a demand stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadinessState)]
pub enum State {
    /// Proven, and nothing stands against it.
    Met,
    /// Proven once, but too long ago.
    Stale,
    /// Proven in part, or something stands against it.
    Partly,
    /// Nothing proves it.
    Missing,
}

/// Who takes the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReadinessActor)]
pub enum Who {
    /// Top management.
    Management,
    /// Who runs the ISMS.
    Manager,
    /// Who owns the records.
    Owner,
    /// Internal auditors.
    Auditor,
    /// Who keeps people and roles.
    Administrator,
}

/// Records that prove a demand: at least so many of a type that are like this.
#[derive(Clone, Copy, Debug)]
pub struct Proof {
    /// The record type.
    pub of: &'static str,
    /// What holds for them, as in [`crate::store::Probe`].
    pub is: &'static str,
    /// How many it takes.
    pub least: u64,
    /// What is missing without them.
    pub what: &'static str,
}

/// Records that stand against it.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// The record type.
    pub of: &'static str,
    /// What holds for them.
    pub is: &'static str,
    /// What is wrong with them.
    pub what: &'static str,
    /// Whether they are only out of date.
    pub stale: bool,
}

/// A rule of readiness.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its number.
    pub id: &'static str,
    /// The sub-clause (`6.1.2`) or control (`A.5.9`) whose demand it is.
    pub clause: &'static str,
    /// What an auditor would make of it.
    pub severity: RuleSeverity,
    /// When it has to be met.
    pub gate: Gate,
    /// The demand, in our own words.
    pub demand: &'static str,
    /// What proves it; all of it is needed.
    pub proofs: &'static [Proof],
    /// What stands against it.
    pub gaps: &'static [Gap],
    /// What to do next.
    pub next: &'static str,
    /// Who does it.
    pub who: Who,
}

/// The latest test of a control that was performed is like this, whatever earlier ones found.
macro_rules! latest_test {
    ($is:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM {ControlTest} t WHERE t.control_id = {self}.\"id\" AND t.retired_at IS NULL ",
            "AND t.state = 'performed' AND ",
            $is,
            " AND NOT EXISTS (SELECT 1 FROM {ControlTest} n WHERE n.control_id = t.control_id AND n.retired_at IS NULL ",
            "AND n.state = 'performed' AND (n.performed_at > t.performed_at ",
            "OR (n.performed_at = t.performed_at AND n.id > t.id))))"
        )
    };
}
pub(super) use latest_test;

/// The latest test shows that the control works. No result holds longer than thirteen months.
macro_rules! proven {
    () => {
        crate::assurance::readiness::rule::latest_test!(
            "t.result = 'effective' AND t.performed_at > {now-396} AND (t.valid_until IS NULL OR t.valid_until >= {today})"
        )
    };
}
pub(super) use proven;

/// At least one record like this.
pub const fn one(of: &'static str, is: &'static str, what: &'static str) -> Proof {
    Proof { of, is, least: 1, what }
}

/// Records that are wrong.
pub const fn wrong(of: &'static str, is: &'static str, what: &'static str) -> Gap {
    Gap { of, is, what, stale: false }
}

/// Records that are out of date.
pub const fn stale(of: &'static str, is: &'static str, what: &'static str) -> Gap {
    Gap { of, is, what, stale: true }
}
