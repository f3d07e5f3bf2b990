//! Rights under review (control A.5.18): kept, changed or taken away by the reviewer, never by who holds them (I-79).

use crate::caller::Caller;
use crate::operation::access_review::AccessReview;
use crate::resource::{
    Act, ActSpec, Computed, Error, Faults, Nothing, Outcome, Reference, Resource, Spec, is_blank, record_of, word,
};
use crate::store::{Query, Test};
use isms_authz::{Action as Verb, Attribute, Kind};
use isms_entity::operation::access_review::{self, AccessReviewState};
use isms_entity::operation::access_right::{self, AccessRightKind, AccessRightState};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A right under review.
pub struct AccessRight;

/// How the right stands in the system itself.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Holding {
    /// Whether it still gives what it says: looked up for rights in the ISMS, said by [`CarryOut`] for those in others.
    pub held: bool,
    /// Whether it was to be changed or taken away and that has not been done within seven days.
    pub overdue: bool,
}

impl Resource for AccessRight {
    record_of!(access_right, Holding; Decide, CarryOut);

    const SPEC: Spec = Spec {
        name: "AccessRight",
        policy_type: "AccessRight",
        plural: "access-rights",
        noun: "access right",
        table: "access_right",
        prefix: "RGT",
        clause: "8 Operation",
        attributes: &[
            Attribute::new("reviewer", "reviewer_id", Kind::Entity("User")),
            Attribute::optional("person", "person_id", Kind::Entity("User")),
            Attribute::new("kind", "kind", Kind::Text),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("reviewId", "AccessReview", "review"),
            Reference::one("personId", "User", "person"),
            Reference::one("reviewerId", "User", "reviewer").copied(),
        ],
        search: &["holder", "title"],
        computed: &[
            Computed {
                name: "held",
                sql: "(CASE {self}.\"kind\" \
                      WHEN 'role' THEN EXISTS (SELECT 1 FROM {RoleAssignment*} s WHERE s.id = {self}.\"source_id\" \
                      AND s.retired_at IS NULL AND (s.valid_until IS NULL OR s.valid_until >= {today})) \
                      WHEN 'duty' THEN EXISTS (SELECT 1 FROM {Responsibility*} s WHERE s.id = {self}.\"source_id\" \
                      AND s.retired_at IS NULL AND (s.holder_id = {self}.\"person_id\" \
                      OR (s.deputy_id IS NOT NULL AND s.deputy_id = {self}.\"person_id\"))) \
                      WHEN 'token' THEN EXISTS (SELECT 1 FROM {ApiToken*} s WHERE s.id = {self}.\"source_id\" \
                      AND s.retired_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > {now})) \
                      WHEN 'invitation' THEN EXISTS (SELECT 1 FROM {Invitation*} s WHERE s.id = {self}.\"source_id\" \
                      AND s.retired_at IS NULL AND (s.user_id IS NULL OR s.state = 'invited')) \
                      ELSE {self}.\"state\" <> 'carriedOut' END)",
            },
            Computed {
                name: "overdue",
                sql: "({self}.\"state\" IN ('toChange', 'toRevoke') AND {self}.\"decided_at\" IS NOT NULL \
                      AND {self}.\"decided_at\" < {now} - 604800000000)",
            },
        ],
        acts: Self::ACTS,
        editable_in: &["undecided"],
        ..Spec::PLAIN
    };

    fn state(row: &access_right::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&access_right::Model>, row: &mut access_right::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(old.is_some_and(|old| old.review_id != row.review_id), "reviewId", "a right stays in its review");
        let of_isms = old.filter(|old| old.kind != AccessRightKind::Other);
        let told = |row: &access_right::Model| (row.person_id, row.holder.clone(), row.title.clone());
        faults.when(of_isms.is_some_and(|old| told(old) != told(row)), "title", "is what the ISMS itself gives");
        let nobody = row.person_id.is_none() && row.holder.as_deref().is_none_or(is_blank);
        faults.when(nobody, "holder", "or personId: who holds it");
        faults.settle()?;
        let review = review_of(caller, row).await?;
        if review.state == AccessReviewState::Completed {
            return Err(Error::Conflict("the review is completed: its rights stay as they were listed".into()));
        }
        row.reviewer_id = review.reviewer_id;
        if old.is_none() && row.unit_id == caller.access.root {
            row.unit_id = review.unit_id;
        }
        Ok(())
    }
}

/// The review that a right belongs to, whoever asks.
async fn review_of(caller: &Caller, row: &access_right::Model) -> Outcome<access_review::Model> {
    let found = caller.for_rules::<AccessReview>(&Query::of([Test::is("id", row.review_id)])).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| Error::field("/reviewId", format!("there is no access review {}", row.review_id)))
}

/// Undecided → kept, to change or to revoke; anew until it is carried out.
pub struct Decide;

/// What becomes of a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum AccessDecision {
    /// It stays.
    Keep,
    /// It is made smaller or larger.
    Change,
    /// It is taken away.
    Revoke,
}

/// A decision on a right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessDecided {
    /// What becomes of it.
    pub decision: AccessDecision,
    /// Why, or what it is changed to; needed unless it stays.
    pub reason: Option<String>,
}

impl Act for Decide {
    type Of = AccessRight;
    type Input = AccessDecided;
    const SPEC: ActSpec = ActSpec {
        name: "decide",
        verb: Verb::Approve,
        from: &["undecided", "kept", "toChange", "toRevoke"],
        summary: "Keep it, change it or take it away; nobody decides on their own (I-79)",
    };

    async fn run(caller: &Caller, row: &mut access_right::Model, input: AccessDecided) -> Outcome<()> {
        let mut faults = Faults::default();
        if input.decision != AccessDecision::Keep {
            faults.told("reason", input.reason.as_ref(), "says why it does not stay as it is");
        }
        faults.settle()?;
        if review_of(caller, row).await?.state != AccessReviewState::Open {
            return Err(Error::Conflict("rights are decided on while their review is open".into()));
        }
        row.state = match input.decision {
            AccessDecision::Keep => AccessRightState::Kept,
            AccessDecision::Change => AccessRightState::ToChange,
            AccessDecision::Revoke => AccessRightState::ToRevoke,
        };
        row.decision = input.reason;
        row.decided_by = Some(caller.id());
        row.decided_at = Some(caller.now());
        Ok(())
    }
}

/// To change or to revoke → carried out.
pub struct CarryOut;

impl Act for CarryOut {
    type Of = AccessRight;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "carry-out",
        verb: Verb::Close,
        from: &["toChange", "toRevoke"],
        summary: "What was decided has been done; what the ISMS itself gives must be gone from it first",
    };

    async fn run(caller: &Caller, row: &mut access_right::Model, _input: Nothing) -> Outcome<()> {
        let held = Query::of([Test::is("id", row.id), Test::Computed("held", vec![true.into()])]);
        let of_isms = row.kind != AccessRightKind::Other && row.state == AccessRightState::ToRevoke;
        if of_isms && !caller.for_rules::<AccessRight>(&held).await?.is_empty() {
            return Err(Error::Conflict(format!("the {} is still there: retire it first", word(&row.kind))));
        }
        row.state = AccessRightState::CarriedOut;
        row.carried_out_by = Some(caller.id());
        row.carried_out_at = Some(caller.now());
        Ok(())
    }
}
