//! Evidence: a file or a link that shows, for a period, that something was done (clauses 7.5.3 and 8.1, control A.5.28).

mod acts;
mod gaps;
mod rest;

pub use acts::{Accept, Dispose, Hold, Reject, Release, Retain};
pub use gaps::{Gaps, gaps};
pub use rest::register;

use crate::caller::Caller;
use crate::operation::incident::Incident;
use crate::resource::{
    Computed, Faults, Outcome, Reference, Resource, Spec, attached, authors, is_told, record_of, word,
};
use crate::store::{Query, Test, Writing};
use chrono::{DateTime, Utc};
use isms_authz::{Attribute, Kind, PrincipalKind};
use isms_entity::operation::incident;
use isms_entity::support::evidence;
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A piece of evidence.
pub struct Evidence;

/// Whether evidence counts today (I-08).
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Validity {
    /// It was accepted, is still there, and its last day has not passed.
    pub valid: bool,
    /// Its last day has passed.
    pub expired: bool,
    /// A later piece takes its place.
    pub replaced: bool,
}

attached!(Evidence, replaceable: false);

impl Resource for Evidence {
    record_of!(evidence, Validity; Accept, Reject, Hold, Release, Retain, Dispose);

    const SPEC: Spec = Spec {
        name: "Evidence",
        policy_type: "Evidence",
        plural: "evidence-items",
        noun: "piece of evidence",
        table: "evidence",
        prefix: "EVI",
        clause: "7 Support",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("classification", "classification", Kind::Text),
            Attribute::new("held", "held", Kind::Bool),
            Attribute::optional("collector", "collector_id", Kind::Entity("User")),
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("authors", "author_ids", Kind::Entities("User")),
            Attribute::new("confidential", "confidential", Kind::Bool),
            Attribute::new("team", "team_ids", Kind::Entities("User")),
            Attribute::new("controls", "control_ids", Kind::Entities("Control")),
        ],
        references: &[
            Reference::one("collectorId", "User", "collector"),
            Reference::one("ownerId", "User", "owner"),
            Reference::many("controlIds", "Control", "controls"),
            Reference::many("riskIds", "Risk", "risks"),
            Reference::many("actionIds", "Action", "actions"),
            Reference::many("controlTestIds", "ControlTest", "controlTests"),
            Reference::many("findingIds", "Finding", "findings"),
            Reference::many("nonconformityIds", "Nonconformity", "nonconformities"),
            Reference::many("legalRequirementIds", "LegalRequirement", "legalRequirements"),
            Reference::many("partyRequirementIds", "PartyRequirement", "partyRequirements"),
            Reference::many("supplierIds", "Supplier", "suppliers"),
            Reference::one("incidentId", "Incident", "incident"),
            Reference::one("replacesId", "Evidence", "replaces"),
            Reference::many("authorIds", "User", "authors").copied(),
            Reference::one("reviewedBy", "User", "reviewer"),
            Reference::many("teamIds", "User", "team").copied(),
        ],
        search: &["title"],
        sorts: &["title", "collectedAt", "validUntil"],
        computed: &[
            Computed { name: "valid", sql: VALID },
            Computed {
                name: "expired",
                sql: "({self}.\"valid_until\" IS NOT NULL AND {self}.\"valid_until\" < {today})",
            },
            Computed {
                name: "replaced",
                sql: "EXISTS (SELECT 1 FROM {Evidence} n WHERE n.replaces_id = {self}.\"id\" AND n.state = 'accepted' \
                      AND n.retired_at IS NULL AND NOT n.confidential)",
            },
        ],
        acts: Self::ACTS,
        editable_in: &["pending"],
        ..Spec::PLAIN
    };

    fn state(row: &evidence::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(caller: &Caller, old: Option<&evidence::Model>, row: &mut evidence::Model) -> Outcome<()> {
        let taken = *row.collected_at.get_or_insert_with(|| caller.now());
        let day = DateTime::<Utc>::from(taken).date_naive();
        let (from, to) = (*row.period_from.get_or_insert(day), *row.period_to.get_or_insert(day));
        if old.is_none() && row.collector_id.is_none() && caller.access.principal.kind == PrincipalKind::User {
            row.collector_id = Some(caller.id());
        }
        let mut faults = Faults::default();
        faults.when(taken > caller.now(), "collectedAt", "lies in the future");
        faults.when(to < from, "periodTo", "is before periodFrom");
        let seen = day.succ_opt().unwrap_or(day);
        faults.when(to > seen, "periodTo", "is after it was taken: nothing proves what is to come (I-49)");
        faults.when(row.valid_until.is_some_and(|until| until < to), "validUntil", "is before periodTo");
        faults.when(
            is_told(row.link.as_ref()) != row.digest.is_some(),
            "digest",
            "goes with a link, and a link with it",
        );
        faults.sha256("digest", row.digest.as_ref());
        faults.when(row.replaces_id == Some(row.id), "replacesId", "is this piece itself");
        faults.settle()?;
        row.author_ids = authors::<Self>(caller, old, row, &row.author_ids)?;
        if old.is_some_and(|old| old.content_digest != row.content_digest) {
            row.author_ids.add(caller.id());
        }
        seal(caller, row).await
    }
}

/// The SQL of evidence that counts today and is linked, in this field, to this record. What was secured in a
/// confidential incident is nobody's to know of, so that it does not count.
macro_rules! counting {
    ($select:literal, $links:literal, $record:literal, $end:literal) => {
        concat!(
            $select,
            " FROM ",
            $links,
            " el JOIN {Evidence} ev ON ev.id = el.source_id WHERE el.target_id = ",
            $record,
            " AND ev.state = 'accepted' AND ev.retired_at IS NULL AND ev.disposed_at IS NULL AND NOT ev.confidential ",
            "AND (ev.valid_until IS NULL OR ev.valid_until >= {today})",
            $end
        )
    };
}
pub(crate) use counting;

/// Accepted, still there, and its last day has not passed.
const VALID: &str = "({self}.\"state\" = 'accepted' AND {self}.\"retired_at\" IS NULL AND {self}.\"disposed_at\" IS NULL \
    AND ({self}.\"valid_until\" IS NULL OR {self}.\"valid_until\" >= {today}))";

/// What was secured in a confidential incident is for those who may know of it (A.5.26).
async fn seal(caller: &Caller, row: &mut evidence::Model) -> Outcome<()> {
    let incident = match row.incident_id {
        Some(id) => caller.for_rules::<Incident>(&Query::of([Test::is("id", id)]).with_retired()).await?.pop(),
        None => None,
    };
    row.confidential = incident.as_ref().is_some_and(|incident| incident.confidential);
    row.team_ids = incident.map(|incident| incident.team_ids).unwrap_or_default();
    Ok(())
}

/// Who may know of evidence follows its incident.
///
/// # Errors
/// When the database does not answer.
pub async fn keep(caller: &Writing<'_>, incident: &incident::Model) -> Outcome<()> {
    let secured =
        caller.for_rules::<Evidence>(&Query::of([Test::is("incident_id", incident.id)]).with_retired()).await?;
    caller
        .follow::<Evidence>(secured, |row| {
            row.confidential = incident.confidential;
            row.team_ids.clone_from(&incident.team_ids);
        })
        .await
}

/// Whether there is anything to look at: a file, or a link with its digest.
fn is_there(row: &evidence::Model) -> bool {
    row.content_id.is_some() || is_told(row.link.as_ref()) && row.digest.is_some()
}
