//! What an engagement covers, packed to be taken home and checked there (ISO/IEC 17021-1, 9.4).

use crate::{Time, record::record, word};
use uuid::Uuid;

word! {
    /// How far a package is.
    AuditPackageState {
        /// Being put together.
        Preparing,
        /// There to be taken.
        Ready,
        /// It could not be put together.
        Failed,
        /// Taken back: no longer for the auditors.
        Withdrawn,
    }
}

record! {
    /// One package.
    table = "audit_package";
    draft {
        /// The engagement that it was made for.
        engagement_id: Uuid,
    }
    kept {
        /// How far it is.
        state: AuditPackageState,
        /// The instant that it shows: the freeze of the engagement or the end of its window, or else when it was asked for.
        as_of: Time,
        /// What is being done.
        step: String,
        /// How much of it is done, percent.
        progress: i32,
        /// Why it could not be put together, or was taken back.
        failure: Option<String>,
        /// How many files it holds.
        files: Option<i32>,
        /// How many entries of the trail.
        entries: Option<i32>,
        /// SHA-256 of its manifest, in hexadecimal.
        manifest_digest: Option<String>,
        /// Which upload its file is.
        content_id: Option<Uuid>,
        /// Name of the file.
        content_name: Option<String>,
        /// Media type.
        content_type: Option<String>,
        /// Size, bytes.
        content_size: Option<i64>,
        /// SHA-256 of the file, in hexadecimal.
        content_digest: Option<String>,
    }
}
