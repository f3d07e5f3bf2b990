//! Somebody who is invited by a link that is good once: an auditor from outside, or a person of the organisation.

use crate::{Time, record::record, word};
use uuid::Uuid;

word! {
    /// How far whoever is invited has come.
    InvitationState {
        /// The link was made.
        Invited,
        /// They have accepted; the link has become a token.
        Accepted,
    }
}

record! {
    /// One auditor invited to one engagement, or one person of the organisation to a token of their own.
    table = "invitation";
    draft {
        /// The engagement, for an auditor from outside.
        engagement_id: Option<Uuid>,
        /// The person of the organisation who is invited to make a token of their own.
        user_id: Option<Uuid>,
        /// The auditor's name; a person's stands in their own record.
        #[serde(default)]
        name: String,
        /// The auditor's address; a person's stands in their own record.
        #[serde(default)]
        email: String,
        /// Until when the link is good; for two weeks unless given.
        link_until: Option<Time>,
    }
    kept {
        /// How far they have come.
        state: InvitationState,
        /// When they accepted.
        accepted_at: Option<Time>,
        /// SHA-256 of the engagement's terms that they accepted, hexadecimal.
        terms_digest: Option<String>,
        /// The first characters of their link or token.
        hint: String,
        /// SHA-256 of the link or token, hexadecimal.
        #[serde(skip)]
        hash: String,
    }
}
