//! The generic path that every record takes; a slice states its fields, rules and acts and no more.

mod field;
mod problem;
mod spec;

pub use field::{Field, FieldKind, Fields};
pub use problem::{Error, FieldError, Outcome, Problem};
pub use spec::{Act, ActSpec, Because, Computed, Nothing, NothingComputed, Reference, Resource, Spec};
pub mod export;
mod http;
pub mod import;
mod openapi;
pub mod query;
mod registry;
mod rest;
pub mod service;
mod view;

pub use http::{Reply, RequestId, State, header, json, pairs};
pub use registry::Registry;
pub use rest::{Batch, in_past, register, register_act, shown};
pub use service::Version;
pub use view::{View, allowed_actions};

/// Derives the fields of a record type once; the body of [`Resource::fields`].
macro_rules! derive_fields {
    () => {
        fn fields() -> &'static crate::resource::Fields {
            static FIELDS: std::sync::OnceLock<crate::resource::Fields> = std::sync::OnceLock::new();
            FIELDS.get_or_init(crate::resource::Fields::of::<Self>)
        }
    };
}
pub(crate) use derive_fields;

/// The word under which a state or another enum is stored and shown.
pub fn word(value: &impl sea_orm::ActiveEnum<Value = String>) -> String {
    value.to_value()
}
