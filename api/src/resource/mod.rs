//! The generic path that every record takes; a slice states its fields, rules and acts and no more.

mod address;
mod apart;
pub mod attached;
mod authorship;
mod batch;
mod canonical;
mod compare;
mod content;
pub mod edition;
mod entrance;
mod faults;
mod field;
pub mod heavy;
mod problem;
mod scratch;
mod spec;
mod step;
mod strict;
mod unnamed;
mod upkeep;

pub use address::{id, pairs, percent, place};
pub use apart::{apart, computes_at_length, for_long};
pub(crate) use attached::attached;
pub use attached::{Attached, Content};
pub use authorship::{authors, refuse_authors, written};
pub use faults::{Faults, is_told};
pub use field::{Field, FieldKind, Fields, Known, snake};
pub use problem::{Error, FieldError, Outcome, Problem, found_or, if_found};
pub use scratch::scratch;
pub use spec::{Act, ActSpec, Because, Computed, Frozen, Nothing, NothingComputed, Reference, Resource, Spec};
pub(crate) use step::step;
pub(crate) use upkeep::for_exporters;
pub use upkeep::{Lateness, Upkeep};
pub mod export;
mod headers;
mod http;
pub mod import;
pub mod name;
mod noted;
mod openapi;
mod pages;
pub mod query;
mod registry;
mod rest;
pub mod sample;
pub mod service;
mod shares;
pub mod span;
mod view;
pub mod zipped;

pub use batch::{Batch, BatchOperation, BatchOutcome, BatchResult};
pub use canonical::{canonical, digest};
pub use content::{is_blank, is_no_part_of_a_name, is_unseen};
pub use entrance::{LINGER, enter};
pub use headers::{bearer, header, if_match, list_header, not_modified};
pub use http::{Handler, Question, Reply, RequestId, State, json};
pub use noted::noted;
pub use openapi::{Operation, method_not_allowed};
pub use pages::{Pages, reading};
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
