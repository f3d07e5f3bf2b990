//! Audits by the certification body, as it reports them (ISO/IEC 17021-1).

use crate::{record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Which audit of the cycle.
    CertificationAuditKind {
        /// Readiness.
        Stage1,
        /// Implementation.
        Stage2,
        /// Each year.
        Surveillance,
        /// Before the certificate ends.
        Recertification,
        /// Upon an event.
        Special,
    }
}
word! {
    /// Whether it took place.
    CertificationAuditState {
        /// To come.
        Planned,
        /// It took place.
        Done,
        /// It did not.
        Cancelled,
    }
}

record! {
    /// One audit by the certification body.
    table = "certification_audit";
    draft {
        /// Short name.
        title: String,
        /// The certificate it is about.
        certificate_id: Option<Uuid>,
        /// Which audit of the cycle.
        kind: CertificationAuditKind,
        /// First day.
        planned_on: NaiveDate,
        /// Last day.
        ends_on: Option<NaiveDate>,
        /// Who audits.
        auditors: Option<String>,
        /// Whether the day is agreed.
        #[serde(default)]
        booked: bool,
        /// Who prepares it.
        owner_id: Option<Uuid>,
    }
    kept {
        /// Whether it took place.
        state: CertificationAuditState,
        /// What the body concluded.
        result: Option<String>,
        /// When it ended.
        done_on: Option<NaiveDate>,
    }
}
