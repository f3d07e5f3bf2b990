//! Record types without their type: what the schema needs of each, asked through the caller's conditions.

use crate::caller::Caller;
use crate::resource::query::Listing;
use crate::resource::{Error, Fields, Outcome, Reference, Resource, Spec, View, in_past};
use crate::resources::{self, Visitor};
use crate::store::{Found, Query, Test};
use futures::future::BoxFuture;
use isms_entity::{Recorded, Time};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// A record as REST shows it.
pub type Json = Arc<serde_json::Value>;
/// Names and values as in a query string.
pub type Pairs = Vec<(String, String)>;
/// A read on its way.
type Reading<'a, T> = BoxFuture<'a, Outcome<T>>;

/// The most records that one level of reverse edges reads together.
const MOST_BEHIND: u64 = 10_000;
/// The most ids that one statement asks for; SQLite takes 32,766 values.
const ASKED: usize = 20_000;

/// The unit that every record lies in.
pub static UNIT: Reference = Reference::one("unitId", "Unit", "unit");

/// One page.
#[derive(Default)]
pub struct Listed {
    /// Each with its cursor.
    pub items: Vec<(String, Json)>,
    /// Whether there are more.
    pub more: bool,
    /// Whether the page has one before it.
    pub later: bool,
    /// All of them, when asked for.
    pub total: Option<u64>,
    /// As of when.
    pub as_of: Option<Time>,
}

/// Counts of groups: a key for each thing grouped by.
pub type Counts = Vec<(Vec<Option<String>>, u64)>;

/// What the schema needs of a record type.
pub trait Records: Send + Sync {
    /// Names.
    fn spec(&self) -> &'static Spec;
    /// Fields.
    fn fields(&self) -> &'static Fields;
    /// One record that the caller may read.
    fn one(&self, caller: Caller, id: Uuid) -> Reading<'_, Option<Json>>;
    /// Those of these records that the caller may list.
    fn some(&self, caller: Caller, ids: Vec<Uuid>) -> Reading<'_, HashMap<Uuid, Json>>;
    /// Records that the caller may list and that refer to these by a field, so many for each.
    fn behind(
        &self,
        caller: Caller,
        field: &'static str,
        ids: Vec<Uuid>,
        first: u64,
    ) -> Reading<'_, HashMap<Uuid, Vec<Json>>>;
    /// A page; only the total when no items are wanted.
    fn list(&self, caller: Caller, pairs: Pairs, items: bool) -> Reading<'_, Listed>;
    /// How many there are in each group; with the instant that they were read at.
    fn counts(&self, caller: Caller, pairs: Pairs, by: Vec<&'static str>) -> Reading<'_, (Counts, Option<Time>)>;
}

struct Of<R>(PhantomData<fn() -> R>);

fn json<R: Resource>(caller: &Caller, found: &Found<R>) -> Outcome<Json> {
    Ok(Arc::new(serde_json::to_value(View::new(caller, found)?)?))
}

impl<R: Resource> Records for Of<R> {
    fn spec(&self) -> &'static Spec {
        const { &R::SPEC }
    }

    fn fields(&self) -> &'static Fields {
        R::fields()
    }

    fn one(&self, caller: Caller, id: Uuid) -> Reading<'_, Option<Json>> {
        Box::pin(async move {
            match caller.fetch::<R>(id).await {
                Ok(found) => json(&caller, &found).map(Some),
                Err(Error::NotFound) => Ok(None),
                Err(other) => Err(other),
            }
        })
    }

    fn some(&self, caller: Caller, ids: Vec<Uuid>) -> Reading<'_, HashMap<Uuid, Json>> {
        Box::pin(async move {
            let mut shown = HashMap::with_capacity(ids.len());
            for ids in ids.chunks(ASKED) {
                let test = Test::OneOf("id", ids.iter().copied().map(Into::into).collect());
                for found in caller.all::<R>(&Query::of([test]).with_retired()).await? {
                    shown.insert(found.row.common().id, json(&caller, &found)?);
                }
            }
            Ok(shown)
        })
    }

    fn behind(
        &self,
        caller: Caller,
        field: &'static str,
        ids: Vec<Uuid>,
        first: u64,
    ) -> Reading<'_, HashMap<Uuid, Vec<Json>>> {
        Box::pin(async move {
            let column = R::fields().get(field).and_then(|field| field.column);
            let column = column.ok_or_else(|| Error::Internal(format!("{field} has no column")))?;
            let many = R::SPEC.references.iter().any(|reference| reference.field == field && reference.many);
            let limit = if ids.len() == 1 { first } else { MOST_BEHIND };
            let mut lists = HashMap::with_capacity(ids.len());
            for ids in ids.chunks(ASKED) {
                let test = if many {
                    Test::Links(field, ids.to_vec())
                } else {
                    Test::OneOf(column, ids.iter().copied().map(Into::into).collect())
                };
                let page = caller.list::<R>(&Query { limit: Some(limit), ..Query::of([test]) }).await?;
                if page.next.is_some() && limit == MOST_BEHIND {
                    let detail = format!("too many {} at once; list them with a filter instead", R::SPEC.plural);
                    return Err(Error::Malformed(detail));
                }
                lists.extend(share::<R>(&caller, &page.items, field, ids, first)?);
            }
            Ok(lists)
        })
    }

    fn list(&self, caller: Caller, pairs: Pairs, items: bool) -> Reading<'_, Listed> {
        Box::pin(async move {
            let listing = Listing::parse::<R>(&caller, &pairs)?;
            let caller = in_past(&caller, listing.as_of)?;
            let later = listing.query.after.is_some();
            if !items {
                let total = if listing.query.count { Some(caller.count::<R>(&listing.query).await?) } else { None };
                return Ok(Listed { total, later, as_of: listing.as_of, ..Listed::default() });
            }
            let page = caller.list::<R>(&listing.query).await?;
            let items =
                page.items.iter().map(|found| Ok((listing.seal(&found.place(&listing.query)), json(&caller, found)?)));
            let items = items.collect::<Outcome<Vec<_>>>()?;
            Ok(Listed { items, more: page.next.is_some(), later, total: page.total, as_of: listing.as_of })
        })
    }

    fn counts(&self, caller: Caller, pairs: Pairs, by: Vec<&'static str>) -> Reading<'_, (Counts, Option<Time>)> {
        Box::pin(async move {
            let listing = Listing::parse::<R>(&caller, &pairs)?;
            let caller = in_past(&caller, listing.as_of)?;
            Ok((caller.count_by::<R>(&by, &listing.query).await?, listing.as_of))
        })
    }
}

/// Gives each parent the records that show it in the field.
fn share<R: Resource>(
    caller: &Caller,
    found: &[Found<R>],
    field: &str,
    ids: &[Uuid],
    first: u64,
) -> Outcome<HashMap<Uuid, Vec<Json>>> {
    let mut lists: HashMap<Uuid, Vec<Json>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    for found in found {
        let shown = json(caller, found)?;
        for id in self::ids(&shown, field) {
            if let Some(list) = lists.get_mut(&id).filter(|list| list.len() < first) {
                list.push(Arc::clone(&shown));
            }
        }
    }
    Ok(lists)
}

/// The ids in a field of a record, one or a list.
pub fn ids(json: &serde_json::Value, field: &str) -> Vec<Uuid> {
    let id =
        |value: &serde_json::Value| value.as_str().and_then(|text| text.parse().ok()).filter(|id: &Uuid| !id.is_nil());
    match json.get(field) {
        Some(serde_json::Value::Array(list)) => list.iter().filter_map(id).collect(),
        Some(value) => id(value).into_iter().collect(),
        None => Vec::new(),
    }
}

struct Collect(Vec<Box<dyn Records>>);

impl Visitor for Collect {
    fn visit<R: Resource>(&mut self) {
        self.0.push(Box::new(Of::<R>(PhantomData)));
    }
}

/// Every record type.
pub fn all() -> &'static [Box<dyn Records>] {
    static ALL: OnceLock<Vec<Box<dyn Records>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut collect = Collect(Vec::new());
        resources::visit(&mut collect);
        collect.0
    })
}

/// The record type of this name.
pub fn of(name: &str) -> Option<&'static dyn Records> {
    all().iter().find(|records| records.spec().name == name).map(Box::as_ref)
}

/// The references of a type, with the unit that its records lie in. A unit lies in the one above, its parent.
pub fn references(spec: &'static Spec) -> impl Iterator<Item = &'static Reference> {
    let own = spec.references.iter();
    let unit = own.clone().all(|reference| reference.edge != "unit") && spec.name != "Unit";
    own.chain(unit.then_some(&UNIT))
}
