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
