//! Responsibilities in the ISMS (clause 5.3): named by somebody else, agreed to by who bears them and by who stands in.
//! Policies read them.

use crate::caller::Caller;
use crate::resource::{
    Act, ActSpec, Computed, Error, Faults, Nothing, Outcome, Reference, Resource, Spec, record_of, word,
};
use crate::store::{Query, Test};
use crate::support::competence_requirement;
use isms_authz::{Action, Attribute, Kind};
use isms_entity::leadership::responsibility::{self, Duty, ResponsibilityState};
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;

/// A responsibility.
pub struct Responsibility;

/// Whether somebody is there to bear it.
#[derive(Clone, Debug, Default, Serialize, ToSchema, FromQueryResult)]
#[serde(rename_all = "camelCase")]
pub struct Bearing {
    /// Whether the holder is not active (I-04).
    pub orphaned: bool,
    /// Whether the deputy has agreed and stands in today (I-10).
    pub deputised: bool,
}

impl Resource for Responsibility {
    record_of!(responsibility, Bearing; Accept);

    const SPEC: Spec = Spec {
        name: "Responsibility",
        policy_type: "Responsibility",
        plural: "responsibilities",
        noun: "responsibility",
        table: "responsibility",
        prefix: "RSP",
        clause: "5 Leadership",
        attributes: &[
            Attribute::new("state", "state", Kind::Text),
            Attribute::new("holder", "holder_id", Kind::Entity("User")),
            Attribute::optional("deputy", "deputy_id", Kind::Entity("User")),
            Attribute::new("deputyAgreed", "deputy_accepted_at", Kind::Presence),
        ],
        references: &[Reference::one("holderId", "User", "holder"), Reference::one("deputyId", "User", "deputy")],
        search: &["title", "authority"],
        sorts: &["title"],
        computed: &[
            Computed {
                name: "orphaned",
                sql: "(NOT EXISTS (SELECT 1 FROM {User} u WHERE u.id = {self}.\"holder_id\" AND u.active AND u.retired_at IS NULL))",
            },
            Computed {
                name: "deputised",
                sql: "({self}.\"deputy_accepted_at\" IS NOT NULL AND {self}.\"deputy_from\" IS NOT NULL \
                      AND {self}.\"deputy_from\" <= {today} AND {self}.\"deputy_until\" IS NOT NULL \
                      AND {self}.\"deputy_until\" >= {today})",
            },
        ],
        acts: Self::ACTS,
        grants_access: true,
        ..Spec::PLAIN
    };

    fn state(row: &responsibility::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        caller: &Caller,
        old: Option<&responsibility::Model>,
        row: &mut responsibility::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(row.deputy_id == Some(row.holder_id), "deputyId", "is somebody else than the holder");
        let days = row.deputy_from.zip(row.deputy_until);
        faults.when(row.deputy_id.is_some() && days.is_none(), "deputyUntil", "with deputyFrom: for which days (I-10)");
        faults.when(days.is_some_and(|(from, until)| until < from), "deputyUntil", "is before deputyFrom");
        let is_elsewhere = row.unit_id != caller.access.root;
        faults.when(
            gives_rights(row.duty) && is_elsewhere,
            "unitId",
            "is the root: the duty is for the whole organisation",
        );
        faults.settle()?;
        if old.is_none_or(|old| old != row) {
            by_another(caller, row)?;
        }
        // Whoever is named anew, or for something else, agrees anew.
        let named = |r: &responsibility::Model| {
            let what = Some(r.title.clone()).filter(|_| r.duty == Duty::Other);
            (r.holder_id, (r.deputy_id, r.deputy_from, r.deputy_until), r.duty, what, r.authority.clone(), r.unit_id)
        };
        if old.is_some_and(|old| named(old) != named(row)) {
            ask_anew(row);
        }
        Ok(())
    }

    async fn retiring(caller: &Caller, old: &responsibility::Model, row: &mut responsibility::Model) -> Outcome<()> {
        if old.retired_at.is_some() && row.retired_at.is_none() {
            by_another(caller, row)?;
            ask_anew(row);
        }
        Ok(())
    }
}

fn by_another(caller: &Caller, row: &responsibility::Model) -> Outcome<()> {
    if row.holder_id == caller.id() || row.deputy_id == Some(caller.id()) {
        return Err(Error::Denied("nobody names themselves for a responsibility (A.5.3)".into()));
    }
    Ok(())
}

fn ask_anew(row: &mut responsibility::Model) {
    row.state = ResponsibilityState::Assigned;
    (row.accepted_at, row.deputy_accepted_at) = (None, None);
}

/// Whether policies give rights by the duty, all over the organisation.
const fn gives_rights(duty: Duty) -> bool {
    matches!(duty, Duty::IncidentManagement | Duty::DataProtection | Duty::AuditProgramme)
}

/// Assigned → accepted, or the deputy's word beside it.
pub struct Accept;

impl Act for Accept {
    type Of = Responsibility;
    type Input = Nothing;
    const SPEC: ActSpec = ActSpec {
        name: "accept",
        verb: Action::Accept,
        from: &["assigned", "accepted"],
        summary: "Who is named agrees to bear it, or to stand in",
    };

    async fn run(caller: &Caller, row: &mut responsibility::Model, _input: Nothing) -> Outcome<()> {
        if row.holder_id == caller.id() {
            if row.duty != Duty::Other {
                let duty = Query::of([Test::is("duty", word(&row.duty))]);
                competence_requirement::meets(caller, row.holder_id, duty).await?;
            }
            row.state = ResponsibilityState::Accepted;
            row.accepted_at = Some(caller.now());
        } else {
            row.deputy_accepted_at = Some(caller.now());
        }
        Ok(())
    }
}
