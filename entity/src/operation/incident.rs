//! Events that anyone reports, and the incidents they turn out to be (controls A.5.24 to A.5.28 and A.6.8).

use crate::{Ids, Time, Words, record::record, word};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

word! {
    /// Whether personal data are concerned.
    PersonalDataConcern {
        /// Nobody knows yet: counts as yes (I-67).
        Unknown,
        /// They are.
        Yes,
        /// They are not.
        No,
    }
}
word! {
    /// What happened.
    IncidentCategory {
        /// Nobody has decided.
        Unclassified,
        /// Harmful software.
        Malware,
        /// Somebody got in.
        Intrusion,
        /// Something got out.
        Disclosure,
        /// Something is gone.
        Loss,
        /// Somebody was deceived.
        Fraud,
        /// Somebody did what they may not.
        Misuse,
        /// Something stopped.
        Outage,
        /// Something happened to a place.
        Physical,
        /// It happened at a supplier.
        Supplier,
    }
}
word! {
    /// Where an event or incident stands.
    IncidentState {
        /// Told by somebody.
        Reported,
        /// Looked at: none, for a reason.
        NoIncident,
        /// It is one.
        Declared,
        /// It does not spread.
        Contained,
        /// Its cause is gone.
        Eradicated,
        /// All works again.
        Recovered,
        /// Its lessons are drawn.
        Reviewed,
        /// Over.
        Closed,
    }
}
word! {
    /// What a timeline entry is about.
    TimelineKind {
        /// Something was seen.
        Observation,
        /// It was found.
        Detection,
        /// Something was decided.
        Decision,
        /// It was stopped.
        Containment,
        /// Its cause was removed.
        Eradication,
        /// Something works again.
        Recovery,
        /// Somebody was told.
        Communication,
    }
}

/// One entry of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TimelineEntry {
    /// When it happened, as far as is known.
    pub at: Time,
    /// When it was written down.
    pub recorded_at: Time,
    /// Who wrote it down.
    pub by: Uuid,
    /// What it is about.
    pub kind: TimelineKind,
    /// What happened.
    pub text: String,
}

/// What happened, as it was recorded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct Timeline(pub Vec<TimelineEntry>);

record! {
    /// One event or incident.
    table = "incident";
    draft {
        /// What happened, in few words.
        title: String,
        /// All that is known.
        description: Option<String>,
        /// How it was noticed.
        channel: Option<String>,
        /// When it happened, as far as is known.
        occurred_at: Option<Time>,
        /// When it was noticed; when it was reported unless given.
        detected_at: Option<Time>,
        /// Whether personal data are concerned.
        #[serde(default)]
        personal_data: PersonalDataConcern,
        /// Whether only the team may know of it (I-71).
        #[serde(default)]
        confidential: bool,
        /// What it is.
        #[serde(default)]
        category: IncidentCategory,
        /// Assets concerned.
        #[serde(default)]
        asset_ids: Ids,
        /// Risks that came true.
        #[serde(default)]
        risk_ids: Ids,
        /// Controls that failed or helped.
        #[serde(default)]
        control_ids: Ids,
        /// Suppliers concerned.
        #[serde(default)]
        supplier_ids: Ids,
        /// How many people's data are concerned.
        subjects: Option<i32>,
        /// How many records of data.
        records: Option<i32>,
        /// Whether other countries are concerned.
        #[serde(default)]
        cross_border: bool,
    }
    kept {
        /// Where it stands.
        state: IncidentState,
        /// Who told; all zeros where they did so without a name.
        reported_by: Uuid,
        /// 1 worst to 4 least; decided when it is assessed.
        severity: Option<i32>,
        /// The worst severity that it ever had.
        worst_severity: Option<i32>,
        /// When it was first held to be as bad as that: clocks that count from declaration count from here.
        rated_at: Option<Time>,
        /// Which of `confidentiality`, `integrity`, `availability` it harmed.
        affects: Words,
        /// Who leads the response.
        manager_id: Option<Uuid>,
        /// Everybody who has led it.
        leader_ids: Ids,
        /// Who works on it.
        team_ids: Ids,
        /// When the organisation became aware: regulatory clocks count from here.
        aware_at: Option<Time>,
        /// When it was declared an incident.
        declared_at: Option<Time>,
        /// When it was contained.
        contained_at: Option<Time>,
        /// When its cause was removed.
        eradicated_at: Option<Time>,
        /// When all worked again.
        recovered_at: Option<Time>,
        /// When it was closed.
        closed_at: Option<Time>,
        /// Why it is one, or none; why it was opened again.
        decision: Option<String>,
        /// What brought it about.
        root_cause: Option<String>,
        /// What was learned (A.5.27).
        lessons: Option<String>,
        /// Why nothing follows from a severe one (I-70).
        nothing_follows: Option<String>,
        /// What happened.
        timeline: Timeline,
    }
}
