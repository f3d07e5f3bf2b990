//! The root of the schema: the caller, one record by id, lists, counts and boards.

use super::records::{self, Records};
use super::session::{or_null, session};
use super::shape::Size;
use super::sketch::{Shown, Sketch};
use super::{Gateway, board, connection, count, cycle, filter, me, name, record, watched};
use crate::resource::query::instant;
use crate::resource::{Outcome, in_past};
use async_graphql::Value;
use async_graphql::dynamic::{
    Field, FieldFuture, FieldValue, InputValue, Interface, InterfaceField, Object, ObjectAccessor, ResolverContext,
    Schema, SchemaError, TypeRef,
};
use isms_entity::Time;
use uuid::Uuid;

/// Draws the whole schema.
///
/// # Errors
/// When the record types do not make one.
pub fn draw() -> Result<Gateway, SchemaError> {
    let mut sketch = Sketch::default();
    scalars(&mut sketch);
    connection::draw_shared(&mut sketch);
    let id = InterfaceField::new("id", TypeRef::named_nn(TypeRef::ID)).description("UUIDv7");
    sketch.interface(Interface::new("Node").description("Anything with an id.").field(id));
    let mut query = Object::new("Query").description("All that can be read. Writing has one door: REST.");
    query = query.field(me::draw(&mut sketch)).field(node());
    sketch.shape.note("Query", "node", "Node", Size::Reads(2));
    for records in records::all().iter().map(Box::as_ref) {
        record::draw(&mut sketch, records);
        filter::draw(&mut sketch, records);
        sketch.shape.note("Query", &name::single(records.spec()), records.spec().name, Size::One);
        query = query.field(one(records));
        query = query.field(connection::draw(&mut sketch, records)).field(count::draw(&mut sketch, records));
    }
    query = board::draw(&mut sketch).into_iter().fold(query, Object::field);
    query = cycle::draw(&mut sketch).into_iter().fold(query, Object::field);
    query = watched::draw(&mut sketch).into_iter().fold(query, Object::field);
    // The limits are checked before; these bound what the library does by itself.
    let builder = Schema::build("Query", None, None).register(query).limit_recursive_depth(64).disable_suggestions();
    let (builder, shape) = sketch.register(builder)?;
    Ok(Gateway { schema: builder.finish()?, shape })
}

fn scalars(sketch: &mut Sketch) {
    let text = |value: &Value| matches!(value, Value::String(_));
    sketch.scalar("Date", "A day like `2026-03-31`.", text);
    sketch.scalar("DateTime", "An instant (RFC 3339) in UTC.", text);
    sketch.scalar(
        "Long",
        "A whole number of 64 bits.",
        |value| matches!(value, Value::Number(n) if n.is_i64() || n.is_u64()),
    );
    sketch.scalar("JSON", "Any JSON value.", |_| true);
}

fn id_argument() -> InputValue {
    InputValue::new("id", TypeRef::named_nn(TypeRef::ID)).description("Its id")
}

fn as_of_argument() -> InputValue {
    let text = "As of this instant (RFC 3339) or the end of this day";
    InputValue::new("asOf", TypeRef::named(TypeRef::STRING)).description(text)
}

/// What is no id of ours names no record.
fn id(args: &ObjectAccessor<'_>) -> Option<Uuid> {
    args.get("id")?.string().ok()?.parse().ok()
}

fn as_of(args: &ObjectAccessor<'_>) -> Outcome<Option<Time>> {
    match args.get("asOf").map(|value| value.as_value()) {
        Some(Value::String(text)) => instant("asOf", text).map(Some),
        _ => Ok(None),
    }
}

fn one(records: &'static dyn Records) -> Field {
    let spec = records.spec();
    let about = format!("One {} that the caller may read; null when there is none.", spec.noun);
    Field::new(name::single(spec), TypeRef::named(spec.name), move |context| {
        FieldFuture::new(async move {
            let read = async { Ok(found(&context, [records]).await?.map(|(_, value)| value)) };
            or_null(context.ctx, read).await
        })
    })
    .argument(id_argument())
    .argument(as_of_argument())
    .description(about)
}

/// Looks the type up in the trail; an id that is nowhere is asked for as well, so that nothing tells a hidden record
/// from one that is not there.
fn node() -> Field {
    Field::new("node", TypeRef::named("Node"), |context| {
        FieldFuture::new(async move {
            let read = async {
                let session = session(context.ctx)?;
                let kind = match id(&context.args) {
                    Some(id) => session.tell(session.caller.type_of(id).await)?,
                    None => None,
                };
                let all = || records::all().iter().map(Box::as_ref);
                let of_kind = all().find(|records| kind.is_some_and(|kind| records.spec().name == kind.name));
                let found = found(&context, of_kind.or_else(|| all().next())).await?;
                Ok(found.map(|(name, value)| value.with_type(name)))
            };
            or_null(context.ctx, read).await
        })
    })
    .argument(id_argument())
    .argument(as_of_argument())
    .description("Any record that the caller may read, by its id; null when there is none.")
}

async fn found(
    context: &ResolverContext<'_>,
    among: impl IntoIterator<Item = &'static dyn Records> + Send,
) -> async_graphql::Result<Option<(&'static str, FieldValue<'static>)>> {
    let session = session(context.ctx)?;
    let as_of = session.tell(as_of(&context.args))?;
    let caller = session.tell(in_past(&session.caller, as_of))?;
    let Some(id) = id(&context.args) else { return Ok(None) };
    let among: Vec<_> = among.into_iter().collect();
    for records in among {
        if let Some(json) = session.tell(records.one(caller.clone(), id).await)? {
            return Ok(Some((records.spec().name, Shown::value(json, as_of))));
        }
    }
    Ok(None)
}
