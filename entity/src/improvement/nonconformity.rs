//! Nonconformities and what is done about them (clause 10.2).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where it was noticed.
    NonconformitySource {
        /// Somebody's own look.
        SelfFound,
        /// An internal audit.
        InternalAudit,
        /// The certification body.
        Certification,
        /// An incident.
        Incident,
        /// A metric.
        Monitoring,
        /// A review.
        ManagementReview,
        /// A complaint.
        Complaint,
        /// A supplier.
        Supplier,
    }
}
word! {
    /// How grave it is.
    NonconformityGrade {
        /// Minor.
        Minor,
        /// Major.
        Major,
    }
}
word! {
    /// How a cause was looked for.
    CauseMethod {
        /// Asking why, again and again.
        FiveWhys,
        /// Sorting what may have caused it.
        Fishbone,
        /// Drawing what led to it.
        FaultTree,
        /// Another way.
        Other,
    }
}
word! {
    /// Where it stands.
    NonconformityState {
        /// Noticed.
        Open,
        /// Controlled and corrected (10.2 a).
        Contained,
        /// Its cause is known (10.2 b).
        CauseFound,
        /// What will be done is approved.
        PlanApproved,
        /// It is done (10.2 c).
        Implemented,
        /// It worked (10.2 d).
        Closed,
    }
}
word! {
    /// Whether corrective action worked.
    CorrectionEffect {
        /// It did.
        Effective,
        /// It did not.
        NotEffective,
    }
}

record! {
    /// One nonconformity.
    table = "nonconformity";
    draft {
        /// Short name.
        title: String,
        /// Where it was noticed.
        #[serde(default)]
        source: NonconformitySource,
        /// How grave it is.
        #[serde(default)]
        grade: NonconformityGrade,
        /// What is not met: a clause or control.
        requirement: Option<String>,
        /// What is wrong (10.2 f).
        description: Option<String>,
        /// When it was noticed.
        detected_on: NaiveDate,
        /// By when it is corrected.
        due_on: Option<NaiveDate>,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// The finding that it answers.
        finding_id: Option<Uuid>,
        /// The incident that showed it.
        incident_id: Option<Uuid>,
        /// The supplier that it lies with.
        supplier_id: Option<Uuid>,
        /// The metric that showed it.
        metric_id: Option<Uuid>,
        /// Controls concerned.
        #[serde(default)]
        control_ids: Ids,
        /// How it was controlled (10.2 a 1).
        containment: Option<String>,
        /// How it was corrected (10.2 a 1).
        correction: Option<String>,
        /// How its consequences were dealt with (10.2 a 2).
        consequences: Option<String>,
        /// How its cause was looked for.
        cause_method: Option<CauseMethod>,
        /// Its cause (10.2 b 2).
        cause: Option<String>,
        /// Whether similar ones were looked for (10.2 b 3).
        #[serde(default)]
        similar_searched: bool,
        /// What that found.
        similar_result: Option<String>,
        /// Why no corrective action is needed, when none is.
        correction_enough: Option<String>,
        /// What will tell that it worked.
        effectiveness_criteria: Option<String>,
        /// When that is checked.
        effectiveness_due_on: Option<NaiveDate>,
        /// What changed in the ISMS (10.2 e).
        isms_changes: Option<String>,
    }
    kept {
        /// Where it stands.
        state: NonconformityState,
        /// Who approved what will be done.
        plan_approved_by: Option<Uuid>,
        /// When.
        plan_approved_at: Option<Time>,
        /// When it was done.
        implemented_at: Option<Time>,
        /// Whether it worked.
        effect: Option<CorrectionEffect>,
        /// What shows it.
        effect_evidence: Option<String>,
        /// Who checked.
        verified_by: Option<Uuid>,
        /// When.
        verified_at: Option<Time>,
        /// The former nonconformity against the same requirement in the same unit within twelve months (I-61).
        repeats_id: Option<Uuid>,
        /// Who found it, when an audit did.
        auditor_ids: Ids,
        /// Who had a part in it: found its cause, wrote the plan, carried it out, or answered for it before (I-02, I-59).
        executor_ids: Ids,
    }
}
