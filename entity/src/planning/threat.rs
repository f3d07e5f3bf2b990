//! What can go wrong: the catalogue of threats (clause 6.1.2 c).

use crate::{Words, record::record, word};

word! {
    /// Where a threat comes from.
    ThreatNature {
        /// Somebody wants it.
        Deliberate,
        /// Nobody wants it.
        Accidental,
        /// Nature and surroundings.
        Environmental,
    }
}
word! {
    /// What kind of harm it is.
    ThreatCategory {
        /// Getting in.
        Breach,
        /// Attack on working.
        Attack,
        /// Disclosure by mistake.
        AccidentalDisclosure,
        /// Loss or damage of things.
        PhysicalLoss,
        /// People.
        People,
        /// Suppliers.
        Supplier,
        /// Law and contract.
        Legal,
        /// Failure.
        Failure,
    }
}

record! {
    /// One threat.
    table = "threat";
    draft {
        /// Catalogue code, none for own entries.
        code: Option<String>,
        /// Short name.
        name: String,
        /// What happens.
        description: Option<String>,
        /// Deliberate, accidental or environmental.
        nature: ThreatNature,
        /// What kind of harm.
        category: ThreatCategory,
        /// Which of confidentiality, integrity and availability it usually harms.
        #[serde(default)]
        properties: Words,
    }
    kept {
    }
}
