//! Who is accountable for what in the ISMS (clause 5.3), beside the roles of the application.

use crate::{Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What somebody is responsible for in the ISMS.
    Duty {
        /// That the ISMS conforms to the standard (5.3 a).
        Conformity,
        /// Telling top management how the ISMS performs (5.3 b).
        Reporting,
        /// The way in which risks are assessed and treated.
        RiskManagement,
        /// The inventory of assets.
        AssetManagement,
        /// Deciding on events and leading the response to incidents.
        IncidentManagement,
        /// The protection of personal data, and notices about its breach.
        DataProtection,
        /// The security of suppliers.
        SupplierManagement,
        /// Continuity in a disruption.
        Continuity,
        /// The control of documents and records.
        DocumentControl,
        /// Competence, training and awareness.
        Awareness,
        /// The programme of internal audits.
        AuditProgramme,
        /// The register of law and contracts.
        Compliance,
        /// Something else, told in the title.
        Other,
    }
}
word! {
    /// Whether who is named has agreed.
    ResponsibilityState {
        /// Named, not yet agreed.
        Assigned,
        /// Agreed.
        Accepted,
    }
}

record! {
    /// One responsibility with its holder and deputy.
    table = "responsibility";
    draft {
        /// What it is called in the organisation.
        title: String,
        /// Which responsibility of the standard it is.
        duty: Duty,
        /// What the holder has to do and may decide.
        authority: Option<String>,
        /// Who is accountable.
        holder_id: Uuid,
        /// Who stands in.
        deputy_id: Option<Uuid>,
        /// First day on which they do (I-10).
        deputy_from: Option<NaiveDate>,
        /// Last day on which they do.
        deputy_until: Option<NaiveDate>,
    }
    kept {
        /// Whether the holder has agreed.
        state: ResponsibilityState,
        /// When.
        accepted_at: Option<Time>,
        /// When the deputy agreed to stand in.
        deputy_accepted_at: Option<Time>,
    }
}
