//! The one list of record types: every door, policy and table follows from it.

use crate::context::climate_determination::ClimateDetermination;
use crate::context::interested_party::InterestedParty;
use crate::context::legal_requirement::LegalRequirement;
use crate::context::party_requirement::PartyRequirement;
use crate::context::process::Process;
use crate::context::scope::Scope;
use crate::context::{issue::Issue, organisation::Organisation, unit::Unit};
use crate::evaluation::audit::Audit;
use crate::evaluation::audit_package::AuditPackage;
use crate::evaluation::audit_programme::AuditProgramme;
use crate::evaluation::audit_request::AuditRequest;
use crate::evaluation::certificate::Certificate;
use crate::evaluation::certification_audit::CertificationAudit;
use crate::evaluation::checklist_item::ChecklistItem;
use crate::evaluation::engagement::Engagement;
use crate::evaluation::finding::Finding;
use crate::evaluation::invitation::Invitation;
use crate::evaluation::management_review::ManagementReview;
use crate::evaluation::measurement::Measurement;
use crate::evaluation::metric::Metric;
use crate::improvement::improvement::Improvement;
use crate::improvement::nonconformity::Nonconformity;
use crate::leadership::{
    api_token::ApiToken, responsibility::Responsibility, role_assignment::RoleAssignment, user::User,
};
use crate::operation::access_review::AccessReview;
use crate::operation::access_right::AccessRight;
use crate::operation::campaign::Campaign;
use crate::operation::continuity_exercise::ContinuityExercise;
use crate::operation::contract::Contract;
use crate::operation::control_test::ControlTest;
use crate::operation::exception::Exception;
use crate::operation::incident::Incident;
use crate::operation::notification::Notification;
use crate::operation::notification_rule::NotificationRule;
use crate::operation::supplier::Supplier;
use crate::operation::supplier_assessment::SupplierAssessment;
use crate::planning::acceptance::Acceptance;
use crate::planning::action::Action;
use crate::planning::asset::Asset;
use crate::planning::change::Change;
use crate::planning::control::Control;
use crate::planning::methodology::Methodology;
use crate::planning::objective::Objective;
use crate::planning::opportunity::Opportunity;
use crate::planning::risk::Risk;
use crate::planning::statement::Statement;
use crate::planning::threat::Threat;
use crate::planning::treatment_plan::TreatmentPlan;
use crate::planning::vulnerability::Vulnerability;
use crate::resource::{FieldKind, Fields, Resource, Spec};
use crate::support::acknowledgement::Acknowledgement;
use crate::support::communication::Communication;
use crate::support::competence::Competence;
use crate::support::competence_requirement::CompetenceRequirement;
use crate::support::document::Document;
use crate::support::document_version::DocumentVersion;
use crate::support::evidence::Evidence;
use crate::support::training::Training;
use crate::support::training_assignment::TrainingAssignment;
use crate::support::training_session::TrainingSession;
use sea_orm::{ColumnTrait, ColumnType, EntityTrait, Iden, Iterable};
use std::sync::OnceLock;

/// Does something with each record type.
pub trait Visitor {
    /// With this one.
    fn visit<R: Resource>(&mut self);
}

macro_rules! resources {
    ($($name:ident),* $(,)?) => {
        /// Shows every record type to the visitor.
        pub fn visit(visitor: &mut impl Visitor) {
            $(visitor.visit::<$name>();)*
        }

        static SPECS: &[Spec] = &[$(<$name as Resource>::SPEC),*];
    };
}

resources! {
    Organisation, Unit, InterestedParty, PartyRequirement, ClimateDetermination, Process, Scope, LegalRequirement, Issue,
    User, RoleAssignment, Responsibility, ApiToken,
    Methodology, Asset, Threat, Vulnerability, Control, Risk, TreatmentPlan, Action, Acceptance, Statement,
    Objective, Change, Opportunity,
    Document, DocumentVersion, Evidence, Acknowledgement, CompetenceRequirement, Competence, Training, TrainingSession, TrainingAssignment, Communication,
    Campaign, Supplier, Contract, SupplierAssessment, Exception, AccessReview, AccessRight, ControlTest, ContinuityExercise, Incident, NotificationRule, Notification,
    Metric, Measurement, AuditProgramme, Audit, ChecklistItem, Finding, ManagementReview, Certificate, CertificationAudit,
    Engagement, Invitation, AuditRequest, AuditPackage,
    Nonconformity, Improvement,
}

/// Every record type.
pub fn specs() -> &'static [Spec] {
    SPECS
}

/// The record type of this name.
pub fn spec(name: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name == name)
}

/// A column of a record type's table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether its whole numbers have 64 bits.
    pub wide: bool,
    /// Whether it may be empty.
    pub nullable: bool,
    /// Whether it is kept out of the trail as well as the doors, such as a token's hash.
    pub secret: bool,
}

/// What every record type is made of, beside its name.
struct Shape {
    name: &'static str,
    columns: Vec<Column>,
    fields: &'static Fields,
}

struct Shapes(Vec<Shape>);

impl Visitor for Shapes {
    fn visit<R: Resource>(&mut self) {
        let fields = R::fields();
        let kind = |column: &str| fields.list.iter().find(|f| f.column == Some(column)).map(|f| f.kind.clone());
        let columns = <R::Entity as EntityTrait>::Column::iter()
            .map(|column| {
                let (name, definition) = (column.unquoted().to_owned(), column.def());
                let wide = matches!(definition.get_column_type(), ColumnType::BigInteger);
                let nullable = definition.is_null();
                // Only columns that no door shows have no field.
                let hidden = if name.ends_with("_id") { FieldKind::Id } else { FieldKind::Text };
                let secret = kind(&name).is_none() && hidden == FieldKind::Text;
                Column { kind: kind(&name).unwrap_or(hidden), name, wide, nullable, secret }
            })
            .collect();
        self.0.push(Shape { name: R::SPEC.name, columns, fields });
    }
}

fn shape(name: &str) -> Option<&'static Shape> {
    static SHAPES: OnceLock<Vec<Shape>> = OnceLock::new();
    let shapes = SHAPES.get_or_init(|| {
        let mut shapes = Shapes(Vec::new());
        visit(&mut shapes);
        shapes.0
    });
    shapes.iter().find(|shape| shape.name == name)
}

/// The columns of a record type's table with what they hold.
pub fn columns(spec: &Spec) -> &'static [Column] {
    shape(spec.name).map(|shape| shape.columns.as_slice()).unwrap_or_default()
}

/// The fields of a record type as the doors show them.
pub fn fields(spec: &Spec) -> Option<&'static Fields> {
    shape(spec.name).map(|shape| shape.fields)
}
