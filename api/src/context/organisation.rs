//! The organisation itself (clause 4.1): the tenant. It is founded, never created through a door.

use crate::caller::Caller;
use crate::resource::{Error, NothingComputed, Outcome, Resource, Spec, record_of};
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

    async fn settle(caller: &Caller, _old: Option<&organisation::Model>, row: &mut organisation::Model) -> Outcome<()> {
        // All rights of the organisation hang from its root.
        if row.unit_id != caller.access.root {
            return Err(Error::Conflict("the organisation stays at its root unit".into()));
        }
        Ok(())
    }
}
