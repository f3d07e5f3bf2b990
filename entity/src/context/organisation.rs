//! The organisation itself (clause 4.1): the tenant that owns everything else.

use crate::{Words, record::record, word};

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
    }
}
