//! What is agreed with suppliers about security (control A.5.20).

use crate::record::record;
use chrono::NaiveDate;
use uuid::Uuid;

record! {
    /// One contract.
    table = "contract";
    draft {
        /// Short name.
        title: String,
        /// With whom.
        supplier_id: Uuid,
        /// First day.
        starts_on: Option<NaiveDate>,
        /// Last day.
        ends_on: Option<NaiveDate>,
        /// Days of notice.
        notice_days: Option<i32>,
        /// Whether the organisation may audit.
        #[serde(default)]
        audit_right: bool,
        /// Hours within which incidents are told.
        incident_notice_hours: Option<i32>,
        /// Whether others may be used only with consent.
        #[serde(default)]
        subprocessor_consent: bool,
        /// Whether data come back or are deleted at the end.
        #[serde(default)]
        return_or_deletion: bool,
        /// Where data are kept.
        data_location: Option<String>,
        /// What is promised.
        service_level: Option<String>,
        /// Where it is kept.
        link: Option<String>,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
    }
}
