//! Risks: what could happen, how bad it would be and what is done about it (clauses 6.1.2 and 6.1.3).

use crate::{Ids, Time, Words, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What kind of risk it is.
    RiskKind {
        /// To information.
        Security,
        /// To the ISMS itself (6.1.1).
        Isms,
        /// From suppliers.
        Supplier,
        /// To privacy.
        Privacy,
    }
}
word! {
    /// Where a risk is on its path (domain 3.7).
    RiskState {
        /// Described.
        Identified,
        /// Rated as it is today, with an owner.
        Analysed,
        /// Compared with the criterion.
        Evaluated,
        /// The owner has chosen what to do.
        TreatmentDecided,
        /// Its plan is approved and runs.
        InTreatment,
        /// Treated and rated afresh; watched.
        Monitored,
        /// Its cause is gone.
        Closed,
    }
}
word! {
    /// What is done about a risk (6.1.3 a).
    Treatment {
        /// Changed by controls.
        Modify,
        /// Kept.
        Retain,
        /// The activity is stopped.
        Avoid,
        /// Shared with a supplier or insurer.
        Share,
    }
}

record! {
    /// One risk.
    table = "risk";
    draft {
        /// Short name.
        title: String,
        /// What could bring it about.
        cause: Option<String>,
        /// What would happen.
        event: Option<String>,
        /// What it would do to the organisation.
        consequence: Option<String>,
        /// Security, isms, supplier or privacy.
        #[serde(default)]
        kind: RiskKind,
        /// Free category for grouping.
        category: Option<String>,
        /// The accountable person (6.1.2 c 2).
        owner_id: Option<Uuid>,
        /// Which of `confidentiality`, `integrity`, `availability` it harms.
        #[serde(default)]
        affects: Words,
        /// Assets at stake.
        #[serde(default)]
        asset_ids: Ids,
        /// Threats behind it.
        #[serde(default)]
        threat_ids: Ids,
        /// Weaknesses that let it happen.
        #[serde(default)]
        vulnerability_ids: Ids,
        /// Controls that operate today.
        #[serde(default)]
        control_ids: Ids,
        /// Controls that the treatment chooses.
        #[serde(default)]
        planned_control_ids: Ids,
        /// Likelihood without controls, from 1.
        inherent_likelihood: Option<i32>,
        /// Impact without controls, from 1.
        inherent_impact: Option<i32>,
        /// Likelihood today.
        current_likelihood: Option<i32>,
        /// Impact today.
        current_impact: Option<i32>,
        /// Likelihood predicted for after the plan.
        residual_likelihood: Option<i32>,
        /// Impact predicted for after the plan.
        residual_impact: Option<i32>,
        /// Why the ratings are what they are.
        rationale: Option<String>,
        /// What is done about it.
        treatment: Option<Treatment>,
        /// Who shares it, or which activity stops.
        treatment_detail: Option<String>,
        /// When the activity stops.
        treatment_ends_on: Option<NaiveDate>,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
        /// Where it is on its path.
        state: RiskState,
        /// The methodology version that the ratings were made under.
        methodology_id: Option<Uuid>,
        /// Level without controls, from 1; computed (I-29).
        inherent_level: Option<i32>,
        /// Level today; computed.
        current_level: Option<i32>,
        /// Level predicted for after the plan; computed.
        residual_level: Option<i32>,
        /// Whether the current level is above the criterion.
        above_criterion: bool,
        /// When the current rating was made.
        assessed_at: Option<Time>,
        /// SHA-256 of what an acceptance is given for.
        content_hash: String,
        /// The owner who says that the cause is gone; the manager closes.
        closure_proposed_by: Option<Uuid>,
        /// Why the risk is closed, or was opened again.
        closure_reason: Option<String>,
    }
}
