//! Suppliers and what they may do (clause 8.1, controls A.5.19 to A.5.23).

mod acts;

pub use acts::{Approve, Exit, Suspend};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Faults, Outcome, Reference, Resource, Spec, Upkeep, record_of, word};
use isms_entity::operation::supplier;

/// A supplier.
pub struct Supplier;

impl Resource for Supplier {
    record_of!(supplier, Upkeep; Approve, Suspend, Exit);

    const SPEC: Spec = Spec {
        name: "Supplier",
        policy_type: "Supplier",
        plural: "suppliers",
        noun: "supplier",
        table: "supplier",
        prefix: "SUP",
        clause: "8 Operation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::many("assetIds", "Asset", "assets"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["name"],
        sorts: &["name", "reviewOn"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &supplier::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(_caller: &Caller, _old: Option<&supplier::Model>, row: &mut supplier::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("criticality", row.criticality, 1..=4);
        faults.settle()
    }
}
