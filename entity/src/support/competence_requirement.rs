//! What people in a role must be able to do (clause 7.2 a).

use crate::record::record;
use chrono::NaiveDate;
use uuid::Uuid;

record! {
    /// One requirement.
    table = "competence_requirement";
    draft {
        /// What it takes.
        skill: String,
        /// Who must be able to: holders of this role.
        role: Option<crate::leadership::role_assignment::Role>,
        /// Or holders of this responsibility.
        duty: Option<crate::leadership::responsibility::Duty>,
        /// How well: 1 knows, 2 works under guidance, 3 works alone, 4 leads.
        #[serde(default = "crate::some")]
        level: i32,
        /// What proves it.
        proof: Option<String>,
        /// Who sees to it.
        owner_id: Option<Uuid>,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
    }
}
