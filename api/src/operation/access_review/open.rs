//! The rights as they stand when a review is opened: roles, duties, tokens and invitations of the ISMS.

use super::{AccessReview, rights};
use crate::caller::Caller;
use crate::evaluation::invitation::Invitation;
use crate::leadership::api_token::ApiToken;
use crate::leadership::responsibility::Responsibility;
use crate::leadership::role_assignment::RoleAssignment;
use crate::operation::access_right::AccessRight;
use crate::resource::{Act, ActSpec, Error, Nothing, Outcome, word};
use crate::store::{Query, Test};
use isms_authz::Action as Verb;
use isms_entity::evaluation::invitation::InvitationState;
use isms_entity::leadership::responsibility::ResponsibilityState;
use isms_entity::operation::access_review::{self, AccessReviewState};
use isms_entity::operation::access_right::{self, AccessRightKind};
use isms_entity::{Common, Recorded};
use uuid::Uuid;

/// Planned → open.
pub struct Open;

impl Act for Open {
    type Of = AccessReview;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "open",
        verb: Verb::Update,
        from: &["planned"],
        summary: "List the rights to decide on: those of the ISMS as they stand, or those entered for another system",
    };

    async fn run(caller: &Caller, row: &mut access_review::Model, _input: Nothing) -> Outcome<()> {
        if row.asset_id.is_none() {
            let found = held(caller, row).await?;
            let permitted =
                found.into_iter().map(|right| Ok((caller.permit::<AccessRight>(Verb::Create, &right)?, right)));
            caller.insert_all(permitted.collect::<Outcome<Vec<_>>>()?).await?;
        }
        if rights(caller, row.id).await?.is_empty() {
            return Err(Error::Conflict("enter the rights that people have in this system first".into()));
        }
        row.state = AccessReviewState::Open;
        row.opened_at = Some(caller.now());
        Ok(())
    }
}

/// Everything that gives somebody a right in the unit of the review or below it, held there or above.
async fn held(caller: &Caller, review: &access_review::Model) -> Outcome<Vec<access_right::Model>> {
    let everything = Query::default();
    let right = |kind, source: &Common, person: Option<Uuid>, title: String| {
        let mut right = access_right::Model {
            review_id: review.id,
            reviewer_id: review.reviewer_id,
            kind,
            source_id: Some(source.id),
            person_id: person,
            holder: person.is_none().then(|| source.reference.clone()),
            title,
            ..Default::default()
        };
        right.set_common(Common { unit_id: review.unit_id, ..caller.new_common() });
        right
    };
    let above = caller.access.units.above(review.unit_id);
    // What is held above the unit counts in it as well.
    let below = |unit: Uuid| above.contains(&unit) || caller.access.units.above(unit).contains(&review.unit_id);
    let until = |day: Option<chrono::NaiveDate>| day.map(|day| format!(" until {day}")).unwrap_or_default();
    let mut list = Vec::new();
    let today = caller.today();
    for role in caller.for_rules::<RoleAssignment>(&everything).await? {
        if below(role.unit_id) && role.valid_until.is_none_or(|day| day >= today) {
            let title = format!("role {}{}", word(&role.role), until(role.valid_until));
            list.push(right(AccessRightKind::Role, &role.common(), Some(role.user_id), title));
        }
    }
    let accepted = Query::of([Test::is("state", word(&ResponsibilityState::Accepted))]);
    for duty in caller.for_rules::<Responsibility>(&accepted).await?.iter().filter(|duty| below(duty.unit_id)) {
        let deputy = duty.deputy_id.filter(|_| duty.deputy_accepted_at.is_some());
        for (person, how) in [(Some(duty.holder_id), "duty"), (deputy, "deputy for the duty")] {
            let title = format!("{how} {}: {}", word(&duty.duty), duty.title);
            list.extend(person.map(|person| right(AccessRightKind::Duty, &duty.common(), Some(person), title)));
        }
    }
    for token in caller.for_rules::<ApiToken>(&everything).await? {
        if below(token.unit_id) && token.expires_at.is_none_or(|end| end > caller.now()) {
            let title = format!("token {} for {}", token.name, token.scopes.0.join(", "));
            list.push(right(AccessRightKind::Token, &token.common(), Some(token.user_id), title));
        }
    }
    for invited in caller.for_rules::<Invitation>(&everything).await?.iter().filter(|invited| below(invited.unit_id)) {
        // A person's link has become a token, which stands above.
        if invited.user_id.is_some() && invited.state == InvitationState::Accepted {
            continue;
        }
        let whom = if invited.user_id.is_some() { "link to a first token" } else { "external auditor" };
        let title = format!("{whom}, {}", word(&invited.state));
        list.push(right(AccessRightKind::Invitation, &invited.common(), invited.user_id, title));
    }
    Ok(list)
}
