//! That somebody has read a version of a document and keeps to it (clause 7.3).

use crate::{record::record, word};
use uuid::Uuid;

word! {
    /// How it was acknowledged.
    AcknowledgementMethod {
        /// By saying so.
        Click,
        /// By answering questions.
        Quiz,
        /// By signing.
        Signature,
    }
}

record! {
    /// One acknowledgement, made by the reader.
    table = "acknowledgement";
    draft {
        /// The version (I-17).
        version_id: Uuid,
        /// How.
        #[serde(default)]
        method: AcknowledgementMethod,
        /// Percent of questions answered right.
        score: Option<i32>,
    }
    kept {
        /// The document.
        document_id: Uuid,
        /// Who acknowledged.
        person_id: Uuid,
        /// The major number of the version, for which it counts (I-17).
        edition: i32,
        /// The language of the version, for each of which editions are numbered.
        language: String,
        /// Who owned the document.
        document_owner_id: Option<Uuid>,
    }
}
