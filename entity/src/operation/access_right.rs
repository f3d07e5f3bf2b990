//! One right under review: what somebody may do in a system, and whether it stays so (control A.5.18).

use crate::{Time, record::record, word};
use uuid::Uuid;

word! {
    /// Where a right comes from.
    AccessRightKind {
        /// An account or permission in another system.
        Other,
        /// A role in the ISMS.
        Role,
        /// A duty in the ISMS (5.3), as its holder or deputy.
        Duty,
        /// A token of the interface.
        Token,
        /// An invitation of an external auditor.
        Invitation,
    }
}
word! {
    /// What was decided on a right.
    AccessRightState {
        /// Nothing yet.
        Undecided,
        /// It stays.
        Kept,
        /// It is to be made smaller or larger.
        ToChange,
        /// It is to be taken away.
        ToRevoke,
        /// What was decided has been done.
        CarriedOut,
    }
}

record! {
    /// One right.
    table = "access_right";
    draft {
        /// The review.
        review_id: Uuid,
        /// The person who holds it, where there is one here.
        person_id: Option<Uuid>,
        /// Who or what holds it otherwise: an account.
        holder: Option<String>,
        /// What it allows.
        title: String,
    }
    kept {
        /// Where it comes from.
        kind: AccessRightKind,
        /// The id of the role, duty, token or invitation that gives it.
        source_id: Option<Uuid>,
        /// Who decides on it.
        reviewer_id: Uuid,
        /// Where it stands.
        state: AccessRightState,
        /// Why, or what it is changed to.
        decision: Option<String>,
        /// Who decided.
        decided_by: Option<Uuid>,
        /// When.
        decided_at: Option<Time>,
        /// Who carried it out.
        carried_out_by: Option<Uuid>,
        /// When.
        carried_out_at: Option<Time>,
    }
}
