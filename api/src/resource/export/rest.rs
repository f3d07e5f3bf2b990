//! `GET /v1/{plural}:export`: CSV page by page as it is read, workbooks whole and therefore limited.

use super::flat::{Columns, Record, flat};
use super::{Format, Sheet, csv_line, workbook};
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::Operation;
use crate::resource::heavy::{Line, heavy};
use crate::resource::http::{State, Who};
use crate::resource::pairs;
use crate::resource::query::Listing;
use crate::resource::rest::in_past;
use crate::resource::{Error, Handler, Known, Outcome, Registry, Resource, openapi};
use crate::store::{After, Query};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use futures::Stream;
use futures::future::BoxFuture;
use isms_entity::Time;

/// Records that are read at once.
const PAGE: u64 = 500;
/// The most records that a workbook holds, for it is built in memory.
const MOST_IN_WORKBOOK: usize = 20_000;

/// Mounts and documents the export of a record type.
pub fn register<R: Resource>(registry: &mut Registry) {
    let handler: Handler = |state, request, _| {
        let source = Source { known: Known::of::<R>(), read: |caller, query| Box::pin(records::<R>(caller, query)) };
        Box::pin(export(state, request, source))
    };
    register_known(registry, Known::of::<R>(), handler);
}

fn register_known(registry: &mut Registry, known: Known, handler: Handler) {
    let spec = known.spec;
    let paging = |parameter: &serde_json::Value| {
        !matches!(parameter.get("name").and_then(|name| name.as_str()), Some("limit" | "cursor" | "count"))
    };
    let summary = format!("Take out every {} that the caller may export, as a file", spec.noun);
    let operation = Operation::new(format!("export{}", spec.name), summary, spec.clause).on(spec.name);
    let operation = Format::documented(operation).takes(openapi::list_parameters(known).into_iter().filter(paging));
    let path = format!("/v1/{}:export", spec.plural);
    registry.serve(Method::GET, &path, operation, handler);
}

/// A page of records by their fields, and where the next one begins.
type Records = (Vec<Record>, Option<After>);

/// Where the records of a file come from, without their type.
#[derive(Clone, Copy)]
struct Source {
    known: Known,
    read: for<'a> fn(&'a Caller, &'a Query) -> BoxFuture<'a, Outcome<Records>>,
}

/// Records that the caller may export.
async fn records<R: Resource>(caller: &Caller, query: &Query) -> Outcome<Records> {
    let page = caller.list_for::<R>(Action::Export, query).await?;
    Ok((page.items.iter().map(flat).collect::<Outcome<Vec<_>>>()?, page.next))
}

async fn export(state: web::Data<State>, request: HttpRequest, source: Source) -> Outcome<HttpResponse> {
    let mut pairs = pairs(&request)?;
    let format = Format::take(&mut pairs)?;
    if let Some((name, _)) = pairs.iter().find(|(name, _)| matches!(name.as_str(), "limit" | "cursor" | "count")) {
        return Err(Error::Malformed(format!("{name}: is not a parameter here; a file holds all")));
    }
    let pairs = &pairs;
    // The first page is read before anything is answered, so that a refusal is told as one.
    let (as_of, caller, first) = state
        .reading(&request, |caller| async move {
            let spec = source.known.spec;
            if caller.access.rules_out(Action::Export, spec.policy_type)? {
                return Err(Error::Denied(format!("no policy lets you export any {}", spec.noun)));
            }
            let listing = Listing::parse_for(source.known, &caller, pairs)?;
            let as_of = listing.as_of;
            let caller = in_past(&caller, as_of)?;
            let query = Query { limit: Some(PAGE), ..listing.query };
            let first = Part::read(source, &caller, query).await?;
            Ok((as_of, caller, first))
        })
        .await?;
    let name = format!("{}-{}", source.known.spec.plural, caller.today());
    match format {
        Format::Csv => {
            Ok(format.answer(&name).streaming(csv(source, Asker { state, who: Who::of(&request)?, as_of }, first)))
        }
        Format::Xlsx => Ok(format.answer(&name).body(whole(source, &caller, first).await?)),
    }
}

/// A page of rows and what to ask for the next.
struct Part {
    rows: Vec<Vec<super::Value>>,
    next: Option<Query>,
}

impl Part {
    async fn read(source: Source, caller: &Caller, query: Query) -> Outcome<Self> {
        let (records, next) = (source.read)(caller, &query).await?;
        let rows = Columns::of(source.known).rows(caller, &records).await?;
        Ok(Self { rows, next: next.map(|after| Query { after: Some(after), ..query }) })
    }
}

/// Who asks for a file that is sent as it is read.
#[derive(Clone)]
struct Asker {
    state: web::Data<State>,
    who: Who,
    as_of: Option<Time>,
}

impl Asker {
    /// The next part, by the rights of this moment.
    async fn read(&self, source: Source, query: &Query) -> Outcome<Part> {
        let part = |caller: Caller| async move {
            let _share = self.state.share(&caller).await?;
            Part::read(source, &in_past(&caller, self.as_of)?, query.clone()).await
        };
        self.state.going_on(&self.who, part).await
    }
}

/// The file as it is read, each part by the rights that the caller has then; without any it breaks off.
fn csv(source: Source, asker: Asker, first: Part) -> impl Stream<Item = Outcome<web::Bytes>> {
    enum Step {
        Head(Part),
        Next(Query),
        End,
    }
    let text = |rows: &[Vec<super::Value>]| rows.iter().map(|row| csv_line(row)).collect::<String>();
    futures::stream::unfold(Step::Head(first), move |step| {
        let asker = asker.clone();
        async move {
            let (head, part) = match step {
                Step::End => return None,
                Step::Head(part) => {
                    let headings: Vec<super::Value> =
                        Columns::of(source.known).headings().into_iter().map(Into::into).collect();
                    (csv_line(&headings), part)
                }
                Step::Next(query) => match asker.read(source, &query).await {
                    Ok(part) => (String::new(), part),
                    Err(error) => return Some((Err(error), Step::End)),
                },
            };
            let bytes = web::Bytes::from(head + &text(&part.rows));
            Some((Ok(bytes), part.next.map_or(Step::End, Step::Next)))
        }
    })
}

async fn whole(source: Source, caller: &Caller, first: Part) -> Outcome<Vec<u8>> {
    let too_much = |of: &str| Error::Malformed(format!("format: {of}: filter them, or take them out as CSV"));
    let Part { mut rows, mut next } = first;
    let mut weight = super::workbook::weight(&rows);
    while let Some(query) = next {
        let part = Part::read(source, caller, query).await?;
        weight += super::workbook::weight(&part.rows);
        if rows.len() + part.rows.len() > MOST_IN_WORKBOOK {
            return Err(too_much(&format!("there are more than {MOST_IN_WORKBOOK} records")));
        }
        if weight > super::workbook::HEAVIEST {
            return Err(too_much("the records hold more than a workbook is made of"));
        }
        rows.extend(part.rows);
        next = part.next;
    }
    let headings = Columns::of(source.known).headings();
    let sheet = Sheet { name: source.known.spec.plural.into(), headings, rows };
    heavy(Line::Request(caller.id()), move |_| workbook(&[sheet])).await
}
