//! Who asks, as the gateway tells them.

use super::session::session;
use super::shape::Size;
use super::sketch::{Shown, Sketch, show};
use crate::authz::PrincipalKind;
use crate::caller::Caller;
use crate::resource::word;
use async_graphql::dynamic::{Field, FieldFuture, Object, TypeRef};
use serde_json::{Value, json};
use std::sync::Arc;

/// Draws the caller and gives the root's field.
pub fn draw(sketch: &mut Sketch) -> Field {
    let text = || TypeRef::named_nn(TypeRef::STRING);
    let held = Object::new("HeldRole")
        .description("A role that the caller holds today.")
        .field(show("role", text(), false).description("The role"))
        .field(show("unitId", TypeRef::named_nn(TypeRef::ID), false).description("Where: this unit and all below"))
        .field(super::record::ahead(sketch, "HeldRole", &super::records::UNIT));
    sketch.object(held);
    let me = Object::new("Me")
        .description("Who asks.")
        .field(show("id", TypeRef::named_nn(TypeRef::ID), false).description("Their id"))
        .field(show("name", text(), false).description("Their name"))
        .field(show("kind", text(), false).description("Person or service"))
        .field(show("organisationId", TypeRef::named_nn(TypeRef::ID), false).description("Their organisation"))
        .field(show("scopes", TypeRef::named_nn_list_nn(TypeRef::STRING), false).description("What their token allows"))
        .field(show("roles", TypeRef::named_nn_list_nn("HeldRole"), true).description("The roles they hold today"));
    sketch.object(me);
    sketch.shape.note("Query", "me", "Me", Size::One);
    sketch.shape.note("Me", "roles", "HeldRole", Size::One);
    Field::new("me", TypeRef::named_nn("Me"), |context| {
        FieldFuture::new(async move { Ok(Some(Shown::value(Arc::new(told(&session(context.ctx)?.caller)), None))) })
    })
    .description("Who asks.")
}

fn told(caller: &Caller) -> Value {
    let principal = &caller.access.principal;
    let roles = principal.grants.iter().flat_map(|(role, units)| {
        let role = word(role);
        units.iter().map(move |unit| json!({"role": role, "unitId": unit}))
    });
    let kind = match principal.kind {
        PrincipalKind::User => "person",
        PrincipalKind::Service => "service",
    };
    json!({"id": principal.id, "name": caller.access.name, "kind": kind, "organisationId": principal.organisation,
        "scopes": principal.scopes, "roles": roles.collect::<Value>()})
}
