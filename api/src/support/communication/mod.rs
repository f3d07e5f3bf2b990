//! What is told to whom, when and how (clause 7.4), and each time that it was.

use crate::caller::Caller;
use crate::resource::{Act, ActSpec, Computed, Faults, Outcome, Reference, Resource, Spec, Upkeep, record_of};
use chrono::NaiveDate;
use isms_authz::{Action, Attribute, Kind};
use isms_entity::months_on;
use isms_entity::support::communication::{self, Communicated};
use serde::Deserialize;
use utoipa::ToSchema;

/// A communication.
pub struct Communication;

impl Resource for Communication {
    record_of!(communication, Upkeep; Log);

    const SPEC: Spec = Spec {
        name: "Communication",
        policy_type: "Communication",
        plural: "communications",
        noun: "communication",
        table: "communication",
        prefix: "COM",
        clause: "7 Support",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[Reference::one("ownerId", "User", "owner")],
        search: &["title"],
        sorts: &["title", "nextOn"],
        computed: &[
            Computed { name: "overdue", sql: "({self}.\"next_on\" IS NOT NULL AND {self}.\"next_on\" < {today})" },
            Computed::ORPHANED,
        ],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(
        _caller: &Caller,
        _old: Option<&communication::Model>,
        row: &mut communication::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.range("everyMonths", row.every_months.unwrap_or(1), 1..=120);
        faults.settle()
    }
}

/// It was told.
pub struct Log;

/// When, and what was said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The day.
    pub on: NaiveDate,
    /// What was said.
    pub note: Option<String>,
}

impl Act for Log {
    type Of = Communication;
    type Input = Told;
    const SPEC: ActSpec = ActSpec {
        name: "log",
        verb: Action::Update,
        from: &[],
        summary: "It was told on this day; the next time moves on (7.4)",
    };

    async fn run(caller: &Caller, row: &mut communication::Model, input: Told) -> Outcome<()> {
        let mut faults = Faults::default();
        faults.when(input.on > caller.latest_day(), "on", "is in the future");
        faults.settle()?;
        row.log.0.push(Communicated { on: input.on, note: input.note, by: caller.id() });
        row.log.0.sort_by_key(|told| told.on);
        row.last_done_on = row.log.0.last().map(|told| told.on);
        row.next_on = match (row.every_months, row.last_done_on) {
            (Some(months), Some(last)) => months_on(last, months),
            _ => None,
        };
        Ok(())
    }
}
