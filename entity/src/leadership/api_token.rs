//! Bearer tokens (RFC 6750) of users and services: stored hashed, shown once.

use crate::{Time, Words, record::record};
use uuid::Uuid;

record! {
    /// One token.
    table = "api_token";
    draft {
        /// What it is for.
        name: String,
        /// Whose rights it carries.
        user_id: Uuid,
        /// What of these rights it may use: `read`, `write`, and for services the plural names of record types or `*`.
        #[serde(default)]
        scopes: Words,
        /// From when on it is refused.
        expires_at: Option<Time>,
    }
    kept {
        /// Its first characters, to tell tokens apart.
        hint: String,
        /// The unit beyond which it does not reach, for who invited its user administered no more: it rests while its user
        /// holds anything elsewhere. None for everywhere.
        reach_id: Option<Uuid>,
        /// SHA-256 of the token, hexadecimal.
        #[serde(skip)]
        hash: String,
    }
}
