//! How secure suppliers are (control A.5.22).

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::operation::supplier_assessment;

/// A supplier assessment.
pub struct SupplierAssessment;

impl Resource for SupplierAssessment {
    record_of!(supplier_assessment, NothingComputed);

    const SPEC: Spec = Spec {
        name: "SupplierAssessment",
        policy_type: "SupplierAssessment",
        plural: "supplier-assessments",
        noun: "supplier assessment",
        table: "supplier_assessment",
        prefix: "SAS",
        clause: "8 Operation",
        attributes: &[Attribute::new("state", "state", Kind::Text)],
        references: &[Reference::one("supplierId", "Supplier", "supplier")],
        search: &["title"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &supplier_assessment::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
