//! When law or contract demands that an incident is told, to whom and how soon.

use crate::{record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What a clock counts from.
    ClockStart {
        /// The organisation became aware.
        Awareness,
        /// It was declared an incident.
        Declaration,
        /// The stage before was sent.
        Previous,
    }
}
word! {
    /// Which incidents a rule is for.
    RuleTrigger {
        /// Those with personal data.
        PersonalData,
        /// Those of the named severity or worse.
        Severe,
        /// Every incident.
        Every,
    }
}

record! {
    /// One rule, for one stage of one regime.
    table = "notification_rule";
    draft {
        /// What is told.
        title: String,
        /// The law or contract, such as GDPR.
        regime: String,
        /// Who is told.
        recipient: String,
        /// Where it holds.
        jurisdiction: Option<String>,
        /// Where it stands.
        legal_reference: Option<String>,
        /// Which incidents it is for.
        #[serde(default)]
        trigger: RuleTrigger,
        /// For severe ones: the least severity, 1 worst to 4 least.
        severity: Option<i32>,
        /// What the clock counts from.
        #[serde(default)]
        clock_start: ClockStart,
        /// The stage before.
        previous_rule_id: Option<Uuid>,
        /// Hours of wall time (I-66).
        within_hours: Option<i32>,
        /// Or calendar months, the last day clamped.
        within_months: Option<i32>,
        /// Whatever the clock counts from: never later than so many hours after awareness.
        latest_hours: Option<i32>,
        /// First day that it holds.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_until: Option<NaiveDate>,
    }
    kept {
    }
}
