//! Certificates and the cycle of three years that they stand in.

use crate::{Ids, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What a certificate is worth.
    CertificateState {
        /// Asked for.
        Applied,
        /// Good.
        Valid,
        /// Not now.
        Suspended,
        /// Not any more.
        Withdrawn,
        /// Over.
        Expired,
    }
}

record! {
    /// One certificate.
    table = "certificate";
    draft {
        /// Short name.
        title: String,
        /// The certification body.
        body: String,
        /// Who accredits it, and under which number.
        accreditation: Option<String>,
        /// Standard and edition.
        #[serde(default = "crate::iso")]
        standard: String,
        /// The certificate's number.
        number: Option<String>,
        /// The scope as certified.
        scope_text: Option<String>,
        /// The edition of the scope that it was given for.
        scope_id: Option<Uuid>,
        /// The version of the Statement of Applicability that it names (I-46).
        statement_id: Option<Uuid>,
        /// Sites that it names.
        #[serde(default)]
        site_ids: Ids,
        /// When it was granted.
        decided_on: Option<NaiveDate>,
        /// Its last day, three years on at most.
        expires_on: Option<NaiveDate>,
        /// Who deals with the body.
        owner_id: Option<Uuid>,
    }
    kept {
        /// What it is worth.
        state: CertificateState,
        /// Why it was suspended or withdrawn.
        reason: Option<String>,
    }
}
