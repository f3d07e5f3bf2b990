//! What is agreed with suppliers about security (control A.5.20).

use crate::caller::Caller;
use crate::resource::{Faults, Outcome, Reference, Resource, Spec, Upkeep, record_of};
use isms_authz::{Attribute, Kind};
use isms_entity::operation::contract;

/// A contract.
pub struct Contract;

impl Resource for Contract {
    record_of!(contract, Upkeep);

    const SPEC: Spec = Spec {
        name: "Contract",
        policy_type: "Contract",
        plural: "contracts",
        noun: "contract",
        table: "contract",
        prefix: "CON",
        clause: "8 Operation",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[Reference::one("supplierId", "Supplier", "supplier"), Reference::one("ownerId", "User", "owner")],
        search: &["title"],
        sorts: &["title"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(_caller: &Caller, _old: Option<&contract::Model>, row: &mut contract::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        let order = row.starts_on.zip(row.ends_on).is_some_and(|(from, to)| to < from);
        faults.when(order, "endsOn", "is before startsOn");
        faults.range("incidentNoticeHours", row.incident_notice_hours.unwrap_or_default(), 0..=10_000);
        faults.range("noticeDays", row.notice_days.unwrap_or_default(), 0..=10_000);
        faults.settle()
    }
}
