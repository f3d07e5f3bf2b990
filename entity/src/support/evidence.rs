//! Evidence: a file or a link that shows, for a period, that something was done (clauses 7.5.3 and 8.1, control A.5.28).

use crate::planning::asset::Classification;
use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What a piece of evidence is.
    EvidenceKind {
        /// A document or record.
        Document,
        /// A picture of a screen.
        Screenshot,
        /// A log or an extract of one.
        Log,
        /// How something is configured.
        Configuration,
        /// What an interface answered.
        ApiResult,
        /// A ticket.
        Ticket,
        /// Somebody's signed word.
        Attestation,
        /// Notes of an interview.
        Interview,
    }
}
word! {
    /// Where a piece of evidence stands.
    EvidenceState {
        /// Brought, and not looked at yet.
        Pending,
        /// Somebody other than the collector finds that it proves what it is linked to.
        Accepted,
        /// It does not.
        Rejected,
    }
}

record! {
    /// One piece of evidence.
    table = "evidence";
    draft {
        /// Short name.
        title: String,
        /// What it is.
        kind: EvidenceKind,
        /// What it shows.
        description: Option<String>,
        /// The system that it comes from.
        source: Option<String>,
        /// When it was taken, which may be long before it was uploaded; now unless given.
        collected_at: Option<Time>,
        /// Who took it; whoever made the record unless given.
        collector_id: Option<Uuid>,
        /// Who answers for it.
        owner_id: Option<Uuid>,
        /// First day of the period that it proves; the day it was taken unless given (I-49).
        period_from: Option<NaiveDate>,
        /// Last day of that period; the day it was taken unless given.
        period_to: Option<NaiveDate>,
        /// Last day on which it still counts; none if it does not wear out.
        valid_until: Option<NaiveDate>,
        /// Last day until which its file is kept at least; none means for good.
        retain_until: Option<NaiveDate>,
        /// How widely it may be shared.
        #[serde(default)]
        classification: Classification,
        /// Where it is kept, when not here.
        link: Option<String>,
        /// SHA-256, in hexadecimal, of what the link led to.
        digest: Option<String>,
        /// Controls that it shows at work, and so their entries in the Statement of Applicability.
        #[serde(default)]
        control_ids: Ids,
        /// Risks whose rating rests on it.
        #[serde(default)]
        risk_ids: Ids,
        /// Actions that it shows done.
        #[serde(default)]
        action_ids: Ids,
        /// Tests of controls that it belongs to.
        #[serde(default)]
        control_test_ids: Ids,
        /// Findings that rest on it.
        #[serde(default)]
        finding_ids: Ids,
        /// Nonconformities that it belongs to.
        #[serde(default)]
        nonconformity_ids: Ids,
        /// Obligations of law or contract that it shows met.
        #[serde(default)]
        legal_requirement_ids: Ids,
        /// Requirements of interested parties that it shows met.
        #[serde(default)]
        party_requirement_ids: Ids,
        /// Suppliers that it tells of.
        #[serde(default)]
        supplier_ids: Ids,
        /// The incident that it was secured in (A.5.28).
        incident_id: Option<Uuid>,
        /// The piece that it takes the place of: content is never overwritten (I-47).
        replaces_id: Option<Uuid>,
    }
    kept {
        /// Where it stands.
        state: EvidenceState,
        /// Everybody who has written it or brought its file.
        author_ids: Ids,
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
        /// What the reviewer said.
        decision: Option<String>,
        /// Who reviewed it.
        reviewed_by: Option<Uuid>,
        /// When.
        reviewed_at: Option<Time>,
        /// Whether it is kept whatever its retention says, as for a dispute.
        held: bool,
        /// Why it is held, or was.
        hold_reason: Option<String>,
        /// Why its retention was changed after it was reviewed.
        retention_reason: Option<String>,
        /// When its file was destroyed.
        disposed_at: Option<Time>,
        /// Why.
        disposal_reason: Option<String>,
        /// Whether its incident is confidential.
        confidential: bool,
        /// Who may know of that incident.
        team_ids: Ids,
    }
}
