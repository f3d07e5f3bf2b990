//! Nonconformities and what is done about them (clause 10.2).

mod acts;

pub use acts::{ApprovePlan, Contain, FindCause, Implement, Verify};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::evaluation::finding::Finding;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::{Query, Test};
use chrono::Months;
use isms_entity::improvement::nonconformity;
use uuid::Uuid;

/// A nonconformity.
pub struct Nonconformity;

impl Resource for Nonconformity {
    record_of!(nonconformity, NothingComputed; Contain, FindCause, ApprovePlan, Implement, Verify);

    const SPEC: Spec = Spec {
        name: "Nonconformity",
        policy_type: "Nonconformity",
        plural: "nonconformities",
        noun: "nonconformity",
        table: "nonconformity",
        prefix: "NCR",
        clause: "10 Improvement",
        attributes: &[
            Attribute::new("auditors", "auditor_ids", Kind::Entities("User")),
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("ownerId", "User", "owner"),
            Reference::one("findingId", "Finding", "finding"),
            Reference::one("incidentId", "Incident", "incident"),
            Reference::one("supplierId", "Supplier", "supplier"),
            Reference::one("metricId", "Metric", "metric"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::one("repeatsId", "Nonconformity", "repeats"),
            Reference::many("auditorIds", "User", "auditors"),
        ],
        search: &["title", "description"],
        sorts: &["dueOn"],
        acts: Self::ACTS,
        editable_in: &["open", "contained", "causeFound", "planApproved", "implemented"],
        ..Spec::PLAIN
    };

    fn state(row: &nonconformity::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&nonconformity::Model>,
        row: &mut nonconformity::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(row.detected_on > caller.today(), "detectedOn", "lies in the future");
        let order = row.due_on.is_some_and(|due| due < row.detected_on);
        faults.when(order, "dueOn", "is before detectedOn");
        faults.settle()?;
        if let (None, Some(finding)) = (old, row.finding_id) {
            let found = caller.for_rules::<Finding>(&Query::of([Test::is("id", finding)])).await?;
            row.auditor_ids = found.into_iter().next().map(|found| found.auditor_ids).unwrap_or_default();
        }
        if old.is_none_or(|old| old.requirement != row.requirement) {
            row.repeats_id = former(caller, row).await?;
        }
        Ok(())
    }
}

/// The last one against the same requirement in the same unit within twelve months (I-61).
async fn former(caller: &Caller, row: &nonconformity::Model) -> Outcome<Option<Uuid>> {
    let Some(requirement) = row.requirement.clone().filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let Some(since) = row.detected_on.checked_sub_months(Months::new(12)) else { return Ok(None) };
    let same = Query::of([
        Test::is("requirement", requirement),
        Test::is("unit_id", row.unit_id),
        Test::Compare("detected_on", ">=", since.into()),
        Test::Compare("detected_on", "<=", row.detected_on.into()),
    ]);
    let mut found = caller.for_rules::<Nonconformity>(&same).await?;
    found.retain(|other| other.id != row.id);
    Ok(found.iter().max_by_key(|other| other.detected_on).map(|other| other.id))
}
