//! `GET /v1/{plural}:export`: CSV page by page as it is read, workbooks whole and therefore limited.

use super::flat::{Columns, Record, flat};
use super::{Format, Sheet, Value, csv_line, workbook};
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
use isms_authz::Action;
use isms_entity::Time;
use std::sync::Arc;

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
    let pairs = Arc::new(pairs);
    let begun = |caller| {
        let pairs = Arc::clone(&pairs);
        async move { begin(&caller, source, &pairs, format).await }
    };
    let (name, begun) = state.reading_much(&request, begun).await?;
    match begun {
        Begun::Lines(as_of, first) => {
            let asker = Asker { state, who: Who::of(&request)?, as_of };
            Ok(format.answer(&name).streaming(lines(source, asker, first)))
        }
        Begun::Sheet(line, sheet) => Ok(format.answer(&name).body(heavy(line, move |_| workbook(&[sheet])).await?)),
    }
}

/// What is read before anything is answered, so that a refusal is told as one.
enum Begun {
    /// The first lines, as of an instant.
    Lines(Option<Time>, Lines),
    /// All of it, and who asks.
    Sheet(Line, Sheet),
}

async fn begin(
    caller: &Caller,
    source: Source,
    pairs: &[(String, String)],
    format: Format,
) -> Outcome<(String, Begun)> {
    let spec = source.known.spec;
    if caller.access.rules_out(Action::Export, spec.policy_type)? {
        return Err(Error::Denied(format!("no policy lets you export any {}", spec.noun)));
    }
    let listing = Listing::parse_for(source.known, caller, pairs)?;
    let caller = &in_past(caller, listing.as_of)?;
    let query = Query { limit: Some(PAGE), ..listing.query };
    let first = Part::read(source, caller, query).await?;
    let begun = match format {
        Format::Csv => {
            let headings: Vec<Value> = Columns::of(source.known).headings().into_iter().map(Into::into).collect();
            let Lines { text, next } = first.into();
            Begun::Lines(listing.as_of, Lines { text: csv_line(&headings) + &text, next })
        }
        Format::Xlsx => Begun::Sheet(Line::Request(caller.id()), whole(source, caller, first).await?),
    };
    Ok((format!("{}-{}", spec.plural, caller.today()), begun))
}

/// A page of rows and what to ask for the next.
struct Part {
    rows: Vec<Vec<Value>>,
    next: Option<Query>,
}

impl Part {
    async fn read(source: Source, caller: &Caller, query: Query) -> Outcome<Self> {
        let (records, next) = (source.read)(caller, &query).await?;
        let rows = Columns::of(source.known).rows(caller, &records).await?;
        Ok(Self { rows, next: next.map(|after| Query { after: Some(after), ..query }) })
    }
}

/// The same as it is written.
struct Lines {
    text: String,
    next: Option<Query>,
}

impl From<Part> for Lines {
    fn from(part: Part) -> Self {
        Self { text: part.rows.iter().map(|row| csv_line(row)).collect(), next: part.next }
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
    /// The next lines, by the rights of this moment.
    async fn read(&self, source: Source, query: &Query) -> Outcome<Lines> {
        let lines = |caller: Caller| async move {
            let (then, query) = (in_past(&caller.in_line(), self.as_of)?, query.clone());
            let lines = async move { Ok(Part::read(source, &then, query).await?.into()) };
            self.state.at_length(&caller, lines).await
        };
        self.state.going_on(&self.who, lines).await
    }
}

/// The file as it is read, each part by the rights that the caller has then; without any it breaks off.
fn lines(source: Source, asker: Asker, first: Lines) -> impl Stream<Item = Outcome<web::Bytes>> {
    enum Step {
        Written(Lines),
        Next(Query),
        End,
    }
    futures::stream::unfold(Step::Written(first), move |step| {
        let asker = asker.clone();
        async move {
            let lines = match step {
                Step::End => return None,
                Step::Written(lines) => lines,
                Step::Next(query) => match asker.read(source, &query).await {
                    Ok(lines) => lines,
                    Err(error) => return Some((Err(error), Step::End)),
                },
            };
            Some((Ok(web::Bytes::from(lines.text)), lines.next.map_or(Step::End, Step::Next)))
        }
    })
}

async fn whole(source: Source, caller: &Caller, first: Part) -> Outcome<Sheet> {
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
    Ok(Sheet { name: source.known.spec.plural.into(), headings, rows })
}
