//! Suppliers and what they may do (clause 8.1, controls A.5.19 to A.5.23).

use crate::{Ids, Words, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What a supplier delivers.
    SupplierKind {
        /// Systems and their care.
        Ict,
        /// Cloud services.
        Cloud,
        /// A process.
        Outsourcer,
        /// Advice.
        Consultant,
        /// Power, water, lines.
        Utility,
        /// Something else.
        Other,
    }
}
word! {
    /// Which data a supplier sees.
    DataAccess {
        /// No data.
        None,
        /// Data about data.
        Metadata,
        /// Personal data.
        Personal,
        /// Secrets.
        Secret,
    }
}
word! {
    /// Whether a supplier may be used.
    SupplierState {
        /// Not yet.
        Prospect,
        /// Yes.
        Approved,
        /// Yes, under conditions.
        Conditional,
        /// Not now.
        Suspended,
        /// Not any more.
        Exited,
    }
}

record! {
    /// One supplier.
    table = "supplier";
    draft {
        /// What it is called.
        name: String,
        /// What it delivers.
        #[serde(default)]
        kind: SupplierKind,
        /// Tier: 1 little, 2 some, 3 high, 4 critical.
        #[serde(default = "crate::some")]
        criticality: i32,
        /// What it does for the organisation.
        services: Option<String>,
        /// Which data it sees.
        #[serde(default)]
        data_access: DataAccess,
        /// Where it works, ISO 3166 codes.
        #[serde(default)]
        countries: Words,
        /// Who works for it.
        #[serde(default)]
        subprocessors: Words,
        /// How it is reached.
        contact: Option<String>,
        /// Assets that rest on it.
        #[serde(default)]
        asset_ids: Ids,
        /// Controls agreed with it.
        #[serde(default)]
        control_ids: Ids,
        /// How the organisation would leave it (A.5.23).
        exit_plan: Option<String>,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
        /// Whether it may be used.
        state: SupplierState,
        /// Conditions, or why it was suspended or left.
        decision: Option<String>,
    }
}
