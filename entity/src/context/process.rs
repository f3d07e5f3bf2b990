//! The processes of the ISMS and of the business it covers (clauses 4.4 and 8.1).

use crate::{Ids, Words, record::record};
use chrono::NaiveDate;
use uuid::Uuid;

record! {
    /// One process.
    table = "process";
    draft {
        /// What it is called.
        name: String,
        /// What it is for.
        purpose: Option<String>,
        /// What goes in.
        #[serde(default)]
        inputs: Words,
        /// What comes out.
        #[serde(default)]
        outputs: Words,
        /// What tells that it runs as it should (8.1).
        #[serde(default)]
        criteria: Words,
        /// Processes that it works with (4.4).
        #[serde(default)]
        interacts_with_ids: Ids,
        /// Assets that it rests on.
        #[serde(default)]
        asset_ids: Ids,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
    }
}
