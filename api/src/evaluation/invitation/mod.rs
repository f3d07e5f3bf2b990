//! Auditors from outside: each is invited to one engagement by a link that is good once (I-80).

mod accept;
mod rest;

pub use rest::{mount, register};

use crate::authz::{Attribute, Kind};
use crate::caller::{Caller, token};
use crate::evaluation::engagement::Engagement;
use crate::resource::{Error, Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_entity::Time;
use isms_entity::evaluation::engagement::EngagementState;
use isms_entity::evaluation::invitation;

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
            Attribute::new("engagement", "engagement_id", Kind::Entity("Engagement")),
        ],
        references: &[Reference::one("engagementId", "Engagement", "engagement")],
        personal: &["name", "email"],
        search: &["name", "email"],
        editable_in: &["invited"],
        live: true,
        grants_access: true,
        ..Spec::PLAIN
    };

    fn state(row: &invitation::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&invitation::Model>, row: &mut invitation::Model) -> Outcome<()> {
        let Ok(engagement) = caller.fetch::<Engagement>(row.engagement_id).await else {
            return Err(Error::field("/engagementId", format!("there is no engagement {}", row.engagement_id)));
        };
        if old.is_some_and(|old| old.engagement_id != row.engagement_id) {
            return Err(Error::field("/engagementId", "stays what it was: who is invited elsewhere is invited anew"));
        }
        if old.is_some_and(|old| old.retired_at.is_some()) && row.retired_at.is_none() {
            return Err(Error::Conflict("a revoked invitation stays revoked: make another".into()));
        }
        if old.is_none() && engagement.row.state == EngagementState::Closed {
            return Err(Error::Conflict("the engagement is closed: nobody is invited to it".into()));
        }
        // Whoever may invite to an engagement may do so where it lies.
        row.unit_id = engagement.row.unit_id;
        row.email = row.email.trim().to_lowercase();
        let mut faults = Faults::default();
        faults.told("name", Some(&row.name), "says who is invited");
        let addressed = row.email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        faults.when(!addressed, "email", "is not an email address");
        let until = *row.link_until.get_or_insert(Time(caller.now().0 + GOOD_FOR));
        faults.when(old.is_none() && until <= caller.now(), "linkUntil", "is in the past");
        faults.settle()
    }

    fn secret(_caller: &Caller, row: &mut invitation::Model) -> Option<(&'static str, String)> {
        let secret = token::mint();
        row.hint = token::hint(&secret);
        row.hash = token::hash(&secret)?;
        // What comes after # stays in the browser: the link's secret stands in no log of any server.
        Some(("link", format!("/invitation#{secret}")))
    }
}
