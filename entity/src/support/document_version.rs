//! Versions of documents: written, reviewed, approved by somebody else, published (clauses 7.5.2 and 7.5.3).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where a version stands.
    VersionState {
        /// Being written.
        Draft,
        /// With the approver.
        InReview,
        /// Approved, not yet out.
        Approved,
        /// In force.
        Published,
        /// Replaced by a later one.
        Superseded,
        /// Taken back.
        Withdrawn,
    }
}

record! {
    /// One version of one document in one language.
    table = "document_version";
    draft {
        /// The document.
        document_id: Uuid,
        /// The title that readers see.
        title: String,
        /// BCP 47 tag.
        #[serde(default = "crate::english")]
        language: String,
        /// Whether readers acknowledge it anew (I-17).
        #[serde(default = "crate::yes")]
        major: bool,
        /// The content, in Markdown.
        body: Option<String>,
        /// Where the content is kept, when not here.
        link: Option<String>,
        /// SHA-256 of the content that is kept elsewhere.
        digest: Option<String>,
        /// What is new.
        change_summary: Option<String>,
        /// Who wrote it; whoever made the record unless given.
        #[serde(default)]
        author_ids: Ids,
        /// From when it holds; the day of publication unless given.
        effective_on: Option<NaiveDate>,
    }
    kept {
        /// Which upload its file is.
        content_id: Option<Uuid>,
        /// Name of the file.
        content_name: Option<String>,
        /// Media type, as its first bytes tell.
        content_type: Option<String>,
        /// Size, bytes.
        content_size: Option<i64>,
        /// SHA-256 of the file, in hexadecimal.
        content_digest: Option<String>,
        /// Where it stands.
        state: VersionState,
        /// Its number, such as 2.1; empty until it is submitted.
        number: String,
        /// Its major number, which readers acknowledge once (I-17); 0 until it is submitted.
        edition: i32,
        /// What the document is.
        kind: crate::support::document::DocumentKind,
        /// How closely the document is held.
        classification: crate::planning::asset::Classification,
        /// Who owns the document.
        document_owner_id: Option<Uuid>,
        /// Units whose people it was published to.
        audience_ids: Ids,
        /// Whether each reader acknowledges it.
        acknowledgement_required: bool,
        /// By when.
        acknowledge_by: Option<NaiveDate>,
        /// SHA-256 of what was approved; empty before (I-01).
        content_hash: String,
        /// Why it was sent back or withdrawn.
        decision: Option<String>,
        /// When it was submitted.
        submitted_at: Option<Time>,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// When.
        approved_at: Option<Time>,
        /// When it was published.
        published_at: Option<Time>,
        /// When it was replaced or withdrawn.
        superseded_at: Option<Time>,
    }
}
