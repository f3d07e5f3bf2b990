//! Assessments of all risks at planned intervals or upon a change (clause 8.2).

mod acts;
mod diff;
mod register;
mod rest;

pub use acts::{Approve, Cancel, Finish, Open};
pub use diff::{Movement, movements};
pub use rest::register as routes;

use crate::caller::Caller;
use crate::resource::{Faults, Frozen, NothingComputed, Outcome, Reference, Resource, Spec, authors, record_of, word};
use isms_authz::{Attribute, Kind, Remit};
use isms_entity::operation::campaign::{self, CampaignTrigger, RiskRegister};
use serde_json::{Value, json};

/// A campaign.
pub struct Campaign;

/// The register tells of all risks, and is for those who see them all.
const fn register_in(column: &'static str) -> Frozen {
    Frozen { column, of: &["Risk"], outside: false, blank: empty }
}

fn empty(register: &mut Value, _remit: Option<&Remit>) {
    *register = json!([]);
}

impl Resource for Campaign {
    record_of!(campaign, NothingComputed; Open, Finish, Approve, Cancel);

    const SPEC: Spec = Spec {
        name: "Campaign",
        policy_type: "Campaign",
        plural: "campaigns",
        noun: "campaign",
        table: "campaign",
        prefix: "CAM",
        clause: "8 Operation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("topLevel", "top_level", Kind::Bool),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
        ],
        references: &[
            Reference::many("participantIds", "User", "participants"),
            Reference::one("ownerId", "User", "owner"),
            Reference::many("authorIds", "User", "authors"),
            Reference::one("methodologyId", "Methodology", "methodology"),
            Reference::one("scopeId", "Scope", "scope"),
        ],
        frozen: &[register_in("opening"), register_in("closing")],
        search: &["title"],
        sorts: &["startsOn"],
        acts: Self::ACTS,
        editable_in: &["planned", "inProgress"],
        ..Spec::PLAIN
    };

    fn state(row: &campaign::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&campaign::Model>, row: &mut campaign::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(row.ends_on < row.starts_on, "endsOn", "is before startsOn");
        if row.trigger != CampaignTrigger::Planned {
            faults.told("reason", row.reason.as_ref(), "says what happened");
        }
        let opened = old.filter(|old| old.opened_at.is_some());
        faults.when(opened.is_some_and(|old| old.starts_on != row.starts_on), "startsOn", "stays once it was opened");
        faults.when(opened.is_some_and(|old| old.ends_on != row.ends_on), "endsOn", "stays once it was opened");
        faults.settle()?;
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        if old.is_none() {
            (row.opening, row.closing) = (RiskRegister(json!([])), RiskRegister(json!([])));
        }
        Ok(())
    }
}
