//! Clause 7: documents, competence, awareness and communication.

pub mod acknowledgement;
pub mod communication;
pub mod competence;
pub mod competence_requirement;
pub mod document;
pub mod document_version;
pub mod evidence;
pub mod training;
pub mod training_assignment;
pub mod training_session;

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    use crate::resource::{attached, import};
    import::register::<document::Document>(registry);
    attached::register::<document_version::DocumentVersion>(registry);
    attached::register::<evidence::Evidence>(registry);
    evidence::register(registry);
    import::register::<training_assignment::TrainingAssignment>(registry);
}
