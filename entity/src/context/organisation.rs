//! The organisation itself (clause 4.1): the tenant that owns everything else.

use crate::{Time, Words, record::record, word};

word! {
    /// How NIS2 (Directive (EU) 2022/2555) classes the organisation.
    Nis2 {
        /// Outside its scope.
        None,
        /// Essential entity.
        Essential,
        /// Important entity.
        Important,
    }
}

record! {
    /// One organisation.
    table = "organisation";
    draft {
        /// The name people use.
        name: String,
        /// The registered name.
        legal_name: Option<String>,
        /// ISO 3166-1 codes of the countries whose law applies.
        #[serde(default)]
        jurisdictions: Words,
        /// NACE code of the main activity.
        sector: Option<String>,
        /// Persons doing work under its control; certification bodies size audits on it.
        persons_under_control: Option<i32>,
        /// NIS2 class.
        #[serde(default)]
        nis2: Nis2,
    }
    kept {
        /// When it was last brought back from a backup; what was written between the backup and then is gone.
        restored_at: Option<Time>,
        /// How many entries its trail had in that backup.
        restored_entries: Option<i64>,
        /// Why it was brought back.
        restore_reason: Option<String>,
    }
}
