//! People and integrations that can be asked to answer for a record (clause 5.3).

use crate::{Time, record::record, word};
use uuid::Uuid;

word! {
    /// Whether a person or a program acts.
    UserKind {
        /// A person.
        Person,
        /// A program that acts through a token of its own.
        Service,
    }
}
word! {
    /// How a person belongs to the organisation.
    Employment {
        /// Employed.
        Employee,
        /// Contracted.
        Contractor,
        /// Outside the organisation.
        External,
    }
}

record! {
    /// One person or service.
    table = "user";
    draft {
        /// Full name.
        name: String,
        /// Address for notices, unique in the organisation.
        email: String,
        /// Person or service.
        #[serde(default)]
        kind: UserKind,
        /// How the person belongs to the organisation.
        #[serde(default)]
        employment: Employment,
        /// What the person does.
        job_title: Option<String>,
        /// The line manager.
        manager_id: Option<Uuid>,
        /// An inactive user authenticates with nothing.
        #[serde(default = "crate::yes")]
        active: bool,
    }
    kept {
        /// When their personal data were erased.
        erased_at: Option<Time>,
        /// Why they are to be erased, or were.
        erasure_reason: Option<String>,
        /// Who proposed it; somebody else erases them.
        erasure_proposed_by_id: Option<Uuid>,
        /// When.
        erasure_proposed_at: Option<Time>,
    }
}
