//! Law, regulation, standards and contracts that bind the organisation (clause 4.2, control A.5.31).

use crate::{Ids, Time, record::record, word};
use chrono::NaiveDate;
use uuid::Uuid;

word! {
    /// What kind of text binds.
    LegalKind {
        /// An act.
        Law,
        /// A rule made under one.
        Regulation,
        /// An agreement.
        Contract,
        /// A standard.
        Standard,
    }
}
word! {
    /// Whether it binds the organisation.
    LegalApplicability {
        /// Nobody has decided.
        Undecided,
        /// It does.
        Applicable,
        /// It does not.
        NotApplicable,
    }
}
word! {
    /// How far an obligation is met.
    LegalCompliance {
        /// Nobody has looked.
        Unknown,
        /// In full.
        Met,
        /// In part.
        Partly,
        /// Not at all.
        NotMet,
    }
}

record! {
    /// One obligation.
    table = "legal_requirement";
    draft {
        /// Short name.
        title: String,
        /// Where it stands: act and article, or contract and clause.
        citation: String,
        /// Where it holds.
        jurisdiction: Option<String>,
        /// What kind of text it is.
        #[serde(default)]
        kind: LegalKind,
        /// What it demands, in own words.
        obligation: Option<String>,
        /// Whether it binds the organisation.
        #[serde(default)]
        applicability: LegalApplicability,
        /// Why it does not.
        reason: Option<String>,
        /// How the organisation meets it (I-74).
        how_met: Option<String>,
        /// Controls that meet it.
        #[serde(default)]
        control_ids: Ids,
        /// What shows that it is met.
        evidence: Option<String>,
        /// How changes of the text are noticed.
        monitored_by: Option<String>,
        /// The accountable person (I-74).
        owner_id: Option<Uuid>,
        /// When it is looked at next.
        review_on: Option<NaiveDate>,
    }
    kept {
        /// How far it is met, as last evaluated.
        compliance: LegalCompliance,
        /// What the last evaluation found.
        finding: Option<String>,
        /// Who evaluated it last.
        evaluated_by: Option<Uuid>,
        /// When.
        evaluated_at: Option<Time>,
    }
}
