//! Clause 7.

mod acknowledgement;
mod communication;
mod competence;
mod document;
mod document_version;
pub mod evidence;
mod import;
mod proof;
mod training;

use crate::app::App;
use crate::persona::Persona;
use crate::records::{Examples, Team};
use serde_json::{Value, json};

/// Somebody without a role who works in this unit.
pub async fn reader(app: &App, unit: &str) -> Persona {
    let administrator = app.bootstrap();
    let number = administrator.every("/v1/users").await.len();
    let draft =
        json!({"name": format!("Reader {number}"), "email": format!("reader{number}@example.org"), "unitId": unit});
    let id = administrator.create("users", draft).await;
    administrator.invite(&id).await
}

/// People who make and approve documents, and those who read them.
pub struct Library {
    /// Runs the ISMS and writes.
    pub manager: Persona,
    /// Approves.
    pub management: Persona,
    /// Owns documents.
    pub owner: Persona,
    /// A unit.
    pub unit: String,
    /// Works there.
    pub reader: Persona,
}

impl Library {
    /// All of them.
    pub async fn of(app: &App) -> Self {
        let unit = app.unit("Works", None).await;
        let reader = reader(app, &unit).await;
        let (manager, management, owner) = (app.manager().await, app.management().await, app.owner().await);
        Self { manager, management, owner, unit, reader }
    }

    /// A procedure of the unit, with whatever else is said.
    pub async fn document(&self, also: Value) -> String {
        let mut draft = json!({
            "title": "Backups", "kind": "procedure", "unitId": self.unit, "ownerId": self.owner.id,
            "acknowledgementRequired": true,
        });
        draft.as_object_mut().expect("a draft").extend(also.as_object().expect("fields").clone());
        self.manager.create("documents", draft).await
    }

    /// A version that the manager drafts.
    pub async fn draft(&self, document: &str, also: Value) -> String {
        let mut draft = json!({
            "documentId": document, "title": "Backups", "body": "Every night.", "changeSummary": "Clearer",
        });
        draft.as_object_mut().expect("a draft").extend(also.as_object().expect("fields").clone());
        self.manager.create("document-versions", draft).await
    }

    /// The same, submitted.
    pub async fn submitted(&self, document: &str, also: Value) -> String {
        let version = self.draft(document, also).await;
        self.manager.just("document-versions", &version, "submit").await.expect(200);
        version
    }

    /// The same, approved by management.
    pub async fn approved(&self, document: &str, also: Value) -> String {
        let version = self.submitted(document, also).await;
        self.management.just("document-versions", &version, "approve").await.expect(200);
        version
    }

    /// The same, published by the document's owner.
    pub async fn published(&self, document: &str, also: Value) -> String {
        let version = self.approved(document, also).await;
        self.owner.just("document-versions", &version, "publish").await.expect(200);
        version
    }
}

/// One record of each type.
pub async fn examples(app: &App, team: &Team, ids: &mut Examples) {
    let unit = app.unit("Bindery", None).await;
    let reader = reader(app, &unit).await;
    let (manager, owner) = (&team.manager, &team.owner);
    let library = Library {
        manager: manager.clone(),
        management: team.management.clone(),
        owner: owner.clone(),
        unit: unit.clone(),
        reader: reader.clone(),
    };
    let document = library.document(json!({})).await;
    let version = library.published(&document, json!({})).await;
    ids.insert("acknowledgements", reader.create("acknowledgements", json!({"versionId": version})).await);
    ids.extend([("documents", document), ("document-versions", version)]);
    let requirement = json!({"skill": "Talks", "duty": "awareness", "level": 3, "ownerId": owner.id});
    let requirement = manager.create("competence-requirements", requirement).await;
    let competence = json!({"personId": owner.id, "requirementId": requirement, "evidence": "File 7"});
    ids.insert("competences", manager.create("competences", competence).await);
    ids.insert("competence-requirements", requirement);
    let training = json!({"title": "Phishing", "audienceIds": [unit], "ownerId": owner.id});
    let training = manager.create("trainings", training).await;
    let session = json!({"trainingId": training, "title": "In spring", "heldOn": app.in_days(3)});
    ids.insert("training-sessions", manager.create("training-sessions", session).await);
    let assignment = json!({"trainingId": training, "personId": reader.id, "dueOn": app.in_days(5)});
    ids.insert("training-assignments", manager.create("training-assignments", assignment).await);
    ids.insert("trainings", training);
    ids.insert(
        "evidence-items",
        owner.create("evidence-items", json!({"title": "Access review", "kind": "document"})).await,
    );
    let communication = json!({"title": "Newsletter", "ownerId": owner.id, "everyMonths": 3});
    ids.insert("communications", manager.create("communications", communication).await);
}
