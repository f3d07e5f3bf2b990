//! The object type of a record type: its fields as REST shows them, the edges ahead and those behind.

use super::loader::{Ahead, Behind};
use super::name;
use super::records::{self, Records};
use super::session::{or_fail, or_null, session};
use super::shape::Size;
use super::sketch::{Shown, Sketch};
use crate::resource::query::{MOST, USUAL};
use crate::resource::{Error, Reference};
use async_graphql::dynamic::{Field, FieldFuture, FieldValue, InputValue, Object, ObjectAccessor, TypeRef};
use isms_entity::Time;
use std::collections::HashSet;

/// Draws a record type with all its edges.
pub fn draw(sketch: &mut Sketch, records: &'static dyn Records) {
    let spec = records.spec();
    let about = format!("One {}, as REST shows it at /v1/{}/{{id}}.", spec.noun, spec.plural);
    let mut object = Object::new(spec.name).description(about).implement("Node");
    let mut taken = HashSet::from(["allowedActions".to_owned(), "withheld".to_owned()]);
    for known in &records.fields().list {
        object = object.field(sketch.field(spec.name, records.fields(), known));
        taken.insert(known.name.clone());
    }
    let acts = super::sketch::show("allowedActions", TypeRef::named_nn_list_nn(TypeRef::STRING), false);
    object = object.field(acts.description("What the caller may do with it now"));
    let withheld = super::sketch::show("withheld", TypeRef::named_nn_list_nn(TypeRef::STRING), false);
    let about = "For external auditors: the fields of which something lies outside their engagement or is masked";
    object = object.field(withheld.description(about));
    for reference in records::references(spec) {
        taken.insert(reference.edge.to_owned());
        object = object.field(ahead(sketch, spec.name, reference));
    }
    for (source, reference) in referring(spec.name) {
        let plain = name::plural(source.spec());
        let free = if taken.contains(&plain) { format!("{plain}By{}", name::upper(reference.edge)) } else { plain };
        if taken.insert(free.clone()) {
            sketch.shape.note(spec.name, &free, source.spec().name, Size::First(USUAL));
            object = object.field(behind(free, source, reference));
        }
    }
    sketch.object(object);
}

/// Every reference to a type, with the type that holds it.
fn referring(target: &'static str) -> impl Iterator<Item = (&'static dyn Records, &'static Reference)> {
    records::all().iter().flat_map(move |source| {
        records::references(source.spec())
            .filter(move |reference| reference.target == target)
            .map(move |reference| (source.as_ref(), reference))
    })
}

/// The argument that bounds a list.
pub fn first_argument() -> InputValue {
    let text = format!("How many at most, 1 to {MOST}");
    InputValue::new("first", TypeRef::named(TypeRef::INT)).default_value(USUAL).description(text)
}

/// The bound of a list as asked for.
pub fn first(args: &ObjectAccessor<'_>) -> Result<u64, Error> {
    let asked = args.get("first").filter(|value| !value.is_null()).map(|value| value.u64());
    match asked.transpose() {
        Ok(None) => Ok(USUAL),
        Ok(Some(first)) if (1..=MOST).contains(&first) => Ok(first),
        _ => Err(Error::Malformed(format!("first: is a whole number from 1 to {MOST}"))),
    }
}

/// The edge along a reference.
pub fn ahead(sketch: &mut Sketch, owner: &str, reference: &'static Reference) -> Field {
    let size = if reference.many { Size::First(USUAL) } else { Size::One };
    sketch.shape.note(owner, reference.edge, reference.target, size);
    if reference.many {
        let text = format!("The first of `{}` that the caller may list, in their order", reference.field);
        return Field::new(reference.edge, TypeRef::named_nn_list_nn(reference.target), move |context| {
            FieldFuture::new(async move {
                let read = async {
                    let session = session(context.ctx)?;
                    let shown = context.parent_value.try_downcast_ref::<Shown>()?;
                    let first = usize::try_from(session.tell(first(&context.args))?).unwrap_or(usize::MAX);
                    let ids = records::ids(&shown.json, reference.field).into_iter().take(first);
                    let key = |id| Ahead { kind: reference.target, as_of: shown.as_of, id };
                    let mut keys: Vec<_> = ids.map(key).collect();
                    if keys.is_empty() {
                        keys.push(key(uuid::Uuid::nil()));
                    }
                    let found = session.loader.load_many(keys.clone()).await.map_err(|error| session.told(&error))?;
                    let list = keys.iter().filter_map(|key| found.get(key).cloned());
                    Ok(Some(list_of(list, shown.as_of)))
                };
                or_fail(context.ctx, read).await
            })
        })
        .argument(first_argument())
        .description(text);
    }
    let text = format!("The record in `{}`; null when the caller may not list it", reference.field);
    Field::new(reference.edge, TypeRef::named(reference.target), move |context| {
        FieldFuture::new(async move {
            let read = async {
                let session = session(context.ctx)?;
                let shown = context.parent_value.try_downcast_ref::<Shown>()?;
                // The library resolves an object's fields one after the other: an edge that leads nowhere waits
                // with its siblings, so that all come to their next edge together.
                let id = records::ids(&shown.json, reference.field).into_iter().next().unwrap_or_default();
                let key = Ahead { kind: reference.target, as_of: shown.as_of, id };
                let found = session.loader.load_one(key).await.map_err(|error| session.told(&error))?;
                Ok(found.map(|json| Shown::value(json, shown.as_of)))
            };
            or_null(context.ctx, read).await
        })
    })
    .description(text)
}

fn list_of(list: impl Iterator<Item = records::Json>, as_of: Option<Time>) -> FieldValue<'static> {
    FieldValue::list(list.map(|json| Shown::value(json, as_of)))
}

fn behind(name: String, source: &'static dyn Records, reference: &'static Reference) -> Field {
    let kind = source.spec().name;
    let text = format!("The first {} that name it in `{}`, of those in use", source.spec().plural, reference.field);
    Field::new(name, TypeRef::named_nn_list_nn(kind), move |context| {
        FieldFuture::new(async move {
            let read = async {
                let session = session(context.ctx)?;
                let shown = context.parent_value.try_downcast_ref::<Shown>()?;
                let first = session.tell(first(&context.args))?;
                let id = records::ids(&shown.json, "id").into_iter().next().unwrap_or_default();
                let key = Behind { kind, field: reference.field, as_of: shown.as_of, first, id };
                let found = session.loader.load_one(key).await.map_err(|error| session.told(&error))?;
                Ok(Some(list_of(found.unwrap_or_default().into_iter(), shown.as_of)))
            };
            or_fail(context.ctx, read).await
        })
    })
    .argument(first_argument())
    .description(text)
}
