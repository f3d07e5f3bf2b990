//! Actions: who does what until when (clauses 6.1.3 e and 8.3).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where an action stands.
    ActionState {
        /// Not begun.
        Open,
        /// Begun.
        InProgress,
        /// Held up.
        Blocked,
        /// Done, with proof.
        Done,
        /// Somebody else has checked it.
        Verified,
        /// Given up, with a reason.
        Cancelled,
    }
}

record! {
    /// One action.
    table = "action";
    draft {
        /// Short name.
        title: String,
        /// What is to be done.
        description: Option<String>,
        /// The plan that it belongs to.
        plan_id: Option<Uuid>,
        /// The objective that it serves.
        objective_id: Option<Uuid>,
        /// The change that it is part of.
        change_id: Option<Uuid>,
        /// The opportunity that it takes.
        opportunity_id: Option<Uuid>,
        /// The incident that it follows from.
        incident_id: Option<Uuid>,
        /// The finding that it answers.
        finding_id: Option<Uuid>,
        /// The nonconformity that it corrects.
        nonconformity_id: Option<Uuid>,
        /// The management review that decided on it.
        review_id: Option<Uuid>,
        /// The supplier that it is about.
        supplier_id: Option<Uuid>,
        /// The exercise that showed the need.
        exercise_id: Option<Uuid>,
        /// Risks that it treats.
        #[serde(default)]
        risk_ids: Ids,
        /// Controls that it implements.
        #[serde(default)]
        control_ids: Ids,
        /// The accountable person.
        owner_id: Uuid,
        /// Last day.
        due_on: NaiveDate,
        /// 1 (urgent) to 4.
        #[serde(default = "crate::middling")]
        priority: i32,
        /// Planned cost in minor units of the currency (cents).
        cost: Option<i64>,
        /// ISO 4217 code.
        currency: Option<String>,
        /// Planned effort, hours.
        effort_hours: Option<i32>,
        /// 0 to 100.
        #[serde(default)]
        progress: i32,
        /// What proves that it is done: a text or an address.
        proof: Option<String>,
    }
    kept {
        /// Where it stands.
        state: ActionState,
        /// Who did it.
        done_by: Option<Uuid>,
        /// When.
        done_at: Option<Time>,
        /// Who checked it.
        verified_by: Option<Uuid>,
        /// How often the due date was moved back (I-41).
        extensions: i32,
    }
}
