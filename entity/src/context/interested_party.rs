//! Parties whose needs bear on the ISMS (clause 4.2 a).

use crate::{record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Who an interested party is.
    PartyKind {
        /// Who buys.
        Customer,
        /// Who watches.
        Regulator,
        /// Who is told.
        Authority,
        /// Who owns.
        Shareholder,
        /// Who works here.
        Employee,
        /// Who delivers.
        Supplier,
        /// Who works along.
        Partner,
        /// Who insures.
        Insurer,
        /// Who lives nearby.
        Community,
        /// Who certifies.
        Certifier,
    }
}

record! {
    /// One interested party.
    table = "interested_party";
    draft {
        /// What it is called.
        name: String,
        /// Who it is.
        kind: PartyKind,
        /// Why it matters.
        description: Option<String>,
        /// How much it can do: 1 little, 2 some, 3 much.
        #[serde(default = "crate::some")]
        influence: i32,
        /// How it is reached.
        contact: Option<String>,
        /// Who keeps in touch.
        owner_id: Option<Uuid>,
        /// When its needs are looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
    }
}
