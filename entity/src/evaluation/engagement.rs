//! What an auditor from outside may look into, and for how long (ISO/IEC 17021-1; I-80, I-81).

use crate::{Ids, Time, Words, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What for the auditors come.
    EngagementKind {
        /// Readiness for certification.
        Stage1,
        /// Implementation, before the certificate.
        Stage2,
        /// Each year.
        Surveillance,
        /// Before the certificate ends.
        Recertification,
        /// A customer looks.
        Customer,
        /// An authority looks.
        Regulator,
    }
}
word! {
    /// Whether the auditors may look.
    EngagementState {
        /// Being prepared; nobody from outside sees anything.
        Draft,
        /// Opened by management.
        Open,
        /// Over.
        Closed,
    }
}

record! {
    /// The grant of the auditors of one audit body.
    table = "engagement";
    draft {
        /// Short name.
        title: String,
        /// Who audits: the certification body, customer or authority.
        audit_body: String,
        /// What for.
        kind: EngagementKind,
        /// The audit that it serves, where it is one of a certificate's cycle.
        certification_audit_id: Option<Uuid>,
        /// The units that they look into, each with all below it.
        #[serde(default)]
        unit_ids: Ids,
        /// Only these clauses, `4` to `10`; none for all.
        #[serde(default)]
        clauses: Words,
        /// Only these kinds of record, by their plural names; none for all of the clauses.
        #[serde(default)]
        record_kinds: Words,
        /// Only these controls, and what is tested and proven of them; none for all.
        #[serde(default)]
        control_ids: Ids,
        /// The first day of the window: records are not shown as they stood before.
        window_from: Option<NaiveDate>,
        /// The last day of the window: records are not shown as they stood after.
        window_until: Option<NaiveDate>,
        /// From when on they may look, once it is open; at once unless given.
        starts_at: Option<Time>,
        /// Until when they may look.
        expires_at: Time,
        /// What they accept before they see anything, such as confidentiality.
        #[serde(default)]
        terms: String,
        /// What is held back, why, and what they are offered instead.
        held_back: Option<String>,
    }
    kept {
        /// Whether they may look.
        state: EngagementState,
        /// Who has written of it (I-02).
        author_ids: Ids,
        /// Who opened it.
        opened_by: Option<Uuid>,
        /// When.
        opened_at: Option<Time>,
        /// The moment at which records are shown unless another day is asked for (I-81).
        frozen_at: Option<Time>,
        /// How often it was extended.
        extensions: i32,
        /// Why it was last extended.
        extension_reason: Option<String>,
        /// Who closed it.
        closed_by: Option<Uuid>,
        /// When.
        closed_at: Option<Time>,
        /// Why.
        close_reason: Option<String>,
    }
}
