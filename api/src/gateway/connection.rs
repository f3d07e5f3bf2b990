//! Lists as Relay connections: the pages, filters, orders and cursors of REST.

use super::filter;
use super::name;
use super::record::{first, first_argument};
use super::records::{Listed, Records};
use super::session::{or_null, session};
use super::shape::Size;
use super::sketch::{Shown, Sketch};
use crate::resource::query::USUAL;
use async_graphql::Value;
use async_graphql::dynamic::{Field, FieldFuture, FieldValue, InputValue, Object, ResolverContext, TypeRef};

/// Draws what all connections share.
pub fn draw_shared(sketch: &mut Sketch) {
    sketch.words("Retired", "Whether retired records are among those asked for.", ["hide", "only", "show"]);
    let flag = || TypeRef::named_nn(TypeRef::BOOLEAN);
    let info = Object::new("PageInfo")
        .description("Where a page stands in its list.")
        .field(of_page("hasNextPage", flag(), |page| Some(FieldValue::value(page.more))))
        .field(of_page("hasPreviousPage", flag(), |page| Some(FieldValue::value(page.later))))
        .field(of_page("startCursor", TypeRef::named(TypeRef::STRING), |page| cursor(page.items.first())))
        .field(of_page("endCursor", TypeRef::named(TypeRef::STRING), |page| cursor(page.items.last())));
    sketch.object(info);
}

fn cursor(item: Option<&(String, super::records::Json)>) -> Option<FieldValue<'static>> {
    item.map(|(cursor, _)| FieldValue::value(cursor.as_str()))
}

/// A field that a page answers.
fn of_page(
    name: &str,
    ty: TypeRef,
    answer: impl for<'a> Fn(&'a Listed) -> Option<FieldValue<'a>> + Send + Sync + 'static,
) -> Field {
    Field::new(name, ty, move |context| {
        FieldFuture::Value(context.parent_value.downcast_ref::<Listed>().and_then(&answer))
    })
}

struct Edge {
    cursor: String,
    node: Shown,
}

/// Draws the connection of a record type and gives the root's field.
pub fn draw(sketch: &mut Sketch, records: &'static dyn Records) -> Field {
    let (spec, plural) = (records.spec(), name::plural(records.spec()));
    let (connection, edge) = (format!("{}Connection", spec.name), format!("{}Edge", spec.name));
    sketch.object(edge_type(&edge, spec.name, spec.noun));
    sketch.object(connection_type(&connection, &edge, spec.name, spec.plural));
    let shape = &mut sketch.shape;
    shape.note("Query", &plural, &connection, Size::First(USUAL));
    shape.note(&connection, "edges", &edge, Size::One);
    shape.note(&connection, "nodes", spec.name, Size::One);
    shape.note(&connection, "pageInfo", "PageInfo", Size::One);
    shape.note(&edge, "node", spec.name, Size::One);
    let field = Field::new(plural, TypeRef::named(&connection), move |context| {
        FieldFuture::new(async move { or_null(context.ctx, resolve(records, &context)).await })
    });
    let after = InputValue::new("after", TypeRef::named(TypeRef::STRING));
    let sort = InputValue::new("sort", TypeRef::named_nn_list(format!("{}Sort", spec.name)));
    filter::arguments(spec.name)
        .into_iter()
        .fold(field, Field::argument)
        .argument(first_argument())
        .argument(after.description("Where the page begins: a cursor, of this door or of REST"))
        .argument(sort.description("In which order; by age unless said otherwise"))
        .description(format!("The {} that the caller may list.", spec.plural))
}

fn edge_type(name: &str, node: &str, noun: &str) -> Object {
    let cursor = Field::new("cursor", TypeRef::named_nn(TypeRef::STRING), |context| {
        let edge = context.parent_value.downcast_ref::<Edge>();
        FieldFuture::Value(edge.map(|edge| FieldValue::value(edge.cursor.as_str())))
    });
    let node = Field::new("node", TypeRef::named_nn(node), |context| {
        let edge = context.parent_value.downcast_ref::<Edge>();
        FieldFuture::Value(edge.map(|edge| FieldValue::owned_any(edge.node.clone())))
    });
    let about = format!("One {noun} in its place in a list.");
    Object::new(name).description(about).field(cursor.description("Its place")).field(node.description("The record"))
}

fn connection_type(name: &str, edge: &str, node: &str, plural: &str) -> Object {
    let nodes = of_page("nodes", TypeRef::named_nn_list_nn(node), |page| {
        Some(FieldValue::list(page.items.iter().map(|(_, json)| Shown::value(json.clone(), page.as_of))))
    });
    let edges = of_page("edges", TypeRef::named_nn_list_nn(edge), |page| {
        Some(FieldValue::list(page.items.iter().map(|(cursor, json)| {
            let node = Shown { json: json.clone(), as_of: page.as_of };
            FieldValue::owned_any(Edge { cursor: cursor.clone(), node })
        })))
    });
    let info = of_page("pageInfo", TypeRef::named_nn("PageInfo"), |page| Some(FieldValue::borrowed_any(page)));
    let total = of_page("totalCount", TypeRef::named("Long"), |page| page.total.map(FieldValue::value));
    Object::new(name)
        .description(format!("One page of {plural}."))
        .field(nodes.description("The records"))
        .field(edges.description("The records with their places"))
        .field(info.description("Where the page stands"))
        .field(
            total.description(
                "All that the filter fits, of those that the caller may list; counted only when asked for",
            ),
        )
}

async fn resolve<'a>(
    records: &'static dyn Records,
    context: &ResolverContext<'a>,
) -> async_graphql::Result<Option<FieldValue<'a>>> {
    let session = session(context.ctx)?;
    let mut pairs = session.tell(filter::pairs(&context.args))?;
    pairs.push(("limit".to_owned(), session.tell(first(&context.args))?.to_string()));
    let given =
        |name: &str| context.args.get(name).map(|value| value.as_value()).filter(|value| **value != Value::Null);
    if let Some(Value::String(after)) = given("after") {
        pairs.push(("cursor".to_owned(), after.clone()));
    }
    if let Some(sort) = given("sort") {
        pairs.push(("sort".to_owned(), session.tell(filter::order(sort))?));
    }
    let ahead = context.look_ahead();
    if ahead.field("totalCount").exists() {
        pairs.push(("count".to_owned(), "true".to_owned()));
    }
    let items = ["nodes", "edges", "pageInfo"].into_iter().any(|name| ahead.field(name).exists());
    let listed = session.tell(records.list(session.caller.clone(), pairs, items).await)?;
    Ok(Some(FieldValue::owned_any(listed)))
}
