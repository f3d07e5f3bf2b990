//! Controls: the 93 of Annex A and one's own, with the decision whether each applies (clause 6.1.3 b to d).

use crate::{Time, Words, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// Where a control comes from.
    ControlOrigin {
        /// The organisation's own.
        Own,
        /// Annex A of ISO/IEC 27001:2022.
        AnnexA,
    }
}
word! {
    /// The theme of a control.
    ControlTheme {
        /// Organisational (A.5).
        Organisational,
        /// People (A.6).
        People,
        /// Physical (A.7).
        Physical,
        /// Technological (A.8).
        Technological,
    }
}
word! {
    /// How far a control is implemented.
    ControlStatus {
        /// Nothing done.
        NotStarted,
        /// Decided and dated.
        Planned,
        /// In part.
        Partial,
        /// In operation.
        Implemented,
    }
}
word! {
    /// Whether a control applies.
    Applicability {
        /// Not decided.
        Undecided,
        /// Applies.
        Applicable,
        /// Excluded, with a justification.
        Excluded,
    }
}

record! {
    /// One control.
    table = "control";
    draft {
        /// `A.5.1` for Annex A, any other code for one's own.
        code: String,
        /// Short title.
        title: String,
        /// Organisational, people, physical or technological.
        #[serde(default)]
        theme: ControlTheme,
        /// Annex A or own.
        #[serde(default)]
        origin: ControlOrigin,
        /// Preventive, detective, corrective.
        #[serde(default)]
        types: Words,
        /// Confidentiality, integrity, availability.
        #[serde(default)]
        properties: Words,
        /// Identify, protect, detect, respond, recover.
        #[serde(default)]
        concepts: Words,
        /// Operational capabilities.
        #[serde(default)]
        capabilities: Words,
        /// Security domains.
        #[serde(default)]
        domains: Words,
        /// What to do, in our words.
        #[serde(default)]
        guidance: String,
        /// How the organisation does it.
        description: Option<String>,
        /// The accountable person.
        owner_id: Option<Uuid>,
        /// Applies, excluded or undecided.
        #[serde(default)]
        applicability: Applicability,
        /// Why it applies: `risk`, `legal`, `contract`, `business`, `bestPractice`.
        #[serde(default)]
        reasons: Words,
        /// Why it applies or not, in words.
        justification: Option<String>,
        /// How far it is implemented.
        #[serde(default)]
        status: ControlStatus,
        /// Maturity 0 (none) to 5 (optimising).
        #[serde(default)]
        maturity: i32,
        /// By when it is to be implemented.
        target_on: Option<NaiveDate>,
        /// When it is tested next.
        next_test_on: Option<NaiveDate>,
        /// How long it may go without evidence that it works, days, 1 to 1096 (I-49).
        #[serde(default = "crate::year")]
        evidence_days: i32,
    }
    kept {
        /// Place in the Statement of Applicability.
        ordinal: i32,
        /// When anything but the day of its next test was last changed: what rests on the control is looked at again.
        changed_at: Time,
    }
}
