//! Law, regulation, standards and contracts that bind the organisation (clause 4.2, control A.5.31).

mod evaluate;
mod import;

pub use evaluate::Evaluate;

use crate::caller::Caller;
use crate::resource::{Faults, Outcome, Reference, Resource, Spec, Upkeep, record_of};
use isms_authz::{Attribute, Kind};
use isms_entity::context::legal_requirement::{self, LegalApplicability, LegalCompliance};

/// A legal requirement.
pub struct LegalRequirement;

impl Resource for LegalRequirement {
    record_of!(legal_requirement, Upkeep; Evaluate);

    const SPEC: Spec = Spec {
        name: "LegalRequirement",
        policy_type: "LegalRequirement",
        plural: "legal-requirements",
        noun: "legal requirement",
        table: "legal_requirement",
        prefix: "LEG",
        clause: "4 Context",
        attributes: &[Attribute::optional("owner", "owner_id", Kind::Entity("User"))],
        references: &[Reference::many("controlIds", "Control", "controls"), Reference::one("ownerId", "User", "owner")],
        search: &["title", "citation", "obligation"],
        sorts: &["title", "reviewOn"],
        computed: Upkeep::COMPUTED,
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    async fn settle(
        _caller: &Caller,
        old: Option<&legal_requirement::Model>,
        row: &mut legal_requirement::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        if row.applicability == LegalApplicability::NotApplicable {
            faults.told("reason", row.reason.as_ref(), "says why it does not apply");
        }
        let binds = |r: &legal_requirement::Model| {
            (r.applicability, r.citation.clone(), r.obligation.clone(), r.how_met.clone())
        };
        // What was evaluated was this and nothing else.
        if old.is_some_and(|old| binds(old) != binds(row)) {
            row.compliance = LegalCompliance::Unknown;
            (row.finding, row.evaluated_by, row.evaluated_at) = (None, None, None);
        }
        let is_met = matches!(row.compliance, LegalCompliance::Met | LegalCompliance::Partly);
        faults.when(is_met && row.owner_id.is_none(), "ownerId", "what is met has an owner (I-74)");
        faults.settle()
    }
}
