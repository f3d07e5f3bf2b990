//! Who holds which role at which unit, and until when (clause 5.3).

use crate::{record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// The application's roles.
    Role {
        /// Reads what is published to all.
        Member,
        /// Answers for records and writes what it owns.
        Owner,
        /// Runs the ISMS.
        Manager,
        /// Top management: approves, accepts, reviews.
        Management,
        /// Internal auditor: reads all, writes audits.
        Auditor,
        /// People, tokens and settings; no ISMS content.
        Administrator,
        /// A service with named scopes.
        Integrator,
    }
}

record! {
    /// One role held by one user at one unit and everything below it.
    table = "role_assignment";
    draft {
        /// Who holds it.
        user_id: Uuid,
        /// Which role.
        role: Role,
        /// First day it is held; none means at once.
        valid_from: Option<NaiveDate>,
        /// Last day it is held; none means until retired.
        valid_until: Option<NaiveDate>,
    }
    kept {
    }
}
