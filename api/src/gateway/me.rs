//! Who asks, as the gateway tells them.

use super::session::{or_fail, session};
use super::shape::Size;
use super::sketch::{Shown, Sketch, show};
use crate::caller::me;
use async_graphql::dynamic::{Field, FieldFuture, Object, TypeRef};
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
    let shape = Object::new("Me")
        .description("Who asks.")
        .field(show("id", TypeRef::named_nn(TypeRef::ID), false).description("Their id"))
        .field(show("name", text(), false).description("Their name"))
        .field(show("kind", text(), false).description("`User`, `Service` or `ExternalAuditor`"))
        .field(show("organisationId", TypeRef::named_nn(TypeRef::ID), false).description("Their organisation"))
        .field(show("rootUnitId", TypeRef::named_nn(TypeRef::ID), false).description("Its root unit"))
        .field(
            show("engagementId", TypeRef::named(TypeRef::ID), false)
                .description("The engagement of an external auditor"),
        )
        .field(show("tokenId", TypeRef::named(TypeRef::ID), false).description("The token that was shown"))
        .field(
            show("may", TypeRef::named_nn("JSON"), false)
                .description("For each record type, the verbs that some record may allow"),
        )
        .field(show("scopes", TypeRef::named_nn_list_nn(TypeRef::STRING), false).description("What their token allows"))
        .field(show("roles", TypeRef::named_nn_list_nn("HeldRole"), true).description("The roles they hold today"));
    sketch.object(shape);
    sketch.shape.note("Query", "me", "Me", Size::One);
    sketch.shape.note("Me", "roles", "HeldRole", Size::One);
    Field::new("me", TypeRef::named_nn("Me"), |context| {
        FieldFuture::new(async move {
            let read = async {
                let session = session(context.ctx)?;
                let told = session.tell(me::me(&session.caller).await)?;
                let told = session.tell(serde_json::to_value(told).map_err(Into::into))?;
                Ok(Some(Shown::value(Arc::new(told), None)))
            };
            or_fail(context.ctx, read).await
        })
    })
    .description("Who asks.")
}
