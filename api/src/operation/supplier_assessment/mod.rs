//! How secure suppliers are (control A.5.22).

mod conclude;

pub use conclude::Conclude;

use crate::caller::Caller;
use crate::resource::{Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of, word};
use isms_authz::{Attribute, Kind};
use isms_entity::operation::supplier_assessment::{self, Answer};

/// A supplier assessment.
pub struct SupplierAssessment;

impl Resource for SupplierAssessment {
    record_of!(supplier_assessment, NothingComputed; Conclude);

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
        editable_in: &["draft"],
        ..Spec::PLAIN
    };

    fn state(row: &supplier_assessment::Model) -> Option<String> {
        Some(word(&row.state))
    }

    async fn settle(
        _caller: &Caller,
        _old: Option<&supplier_assessment::Model>,
        row: &mut supplier_assessment::Model,
    ) -> Outcome<()> {
        let mut faults = Faults::default();
        for (i, answer) in row.answers.0.iter().enumerate() {
            faults.range(&format!("answers/{i}/weight"), answer.weight, 1..=100);
            faults.told(&format!("answers/{i}/question"), Some(&answer.question), "what was asked");
        }
        faults.settle()?;
        row.score = score(row);
        Ok(())
    }
}

/// Percent of the weight that was answered yes; partly counts half, what does not matter is left out.
fn score(row: &supplier_assessment::Model) -> Option<i32> {
    let (mut reached, mut whole) = (0, 0);
    for answer in row.answers.0.iter().filter(|answer| answer.answer != Answer::NotApplicable) {
        whole += answer.weight * 2;
        reached += match answer.answer {
            Answer::Yes => answer.weight * 2,
            Answer::Partly => answer.weight,
            Answer::No | Answer::NotApplicable => 0,
        };
    }
    (whole > 0).then(|| reached * 100 / whole)
}
