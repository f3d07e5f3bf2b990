//! Suppliers and what they may do (clause 8.1, controls A.5.19 to A.5.23).

mod acts;
mod import;

pub use acts::{Approve, Exit, Suspend};

use crate::caller::Caller;
use crate::resource::{Computed, Faults, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::operation::supplier;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A supplier.
pub struct Supplier;

/// What a supplier's use rests on today (I-08, I-72).
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Whether the review date has passed.
    pub overdue: bool,
    /// Whether nobody who is active answers for it (I-04).
    pub orphaned: bool,
    /// An assessment lets it be used, and is valid.
    pub assessed: bool,
    /// A contract is in force.
    pub contracted: bool,
    /// An exception lets it be used without.
    pub excepted: bool,
    /// It matters and is used, but what that takes is no more there.
    pub lapsed: bool,
}

macro_rules! assessed {
    () => {
        "EXISTS (SELECT 1 FROM {SupplierAssessment} a WHERE a.supplier_id = {self}.\"id\" AND a.retired_at IS NULL \
         AND a.state = 'concluded' AND a.conclusion IN ('ok', 'conditional') AND a.valid_until >= {today} \
         AND NOT EXISTS (SELECT 1 FROM {SupplierAssessment} b WHERE b.supplier_id = a.supplier_id \
         AND b.retired_at IS NULL AND b.state = 'concluded' AND b.conclusion = 'blocker' \
         AND b.concluded_at > a.concluded_at))"
    };
}
macro_rules! contracted {
    () => {
        "EXISTS (SELECT 1 FROM {Contract} c WHERE c.supplier_id = {self}.\"id\" AND c.retired_at IS NULL \
         AND (c.starts_on IS NULL OR c.starts_on <= {today}) AND (c.ends_on IS NULL OR c.ends_on >= {today}))"
    };
}
macro_rules! excepted {
    () => {
        "EXISTS (SELECT 1 FROM {Exception} e WHERE e.supplier_id = {self}.\"id\" AND e.retired_at IS NULL \
         AND e.state = 'approved' AND e.starts_on <= {today} AND e.expires_on >= {today})"
    };
}

impl Resource for Supplier {
    record_of!(supplier, Standing; Approve, Suspend, Exit);

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
        personal: &["contact"],
        sensitive: &["contact"],
        search: &["name"],
        sorts: &["name", "reviewOn"],
        computed: &[
            Computed::OVERDUE_WHILE_OPEN,
            Computed::ORPHANED,
            Computed { name: "assessed", sql: concat!("(", assessed!(), ")") },
            Computed { name: "contracted", sql: concat!("(", contracted!(), ")") },
            Computed { name: "excepted", sql: concat!("(", excepted!(), ")") },
            Computed {
                name: "lapsed",
                sql: concat!(
                    "({self}.\"criticality\" >= 3 AND {self}.\"state\" IN ('approved', 'conditional') AND NOT ",
                    excepted!(),
                    " AND NOT (",
                    assessed!(),
                    " AND ",
                    contracted!(),
                    "))"
                ),
            },
        ],
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
