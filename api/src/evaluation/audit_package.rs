//! Audit packages: that one is put together for an engagement, how far it is, and what became of it. What is in it stands in
//! `assurance/package`.

use crate::caller::Caller;
use crate::evaluation::engagement::Engagement;
use crate::resource::{Computed, Error, Outcome, Reference, Resource, Spec, attached, record_of, step, word};
use crate::store::{Query, Test};
use isms_authz::{Attribute, Kind};
use isms_entity::evaluation::audit_package::{self, AuditPackageState};
use isms_entity::evaluation::engagement::EngagementState;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// An audit package.
pub struct AuditPackage;

/// Whether it still comes.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Preparation {
    /// It is being put together and has not got on for ten minutes, as when the service was stopped: ask for another.
    pub stalled: bool,
}

attached!(AuditPackage, replaceable: false);

impl Resource for AuditPackage {
    record_of!(audit_package, Preparation; Withdraw);

    const SPEC: Spec = Spec {
        name: "AuditPackage",
        policy_type: "AuditPackage",
        plural: "audit-packages",
        noun: "audit package",
        table: "audit_package",
        prefix: "PKG",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::new("engagement", "engagement_id", Kind::Entity("Engagement")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[Reference::one("engagementId", "Engagement", "engagement")],
        computed: &[Computed {
            name: "stalled",
            sql: "({self}.\"state\" = 'preparing' AND {self}.\"updated_at\" < {now} - 600000000)",
        }],
        acts: Self::ACTS,
        editable_in: &["never"],
        creatable: false,
        live: true,
        follows: true,
        ..Spec::PLAIN
    };

    fn state(row: &audit_package::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&audit_package::Model>,
        row: &mut audit_package::Model,
    ) -> Outcome<()> {
        if old.is_some() {
            return Ok(());
        }
        let engagement = caller.fetch::<Engagement>(row.engagement_id).await?.row;
        if engagement.state == EngagementState::Draft {
            return Err(Error::Conflict("the engagement is not open: there is nobody to make a package for".into()));
        }
        let before = Test::is("engagement_id", row.engagement_id);
        let goes_on =
            Query::of([before, Test::is("state", "preparing"), Test::Computed("stalled", vec![false.into()])]);
        if let Some(other) = caller.for_rules::<Self>(&goes_on).await?.first() {
            let name = caller.name_of::<Self>(other)?;
            return Err(Error::Conflict(format!(
                "{name} is being put together for this engagement: wait until it is there"
            )));
        }
        row.unit_id = engagement.unit_id;
        row.state = AuditPackageState::Preparing;
        row.as_of = caller.shown_to_auditors_of(&engagement);
        row.step = "begun".into();
        Ok(())
    }
}

step! {
    /// Ready → withdrawn.
    Withdraw of AuditPackage: "withdraw" Update ["ready"] => AuditPackageState::Withdrawn, because failure,
    "Take it back, with a reason: its auditors cannot take it any more"
}
