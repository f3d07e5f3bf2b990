//! Exceptions to policies and controls, each with its risk and its end (control A.5.36).

mod acts;

pub use acts::{Approve, Close, Reject, Revoke, Submit};

use crate::caller::Caller;
use crate::planning::risk::Risk;
use crate::resource::{Computed, Faults, Outcome, Reference, Resource, Spec, authors, record_of, word};
use crate::store::{Query, Test};
use chrono::Months;
use isms_authz::{Attribute, Kind};
use isms_entity::operation::exception;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// An exception.
pub struct Exception;

/// Whether an exception holds today (I-08).
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Liveness {
    /// It was allowed, its first day has come and its last has not passed.
    pub live: bool,
    /// It was allowed and its last day has passed.
    pub expired: bool,
}

impl Resource for Exception {
    record_of!(exception, Liveness; Submit, Approve, Reject, Revoke, Close);

    const SPEC: Spec = Spec {
        name: "Exception",
        policy_type: "Exception",
        plural: "exceptions",
        noun: "exception",
        table: "exception",
        prefix: "EXC",
        clause: "8 Operation",
        attributes: &[
            Attribute::new("aboveCriterion", "above_criterion", Kind::Bool),
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("controlId", "Control", "control"),
            Reference::one("documentId", "Document", "document"),
            Reference::one("supplierId", "Supplier", "supplier"),
            Reference::one("riskId", "Risk", "risk"),
            Reference::many("compensatingControlIds", "Control", "compensatingControls"),
            Reference::one("ownerId", "User", "owner"),
            Reference::many("authorIds", "User", "authors"),
        ],
        search: &["title"],
        sorts: &["expiresOn"],
        computed: &[
            Computed {
                name: "live",
                sql: "({self}.\"state\" = 'approved' AND {self}.\"starts_on\" <= {today} AND {self}.\"expires_on\" >= {today})",
            },
            Computed { name: "expired", sql: "({self}.\"state\" = 'approved' AND {self}.\"expires_on\" < {today})" },
        ],
        acts: Self::ACTS,
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &exception::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&exception::Model>, row: &mut exception::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(
            row.control_id.is_none() && row.document_id.is_none() && row.supplier_id.is_none(),
            "controlId",
            "or documentId or supplierId: what is excepted",
        );
        faults.when(row.expires_on < row.starts_on, "expiresOn", "is before startsOn");
        let longest = row.starts_on.checked_add_months(Months::new(12));
        let long = longest.is_none_or(|longest| row.expires_on > longest);
        faults.when(long, "expiresOn", "is twelve months after startsOn at most (I-77)");
        faults.settle()?;
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        row.above_criterion = is_above(caller, row).await?;
        Ok(())
    }
}

/// Whether its risk is above the criterion today.
async fn is_above(caller: &Caller, row: &exception::Model) -> Outcome<bool> {
    let risk = caller.for_rules::<Risk>(&Query::of([Test::is("id", row.risk_id)])).await?;
    Ok(risk.first().is_some_and(|risk| risk.above_criterion))
}
