//! The organisation itself (clause 4.1): the tenant. It is founded, never created through a door.

use crate::resource::{NothingComputed, Resource, Spec, record_of};
use isms_entity::context::organisation;

/// The organisation.
pub struct Organisation;

impl Resource for Organisation {
    record_of!(organisation, NothingComputed);

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
}
