//! The organisation itself (clause 4.1): the tenant. It is founded, never created through a door.

use crate::resource::{NothingComputed, Resource, Spec, derive_fields};
use isms_entity::context::organisation;

/// The organisation.
pub struct Organisation;

impl Resource for Organisation {
    type Entity = organisation::Entity;
    type Row = organisation::Model;
    type Draft = organisation::Draft;
    type Kept = organisation::Kept;
    type Computed = NothingComputed;

    const SPEC: Spec = Spec {
        name: "Organisation",
        policy_type: "Organisation",
        plural: "organisations",
        noun: "organisation",
        table: "organisation",
        prefix: "ORG",
        clause: "4 Context",
        search: &["name", "legalName"],
        creatable: false,
        ..Spec::PLAIN
    };

    derive_fields!();
}
