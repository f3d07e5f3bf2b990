//! The units of an organisation, a tree with one root (clauses 4.3 and 5.3).

use crate::{record::record, word};
use uuid::Uuid;

word! {
    /// What a unit is.
    UnitKind {
        /// A department.
        Department,
        /// A legal entity.
        Entity,
        /// A division.
        Division,
        /// A team.
        Team,
        /// A site.
        Site,
    }
}

record! {
    /// One unit; it lies in itself, so that acting on a unit asks for rights at it or above it.
    table = "unit";
    draft {
        /// The name people use.
        name: String,
        /// What it is.
        #[serde(default)]
        kind: UnitKind,
        /// The unit above; none for the root.
        parent_id: Option<Uuid>,
        /// The person who heads it.
        head_id: Option<Uuid>,
    }
    kept {
    }
}
