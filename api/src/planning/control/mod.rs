//! Controls (clause 6.1.3 b to d): the 93 of Annex A with guidance in our own words, and the organisation's own.
//! Each carries the decision whether it applies, from which the Statement of Applicability is drawn.

mod seed;

pub use seed::{ANNEX_A, seed};

use super::PROPERTIES;
use crate::caller::Caller;
use crate::resource::{Computed, Error, Faults, Outcome, Reference, Resource, Spec, record_of, word};
use crate::store::{Query, Test};
use crate::support::evidence::counting;
use isms_authz::{Attribute, Kind};
use isms_entity::planning::control::{self, Applicability, ControlOrigin, ControlStatus};
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A control.
pub struct Control;

/// What shows that a control works.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// Whether accepted evidence counts for it today (I-44).
    pub evidenced: bool,
}

/// Why a control applies (6.1.3 d): a risk result, law, contract, business need or best practice.
pub const REASONS: &[&str] = &["risk", "legal", "contract", "business", "bestPractice"];

/// The longest that a control may go without evidence, days: three years, as long as a certificate lasts.
pub const LONGEST_WITHOUT_EVIDENCE: i64 = 1_096;

impl Resource for Control {
    record_of!(control, Proof);

    const SPEC: Spec = Spec {
        name: "Control",
        policy_type: "Control",
        plural: "controls",
        noun: "control",
        table: "control",
        prefix: "CTL",
        clause: "6 Planning",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("origin", "origin", Kind::Text),
        ],
        references: &[Reference::one("ownerId", "User", "owner")],
        search: &["code", "title", "description", "guidance"],
        sorts: &["ordinal", "code"],
        computed: &[Computed {
            name: "evidenced",
            sql: counting!("EXISTS (SELECT 1", "{Evidence.controlIds}", "{self}.\"id\"", ")"),
        }],
        ..Spec::PLAIN
    };

    fn state(row: &control::Model) -> Option<String> {
        Some(word(&row.status))
    }

    async fn settle(caller: &Caller, old: Option<&control::Model>, row: &mut control::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.words("reasons", &row.reasons, REASONS);
        faults.words("properties", &row.properties, PROPERTIES);
        faults.range("maturity", row.maturity, 0..=5);
        faults.range("evidenceDays", row.evidence_days, 1..=LONGEST_WITHOUT_EVIDENCE);
        let justified = row.justification.as_ref().is_some_and(|text| !text.trim().is_empty());
        if row.applicability == Applicability::Excluded && !justified {
            faults.add("justification", "an exclusion needs a justification (6.1.3 d)");
        }
        if row.applicability == Applicability::Excluded && row.status == ControlStatus::Implemented {
            faults.add("applicability", "what is implemented is not excluded");
        }
        keep_catalogue(old, row, &mut faults);
        faults.settle()?;
        row.ordinal = seed::ordinal(&row.code);
        if old.is_none_or(|old| is_changed(old, row)) {
            row.changed_at = caller.now();
        }
        let newly_excluded = row.applicability == Applicability::Excluded
            && old.is_none_or(|old| old.applicability != Applicability::Excluded);
        if newly_excluded { refuse_if_chosen(caller, row).await } else { Ok(()) }
    }

    async fn retiring(caller: &Caller, old: &control::Model, row: &mut control::Model) -> Outcome<()> {
        if row.retired_at != old.retired_at {
            row.changed_at = caller.now();
        }
        if row.retired_at.is_none() || old.retired_at.is_some() {
            return Ok(());
        }
        if row.origin == ControlOrigin::AnnexA {
            return Err(Error::field(
                "/code",
                "an Annex A control is excluded with a justification, not retired (I-42)",
            ));
        }
        refuse_if_chosen(caller, row).await
    }
}

/// Whether more than the day of the next test, or how often it leaves evidence, is another.
fn is_changed(old: &control::Model, row: &control::Model) -> bool {
    control::Model { next_test_on: old.next_test_on, evidence_days: old.evidence_days, ..row.clone() } != *old
}

/// What the catalogue says of an Annex A control is not the organisation's to change.
fn keep_catalogue(old: Option<&control::Model>, row: &control::Model, faults: &mut Faults) {
    let known = seed::known(&row.code);
    let Some(old) = old.filter(|old| old.origin == ControlOrigin::AnnexA) else {
        if row.origin == ControlOrigin::AnnexA && !known {
            faults.add("code", "is not a control of Annex A");
        } else if row.origin == ControlOrigin::Own && known {
            faults.add("code", "is a control of Annex A; own controls have codes of their own");
        }
        return;
    };
    if (&old.code, &old.title, old.theme, old.origin) != (&row.code, &row.title, row.theme, row.origin) {
        faults.add("code", "code, title, theme and origin of an Annex A control stay");
    }
}

/// A control that a treatment chooses cannot be excluded (I-40).
async fn refuse_if_chosen(caller: &Caller, row: &control::Model) -> Outcome<()> {
    let query =
        Query::of([Test::Links("plannedControlIds", vec![row.id]), Test::NoneOf("state", vec!["closed".into()])]);
    if caller.for_rules::<super::risk::Risk>(&query).await?.is_empty() {
        Ok(())
    } else {
        Err(Error::Conflict(
            "the treatment of a risk chooses this control, so that it cannot be left out (I-40)".into(),
        ))
    }
}
