//! `GET /v1/{plural}:export`: CSV page by page as it is read, workbooks whole and therefore limited.

use super::flat::Columns;
use super::{Format, Sheet, csv_line, workbook};
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::Operation;
use crate::resource::http::{State, pairs};
use crate::resource::query::Listing;
use crate::resource::rest::in_past;
use crate::resource::{Error, Outcome, Registry, Resource, openapi};
use crate::store::Query;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use futures::Stream;
use std::sync::Arc;

/// Records that are read at once.
const PAGE: u64 = 500;
/// The most records that a workbook holds, for it is built in memory.
const MOST_IN_WORKBOOK: usize = 20_000;

/// Mounts and documents the export of a record type.
pub fn register<R: Resource>(registry: &mut Registry) {
    let spec = R::SPEC;
    let paging = |parameter: &serde_json::Value| {
        !matches!(parameter.get("name").and_then(|name| name.as_str()), Some("limit" | "cursor" | "count"))
    };
    let summary = format!("Take out every {} that the caller may export, as a file", spec.noun);
    let operation = Operation::new(format!("export{}", spec.name), summary, spec.clause).on(spec.name);
    let operation = Format::documented(operation).takes(openapi::list_parameters::<R>().into_iter().filter(paging));
    let path = format!("/v1/{}:export", spec.plural);
    registry.route(Method::GET, &path, operation, || web::route().to(export::<R>));
}

async fn export<R: Resource>(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let mut pairs = pairs(&request)?;
    let format = Format::take(&mut pairs)?;
    if let Some((name, _)) = pairs.iter().find(|(name, _)| matches!(name.as_str(), "limit" | "cursor" | "count")) {
        return Err(Error::Malformed(format!("{name}: is not a parameter here; a file holds all")));
    }
    let listing = Listing::parse::<R>(&pairs)?;
    let query = &Query { limit: Some(PAGE), ..listing.query };
    // The first page is read before anything is answered, so that a refusal is told as one.
    let (caller, first) = state
        .reading(&request, |caller| async move {
            let caller = in_past(&caller, listing.as_of)?;
            let first = Part::read::<R>(&caller, query.clone()).await?;
            Ok((caller, first))
        })
        .await?;
    let name = format!("{}-{}", R::SPEC.plural, caller.today());
    match format {
        Format::Csv => Ok(format.answer(&name).streaming(csv::<R>(caller, first))),
        Format::Xlsx => Ok(format.answer(&name).body(whole::<R>(&caller, first).await?)),
    }
}

/// A page of rows and what to ask for the next.
struct Part {
    rows: Vec<Vec<super::Value>>,
    next: Option<Query>,
}

impl Part {
    async fn read<R: Resource>(caller: &Caller, query: Query) -> Outcome<Self> {
        let page = caller.list_for::<R>(Action::Export, &query).await?;
        let rows = Columns::of::<R>().rows(caller, &page.items).await?;
        Ok(Self { rows, next: page.next.map(|after| Query { after: Some(after), ..query }) })
    }
}

/// The file as it is read; it breaks off when the caller's rights change meanwhile.
fn csv<R: Resource>(caller: Caller, first: Part) -> impl Stream<Item = Outcome<web::Bytes>> {
    enum Step {
        Head(Part),
        Next(Query),
        End,
    }
    let text = |rows: &[Vec<super::Value>]| rows.iter().map(|row| csv_line(row)).collect::<String>();
    let caller = Arc::new(caller);
    futures::stream::unfold(Step::Head(first), move |step| {
        let caller = Arc::clone(&caller);
        async move {
            let (head, part) = match step {
                Step::End => return None,
                Step::Head(part) => {
                    let headings: Vec<super::Value> =
                        Columns::of::<R>().headings().into_iter().map(Into::into).collect();
                    (csv_line(&headings), part)
                }
                Step::Next(query) => match Part::read::<R>(&caller, query).await {
                    Ok(part) => (String::new(), part),
                    Err(error) => return Some((Err(error), Step::End)),
                },
            };
            let bytes = web::Bytes::from(head + &text(&part.rows));
            Some((Ok(bytes), part.next.map_or(Step::End, Step::Next)))
        }
    })
}

async fn whole<R: Resource>(caller: &Caller, first: Part) -> Outcome<Vec<u8>> {
    let Part { mut rows, mut next } = first;
    while let Some(query) = next {
        let part = Part::read::<R>(caller, query).await?;
        rows.extend(part.rows);
        next = part.next;
        if rows.len() > MOST_IN_WORKBOOK {
            let detail =
                format!("there are more than {MOST_IN_WORKBOOK} records: filter them, or take them out as CSV");
            return Err(Error::Malformed(format!("format: {detail}")));
        }
    }
    let sheet = Sheet { name: R::SPEC.plural.into(), headings: Columns::of::<R>().headings(), rows };
    web::block(move || workbook(&[sheet])).await.map_err(|error| Error::Internal(error.to_string()))?
}
