//! Audits by the certification body, as it reports them (ISO/IEC 17021-1).

mod done;

pub use done::Done;

use crate::authz::{Attribute, Kind};
use crate::resource::{NothingComputed, Reference, Resource, Spec, record_of, word};
use isms_entity::evaluation::certification_audit;

/// A certification audit.
pub struct CertificationAudit;

impl Resource for CertificationAudit {
    record_of!(certification_audit, NothingComputed; Done);

    const SPEC: Spec = Spec {
        name: "CertificationAudit",
        policy_type: "CertificationAudit",
        plural: "certification-audits",
        noun: "certification audit",
        table: "certification_audit",
        prefix: "CBA",
        clause: "9 Evaluation",
        attributes: &[
            Attribute::optional("owner", "owner_id", Kind::Entity("User")),
            Attribute::new("state", "state", Kind::Text),
        ],
        references: &[
            Reference::one("certificateId", "Certificate", "certificate"),
            Reference::one("ownerId", "User", "owner"),
        ],
        search: &["title"],
        sorts: &["plannedOn"],
        acts: Self::ACTS,
        ..Spec::PLAIN
    };

    fn state(row: &certification_audit::Model) -> Option<String> {
        Some(word(&row.state))
    }
}
