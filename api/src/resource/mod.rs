//! The generic path that every record takes; a slice states its fields, rules and acts and no more.

mod apart;
pub mod attached;
mod authorship;
mod batch;
mod canonical;
mod compare;
mod content;
pub mod edition;
mod faults;
mod field;
mod problem;
mod spec;
mod step;
mod strict;
mod upkeep;

pub use apart::apart;
pub(crate) use attached::attached;
pub use attached::{Attached, Content};
pub use authorship::{authors, refuse_authors, written};
pub use faults::{Faults, is_told};
pub use field::{Field, FieldKind, Fields, Known, snake};
pub use problem::{Error, FieldError, Outcome, Problem};
pub use spec::{Act, ActSpec, Because, Computed, Frozen, Nothing, NothingComputed, Reference, Resource, Spec};
pub(crate) use step::step;
pub(crate) use upkeep::for_exporters;
pub use upkeep::{Lateness, Upkeep};
pub mod export;
mod http;
pub mod import;
pub mod name;
mod openapi;
pub mod query;
mod registry;
mod rest;
pub mod sample;
pub mod service;
mod shares;
mod view;

pub use batch::{Batch, BatchOperation, BatchOutcome, BatchResult};
pub use canonical::{canonical, digest};
pub use content::is_blank;
pub use http::{
    Handler, Question, Reply, RequestId, State, bearer, header, id, if_match, json, list_header, not_modified, pairs,
    percent,
};
pub use openapi::{Operation, method_not_allowed};
pub use registry::{Document, Registry};
pub use rest::{if_match_parameter, in_past, only_as_of, register, register_act, shown};
pub use service::Version;
pub use view::{View, allowed_actions};

/// The types of a record, by the module of its entity, what the database computes for it, and its named acts.
macro_rules! record_of {
    ($entity:ident, $computed:ty $(; $($act:ty),+ $(,)?)?) => {
        type Entity = $entity::Entity;
        type Row = $entity::Model;
        type Draft = $entity::Draft;
        type Kept = $entity::Kept;
        type Computed = $computed;

        const ACTS: &'static [crate::resource::ActSpec] = &[$($(<$act as crate::resource::Act>::SPEC),+)?];

        fn register_acts(_registry: &mut crate::resource::Registry) {
            $($(crate::resource::register_act::<$act>(_registry);)+)?
        }

        fn fields() -> &'static crate::resource::Fields {
            static FIELDS: std::sync::OnceLock<crate::resource::Fields> = std::sync::OnceLock::new();
            FIELDS.get_or_init(crate::resource::Fields::of::<Self>)
        }
    };
}
pub(crate) use record_of;

/// The word under which a state or another enum is stored and shown.
pub fn word(value: &impl sea_orm::ActiveEnum<Value = String>) -> String {
    value.to_value()
}
