//! What is worth protecting (clause 6.1.2 c and control A.5.9).

use crate::{Ids, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What an asset is.
    AssetKind {
        /// Information.
        Information,
        /// Software.
        Software,
        /// Hardware.
        Hardware,
        /// A service.
        Service,
        /// People.
        People,
        /// A site.
        Site,
        /// A service bought from a supplier.
        SupplierService,
    }
}
word! {
    /// How widely information may be shared (A.5.12).
    Classification {
        /// For use inside.
        Internal,
        /// For everybody.
        Public,
        /// For named groups.
        Confidential,
        /// For named persons.
        Restricted,
    }
}
word! {
    /// Whether personal data is held (A.5.34).
    PersonalData {
        /// None.
        None,
        /// Personal data.
        Yes,
        /// Special categories (GDPR article 9).
        Special,
    }
}
word! {
    /// Where an asset is in its life.
    AssetState {
        /// In use.
        Active,
        /// Not yet in use.
        Planned,
        /// Being replaced.
        Retiring,
        /// Disposed of (A.7.14).
        Disposed,
    }
}

record! {
    /// One asset.
    table = "asset";
    draft {
        /// What people call it.
        name: String,
        /// What it is and does.
        description: Option<String>,
        /// Information, software, people, …
        kind: AssetKind,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// Need for confidentiality, 1 (low) to 4 (very high).
        #[serde(default = "crate::one")]
        confidentiality: i32,
        /// Need for integrity, 1 to 4.
        #[serde(default = "crate::one")]
        integrity: i32,
        /// Need for availability, 1 to 4.
        #[serde(default = "crate::one")]
        availability: i32,
        /// Why the needs are what they are.
        need_reason: Option<String>,
        /// How widely it may be shared.
        #[serde(default)]
        classification: Classification,
        /// Where it is.
        location: Option<String>,
        /// The assets that it needs in order to work.
        #[serde(default)]
        depends_on_ids: Ids,
        /// Whether it holds personal data.
        #[serde(default)]
        personal_data: PersonalData,
        /// Where it is in its life.
        #[serde(default)]
        state: AssetState,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
        /// When it was disposed of (A.7.14).
        disposed_on: Option<NaiveDate>,
        /// Who disposed of it.
        disposed_by: Option<Uuid>,
        /// How.
        disposal_method: Option<String>,
        /// What proves it, such as a certificate of destruction.
        disposal_proof: Option<String>,
    }
}
