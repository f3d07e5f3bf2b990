//! Clause 7: documents, competence, awareness and communication.

pub mod acknowledgement;
pub mod communication;
pub mod competence;
pub mod competence_requirement;
pub mod document;
pub mod document_version;
pub mod training;
pub mod training_assignment;
pub mod training_session;

/// Operations beyond what every record has.
pub fn register(registry: &mut crate::resource::Registry) {
    use crate::resource::import;
    import::register::<document::Document>(registry);
    import::register::<training_assignment::TrainingAssignment>(registry);
}
