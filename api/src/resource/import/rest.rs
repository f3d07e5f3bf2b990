//! `POST /v1/{plural}:import`: a file in, a report out.

use super::plan::Plan;
use super::spool::Spooled;
use super::table::{Given, WORKBOOK};
use super::{Import, Report, header, rows};
use crate::caller::Caller;
use crate::resource::Operation;
use crate::resource::heavy::{Leash, Line, heavy};
use crate::resource::http::{Reply, State};
use crate::resource::pairs;
use crate::resource::shares::Shares;
use crate::resource::{Error, Outcome, Registry};
use crate::store::Query;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use isms_authz::Action;
use serde_json::json;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Mounts and documents the import of a record type.
pub fn register<R: Import>(registry: &mut Registry) {
    let spec = R::SPEC;
    let report = registry.schema::<Report>();
    let text = |name: &str, description: &str| json!({"name": name, "in": "query", "description": description, "schema": {"type": "string"}});
    let flag = |name: &str, description: &str| json!({"name": name, "in": "query", "description": description, "schema": {"type": "boolean", "default": false}});
    let file = || json!({"type": "string", "format": "binary"});
    let summary = format!("Bring in many {} records from a CSV file or workbook, all or none", spec.noun);
    let operation = Operation::new(format!("import{}", spec.name), summary, spec.clause)
        .on(spec.name)
        .described(
            "The heading of each column is understood by its usual names in English and German. A row with a known \
             reference changes that record, where an empty cell changes nothing; any other row makes one. Mistakes are \
             told by row and column.",
        )
        .takes([
            flag("dryRun", "Try everything and keep nothing"),
            flag("ignoreUnknown", "Leave out columns that are not known, instead of refusing the file"),
            text("map", "Unusual headings: `Heading:column,…` or a JSON object; `-` leaves a column out"),
            text("sheet", "The sheet of a workbook; the first unless given"),
        ])
        .body("text/csv", file())
        .body(WORKBOOK, file())
        .answers(200, "What came of it", report);
    let path = format!("/v1/{}:import", spec.plural);
    registry.route(Method::POST, &path, operation, || web::route().to(import::<R>));
}

#[derive(Clone, Debug, Default)]
struct Options {
    dry_run: bool,
    ignore_unknown: bool,
    map: Vec<(String, String)>,
    sheet: Option<String>,
}

impl Options {
    fn parse(pairs: Vec<(String, String)>) -> Outcome<Self> {
        let mut options = Self::default();
        let wrong = |name: &str, why: &str| Error::Malformed(format!("{name}: {why}"));
        for (i, (name, value)) in pairs.iter().enumerate() {
            if pairs.iter().take(i).any(|(earlier, _)| earlier == name) {
                return Err(wrong(name, "is given twice"));
            }
            let flag = || value.parse().map_err(|_| wrong(name, "is true or false"));
            match name.as_str() {
                "dryRun" => options.dry_run = flag()?,
                "ignoreUnknown" => options.ignore_unknown = flag()?,
                "map" => {
                    options.map =
                        mapping(value).ok_or_else(|| wrong(name, "is `Heading:column,…` or a JSON object of texts"))?;
                }
                "sheet" => options.sheet = Some(value.clone()),
                _ => return Err(wrong(name, "is not a parameter here")),
            }
        }
        Ok(options)
    }
}

fn mapping(text: &str) -> Option<Vec<(String, String)>> {
    if text.trim_start().starts_with('{') {
        let map: std::collections::BTreeMap<String, String> = serde_json::from_str(text).ok()?;
        return Some(map.into_iter().collect());
    }
    let pair = |pair: &str| pair.rsplit_once(':').map(|(from, to)| (from.trim().to_owned(), to.trim().to_owned()));
    text.split(',').filter(|part| !part.trim().is_empty()).map(pair).collect()
}

/// How often it is worked out when others write meanwhile.
const ATTEMPTS: usize = 3;

/// Files that are read: one at a time for each caller, and few in all.
static FILES: LazyLock<Shares> =
    LazyLock::new(|| Shares::new("files", 2 * std::thread::available_parallelism().map_or(1, usize::from), 1));

async fn import<R: Import>(
    state: web::Data<State>,
    request: HttpRequest,
    payload: web::Payload,
) -> Outcome<HttpResponse> {
    // Nobody who is unknown, or could bring nothing in, makes us take in a large file.
    let caller =
        state.reading(&request, |caller| async move { may_bring_in::<R>(&caller).await.map(|()| caller) }).await?;
    let options = Options::parse(pairs(&request)?)?;
    let share = FILES.take(caller.id(), 1).await?;
    drop(caller);
    let file = Arc::new(Spooled::of(payload).await?);
    let (said, options) = (Arc::<str>::from(request.content_type()), Arc::new(options));
    let mut answer = Err(Error::StaleAccess);
    for _ in 0..ATTEMPTS {
        let plan = |caller| {
            let (file, said, options) = (Arc::clone(&file), Arc::clone(&said), Arc::clone(&options));
            async move { plan::<R>(&caller, &file, &said, &options).await }
        };
        let planned = state.reading_much(&request, plan).await;
        answer = match planned {
            Err(Error::StaleAccess) => Err(Error::StaleAccess),
            planned => carry_out(&state, &request, &file.digest, planned, options.dry_run).await,
        };
        if !matches!(answer, Err(Error::StaleAccess)) {
            break;
        }
    }
    drop(share);
    answer
}

/// Reads the file and works out what it comes to, in nobody's way.
async fn plan<R: Import>(caller: &Caller, file: &Spooled, said: &str, options: &Options) -> Outcome<Plan<R>> {
    let given = Given { file: file.rewound()?, said: said.to_owned(), sheet: options.sheet.clone() };
    let (map, ignore) = (options.map.clone(), options.ignore_unknown);
    let read = move |leash: &Leash| {
        let rows = given.read(&|rows| header::read::<R>(rows, &map, ignore).map(drop), leash)?;
        let header = header::read::<R>(&rows, &map, ignore)?;
        Ok((rows, header))
    };
    let (rows, header) = heavy(Line::Request(caller.id()), read).await?;
    rows::plan::<R>(caller, rows, header).await
}

/// Stores what was planned, or tells what would come of it. What was answered under the same key before is answered again.
async fn carry_out<R: Import>(
    state: &State,
    request: &HttpRequest,
    digest: &[u8],
    planned: Outcome<Plan<R>>,
    dry_run: bool,
) -> Outcome<HttpResponse> {
    let is_known_by_key = request.headers().contains_key("idempotency-key");
    match planned {
        Err(error) if !is_known_by_key => Err(error),
        Ok(plan) if dry_run && !is_known_by_key => Ok(HttpResponse::Ok().json(tried(&plan))),
        planned => {
            let planned = &Mutex::new(Some(planned));
            let run = |caller: Caller| async move { run(&caller, planned, dry_run).await };
            state.writing(request, digest, run).await
        }
    }
}

async fn run<R: Import>(caller: &Caller, planned: &Mutex<Option<Outcome<Plan<R>>>>, dry_run: bool) -> Outcome<Reply> {
    let planned = planned.lock().unwrap_or_else(PoisonError::into_inner).take();
    let report = match planned {
        Some(Ok(plan)) if dry_run => tried(&plan),
        Some(Ok(plan)) if plan.is_of(caller) => plan.store(caller).await?,
        Some(Err(error)) => return Err(error),
        // Rights have changed, or others have written: it is worked out anew.
        Some(Ok(_)) | None => return Err(Error::StaleAccess),
    };
    Ok(Reply::json(StatusCode::OK, serde_json::to_string(&report)?, Vec::new()))
}

fn tried<R: Import>(plan: &Plan<R>) -> Report {
    Report { dry_run: true, ..plan.report().clone() }
}

/// Whether the caller may make records of the type, or there is one that they may change.
async fn may_bring_in<R: Import>(caller: &Caller) -> Outcome<()> {
    if !caller.access.rules_out(Action::Create, R::SPEC.policy_type)? {
        return Ok(());
    }
    let one = Query { limit: Some(1), ..Query::default() };
    if !caller.list_for::<R>(Action::Update, &one).await?.items.is_empty() {
        return Ok(());
    }
    Err(Error::Denied(format!("no policy lets you create or update any {}", R::SPEC.noun)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusual_headings_are_mapped_as_pairs_or_json() {
        let expected = Some(vec![("Was: genau".to_owned(), "name".to_owned())]);
        assert_eq!(mapping("Was: genau:name"), expected);
        assert_eq!(mapping(r#"{"Was: genau": "name"}"#), expected);
        assert_eq!(mapping("name"), None);
        assert_eq!(mapping("{"), None);
    }
}
