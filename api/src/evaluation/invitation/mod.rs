//! Links that are good once: each invites an auditor from outside to one engagement (I-80), or a person of the
//! organisation to a token of their own.

mod accept;
mod rest;

pub use rest::{mount, register};

use crate::caller::{Caller, token};
use crate::evaluation::engagement::Engagement;
use crate::leadership::user::{User, answers_for};
use crate::resource::{Error, Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::Time;
use isms_entity::evaluation::engagement::EngagementState;
use isms_entity::evaluation::invitation;
use isms_entity::leadership::user::UserKind;
use uuid::Uuid;

/// An invitation.
pub struct Invitation;

/// How long a link is good unless something else is said, microseconds: two weeks.
const GOOD_FOR: i64 = 14 * 24 * 3600 * 1_000_000;

impl Resource for Invitation {
    record_of!(invitation, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Invitation",
        policy_type: "Invitation",
        plural: "invitations",
        noun: "invitation",
        table: "invitation",
        prefix: "INV",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::new("auditor", "id", Kind::Entity("ExternalAuditor")),
            Attribute::optional("engagement", "engagement_id", Kind::Entity("Engagement")),
            Attribute::optional("user", "user_id", Kind::Entity("User")),
            Attribute::HELD_BEYOND,
        ],
        references: &[
            Reference::one("engagementId", "Engagement", "engagement"),
            Reference::one("userId", "User", "user"),
        ],
        personal: &["name", "email"],
        told_once: Some(("link", "The link to send, below the service's address: told this once, and good once.")),
        search: &["name", "email"],
        editable_in: &["invited"],
        live: true,
        grants_access: true,
        person: Some("user_id"),
        ..Spec::PLAIN
    };

    fn state(row: &invitation::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&invitation::Model>, row: &mut invitation::Model) -> Outcome<()> {
        if old.is_some_and(|old| (old.engagement_id, old.user_id) != (row.engagement_id, row.user_id)) {
            let field = if row.user_id.is_some() { "/userId" } else { "/engagementId" };
            return Err(Error::field(field, "stays what it was: who is invited elsewhere is invited anew"));
        }
        let mut faults = Faults::default();
        match (row.engagement_id, row.user_id) {
            (Some(engagement), None) => outside(caller, old, row, engagement, &mut faults).await?,
            (None, Some(person)) => inside(caller, old, row, person, &mut faults).await?,
            _ => {
                let both =
                    "names an engagement for an auditor from outside, or a userId for a person of the organisation";
                return Err(Error::field("/engagementId", both));
            }
        }
        let until = *row.link_until.get_or_insert(Time(caller.now().0 + GOOD_FOR));
        faults.when(old.is_none() && until <= caller.now(), "linkUntil", "is in the past");
        faults.settle()
    }

    async fn retiring(_caller: &Caller, old: &invitation::Model, row: &mut invitation::Model) -> Outcome<()> {
        if old.retired_at.is_some() && row.retired_at.is_none() {
            return Err(Error::Conflict("a revoked invitation stays revoked: make another".into()));
        }
        Ok(())
    }

    fn secret(_caller: &Caller, row: &mut invitation::Model) -> Option<String> {
        let secret = token::mint();
        row.hint = token::hint(&secret);
        row.hash = token::hash(&secret)?;
        // What comes after # stays in the browser: the link's secret stands in no log of any server.
        Some(format!("/invitation#{secret}"))
    }
}

/// An auditor from outside. Whoever may invite to an engagement may do so where it lies.
async fn outside(
    caller: &Caller,
    old: Option<&invitation::Model>,
    row: &mut invitation::Model,
    engagement: Uuid,
    faults: &mut Faults,
) -> Outcome<()> {
    let engagement = caller.named::<Engagement>("/engagementId", engagement).await?;
    if old.is_none() && engagement.row.state == EngagementState::Closed {
        return Err(Error::Conflict("the engagement is closed: nobody is invited to it".into()));
    }
    row.unit_id = engagement.row.unit_id;
    row.email = row.email.trim().to_lowercase();
    faults.told("name", Some(&row.name), "says who is invited");
    let addressed = row.email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    faults.when(!addressed, "email", "is not an email address");
    Ok(())
}

/// A person of the organisation. The invitation lies where they do, and inviting takes rights over all that they hold.
async fn inside(
    caller: &Caller,
    old: Option<&invitation::Model>,
    row: &mut invitation::Model,
    person: Uuid,
    faults: &mut Faults,
) -> Outcome<()> {
    let person = caller.named::<User>("/userId", person).await?;
    row.unit_id = person.row.unit_id;
    if old.is_none() {
        answers_for(caller, &person)?;
        faults.when(person.row.kind == UserKind::Service, "userId", "is a service: it is given a token, not invited");
        faults.when(!person.row.active, "userId", "is inactive and signs in with nothing");
    }
    for (name, told) in [("name", &row.name), ("email", &row.email)] {
        faults.when(!told.is_empty(), name, "stands in the person's own record");
    }
    Ok(())
}
