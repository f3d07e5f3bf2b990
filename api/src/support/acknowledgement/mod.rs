//! That somebody has read a version of a document and keeps to it (clause 7.3): said by themselves, once for all.

use crate::caller::Caller;
use crate::resource::{Error, Faults, NothingComputed, Outcome, Reference, Resource, Spec, record_of};
use crate::store::{Query, Test};
use crate::support::document_version::DocumentVersion;
use isms_authz::{Attribute, Kind};
use isms_entity::support::acknowledgement;
use isms_entity::support::document_version::VersionState;

/// An acknowledgement.
pub struct Acknowledgement;

impl Resource for Acknowledgement {
    record_of!(acknowledgement, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Acknowledgement",
        policy_type: "Acknowledgement",
        plural: "acknowledgements",
        noun: "acknowledgement",
        table: "acknowledgement",
        prefix: "ACK",
        clause: "7 Support",
        attributes: &[
            Attribute::new("person", "person_id", Kind::Entity("User")),
            Attribute::optional("documentOwner", "document_owner_id", Kind::Entity("User")),
        ],
        references: &[
            Reference::one("versionId", "DocumentVersion", "documentVersion"),
            Reference::one("documentId", "Document", "document"),
            Reference::one("personId", "User", "person"),
            Reference::one("documentOwnerId", "User", "documentOwner").copied(),
        ],
        sensitive: &["score"],
        acts: Self::ACTS,
        follows: true,
        ..Spec::PLAIN
    };

    async fn settle(
        caller: &Caller,
        _old: Option<&acknowledgement::Model>,
        row: &mut acknowledgement::Model,
    ) -> Outcome<()> {
        let found = caller.named::<DocumentVersion>("/versionId", row.version_id).await?;
        let version = found.row;
        let within = &caller.access.principal.within;
        let is_theirs = version.audience_ids.0.iter().any(|unit| within.contains(unit));
        let mut faults = Faults::default();
        faults.when(version.state != VersionState::Published || !is_theirs, "versionId", "is not published to you");
        faults.when(!version.acknowledgement_required, "versionId", "needs no acknowledgement");
        faults.range("score", row.score.unwrap_or_default(), 0..=100);
        faults.settle()?;
        let mine = Query::of([Test::is("version_id", version.id), Test::is("person_id", caller.id())]);
        if !caller.for_rules::<Self>(&mine).await?.is_empty() {
            return Err(Error::Conflict("you have acknowledged this version already".into()));
        }
        row.unit_id = version.unit_id;
        row.person_id = caller.id();
        row.document_id = version.document_id;
        row.edition = version.edition;
        row.language = version.language;
        row.document_owner_id = version.document_owner_id;
        Ok(())
    }
}
