//! Audits from outside: an engagement is the grant of its auditors, and nothing else is (ISO/IEC 17021-1; I-80, I-81).

mod acts;
mod rest;

pub use rest::register;

pub use acts::{Close, Extend, Freeze, Open};

use crate::caller::Caller;
use crate::resource::{Computed, Faults, Outcome, Reference, Resource, Spec, authors, record_of, word};
use crate::resources;
use isms_authz::{Attribute, Kind};
use isms_entity::Time;
use isms_entity::evaluation::engagement;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An engagement.
pub struct Engagement;

/// How an engagement stands.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct EngagementStanding {
    /// It is open, and its time is over: its auditors see nothing any more.
    pub expired: bool,
    /// Requests that are to be answered.
    pub open_requests: i64,
    /// Requests that are to be answered and whose day has passed.
    pub late_requests: i64,
}

/// A read receipt: what an external auditor was shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// Its place.
    pub id: Uuid,
    /// When.
    pub at: Time,
    /// To whom: their invitation.
    pub auditor_id: Uuid,
    /// The request: method, address and, at GraphQL, the question.
    pub what: String,
    /// The type of the record or list, where it was one.
    pub record_type: Option<&'static str>,
    /// The record, where it was one.
    pub record_id: Option<Uuid>,
}

/// Read receipts, the latest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Readings {
    /// Those of this page.
    pub items: Vec<Reading>,
    /// Asks for the next.
    pub next_cursor: Option<Uuid>,
}

/// What the auditors of an engagement were shown, before a place.
///
/// # Errors
/// [`crate::resource::Error::NotFound`] for those who may not read the engagement.
pub async fn readings(caller: &Caller, engagement: Uuid, before: Option<Uuid>, limit: u64) -> Outcome<Readings> {
    let mut items = caller.readings(engagement, before, limit + 1).await?;
    let more = items.len() as u64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_cursor = items.last().filter(|_| more).map(|last| last.id);
    Ok(Readings { items, next_cursor })
}

/// The clauses that an engagement may be limited to.
const CLAUSES: [&str; 7] = ["4", "5", "6", "7", "8", "9", "10"];

macro_rules! requests {
    ($which:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM {AuditRequest} r WHERE r.engagement_id = {self}.\"id\" AND r.retired_at IS NULL ",
            "AND r.state = 'open'",
            $which,
            ")"
        )
    };
}

impl Resource for Engagement {
    record_of!(engagement, EngagementStanding; Open, Freeze, Extend, Close);

    const SPEC: Spec = Spec {
        name: "Engagement",
        policy_type: "Engagement",
        plural: "engagements",
        noun: "engagement",
        table: "engagement",
        prefix: "ENG",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::one("certificationAuditId", "CertificationAudit", "certificationAudit"),
            Reference::many("unitIds", "Unit", "units"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("authorIds", "User", "authors"),
        ],
        search: &["title", "auditBody"],
        sorts: &["expiresAt"],
        computed: &[
            Computed { name: "expired", sql: "({self}.\"state\" = 'open' AND {self}.\"expires_at\" <= {now})" },
            Computed { name: "open_requests", sql: requests!("") },
            Computed { name: "late_requests", sql: requests!(" AND r.due_on < {today}") },
        ],
        acts: Self::ACTS,
        editable_in: &["draft"],
        live: true,
        grants_access: true,
        ..Spec::PLAIN
    };

    fn state(row: &engagement::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&engagement::Model>, row: &mut engagement::Model) -> Outcome<()> {
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        let mut faults = Faults::default();
        faults.told("title", Some(&row.title), "says what it is");
        faults.told("auditBody", Some(&row.audit_body), "says who audits");
        for (i, clause) in row.clauses.0.iter().enumerate() {
            faults.when(!CLAUSES.contains(&clause.as_str()), &format!("clauses/{i}"), "is a clause from 4 to 10");
        }
        for (i, kind) in row.record_kinds.0.iter().enumerate() {
            let known = resources::specs().iter().any(|spec| spec.plural == kind);
            faults.when(!known, &format!("recordKinds/{i}"), "is the plural name of a kind of record");
        }
        for (i, unit) in row.unit_ids.0.iter().enumerate() {
            let is_within = caller.access.units.above(*unit).contains(&row.unit_id);
            faults.when(
                !is_within,
                &format!("unitIds/{i}"),
                "lies outside the unit of the engagement: its people answer for it",
            );
        }
        let days = (row.window_from, row.window_until);
        let backwards = matches!(days, (Some(from), Some(until)) if until < from);
        faults.when(backwards, "windowUntil", "does not come before the window's first day");
        let starts = row.starts_at.unwrap_or(row.created_at);
        faults.when(row.expires_at <= starts, "expiresAt", "comes after the beginning");
        faults.settle()
    }
}
