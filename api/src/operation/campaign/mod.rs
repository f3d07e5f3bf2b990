//! Assessments of all risks at planned intervals or upon a change (clause 8.2).

mod acts;
mod register;

pub use acts::{Approve, Cancel, Finish, Open};

use crate::authz::{Attribute, Kind};
use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_entity::Json;
use isms_entity::operation::campaign::{self, CampaignTrigger};
use serde_json::json;

/// A campaign.
pub struct Campaign;

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
        ],
        references: &[
            Reference::many("participantIds", "User", "participants"),
            Reference::one("ownerId", "User", "owner"),
            Reference::one("methodologyId", "Methodology", "methodology"),
            Reference::one("scopeId", "Scope", "scope"),
        ],
        search: &["title"],
        sorts: &["startsOn"],
        acts: Self::ACTS,
        editable_in: &["planned", "inProgress"],
        ..Spec::PLAIN
    };

    fn state(row: &campaign::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(_caller: &Caller, old: Option<&campaign::Model>, row: &mut campaign::Model) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(row.ends_on < row.starts_on, "endsOn", "is before startsOn");
        if row.trigger != CampaignTrigger::Planned {
            faults.told("reason", row.reason.as_ref(), "says what happened");
        }
        faults.settle()?;
        if old.is_none() {
            (row.opening, row.closing) = (Json(json!([])), Json(json!([])));
        }
        Ok(())
    }
}
