//! An auditor from outside: invited by a link that is good once, then known by a token.

use crate::{Time, record::record, word};
use uuid::Uuid;

word! {
    /// How far the auditor has come.
    InvitationState {
        /// The link was made.
        Invited,
        /// They have accepted the terms; the link has become a token.
        Accepted,
    }
}

record! {
    /// One auditor in one engagement.
    table = "invitation";
    draft {
        /// The engagement.
        engagement_id: Uuid,
        /// The auditor's name.
        name: String,
        /// Their address.
        email: String,
        /// Until when the link is good; for two weeks unless given.
        link_until: Option<Time>,
    }
    kept {
        /// How far they have come.
        state: InvitationState,
        /// When they accepted the engagement's terms.
        accepted_at: Option<Time>,
        /// SHA-256 of the terms that they accepted, hexadecimal.
        terms_digest: Option<String>,
        /// The first characters of their link or token.
        hint: String,
        /// SHA-256 of the link or token, hexadecimal.
        #[serde(skip)]
        hash: String,
    }
}
