//! What interested parties require, and what of it the ISMS addresses (clause 4.2 b and c).

use crate::{Ids, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where a requirement comes from.
    RequirementSource {
        /// It is expected.
        Expectation,
        /// It is law.
        Law,
        /// It is agreed.
        Contract,
        /// It is promised.
        Voluntary,
        /// It is about the climate (Amendment 1:2024).
        Climate,
    }
}
word! {
    /// Whether the ISMS addresses a requirement.
    Addressing {
        /// Nobody has decided.
        Undecided,
        /// It does.
        Addressed,
        /// It does not, for a reason.
        NotAddressed,
    }
}

record! {
    /// One requirement of one party.
    table = "party_requirement";
    draft {
        /// Short name.
        title: String,
        /// What is required.
        description: Option<String>,
        /// Whose requirement it is.
        party_id: Uuid,
        /// Where it comes from.
        #[serde(default)]
        source: RequirementSource,
        /// Whether the ISMS addresses it (4.2 c).
        #[serde(default)]
        addressing: Addressing,
        /// Why not, when it does not (I-15).
        reason: Option<String>,
        /// Controls that meet it.
        #[serde(default)]
        control_ids: Ids,
        /// Processes that meet it.
        #[serde(default)]
        process_ids: Ids,
        /// The law or contract behind it.
        #[serde(default)]
        legal_requirement_ids: Ids,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
    }
}
