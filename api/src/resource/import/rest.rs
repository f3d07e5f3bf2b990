//! `POST /v1/{plural}:import`: a file in, a report out.

use super::table::{self, Row, WORKBOOK};
use super::{Import, Report, rows};
use crate::authz::Action;
use crate::caller::Caller;
use crate::resource::Operation;
use crate::resource::http::{Reply, State, pairs};
use crate::resource::{Error, Outcome, Registry};
use crate::store::Query;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use futures::StreamExt;
use serde_json::json;

/// The largest file, bytes.
const LARGEST: usize = 64 << 20;

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

async fn import<R: Import>(
    state: web::Data<State>,
    request: HttpRequest,
    payload: web::Payload,
) -> Outcome<HttpResponse> {
    // Nobody who is unknown, or could bring nothing in, makes us take in a large file.
    state.reading(&request, |caller| async move { may_bring_in::<R>(&caller).await }).await?;
    let options = Options::parse(pairs(&request)?)?;
    let body = body(payload).await?;
    let (bytes, said, sheet) = (body.clone(), request.content_type().to_owned(), options.sheet.clone());
    let rows = web::block(move || table::read(&bytes, &said, sheet.as_deref()))
        .await
        .map_err(|error| Error::Internal(error.to_string()))??;
    let (rows, options) = (&rows, &options);
    state.writing(&request, &body, |caller| async move { run::<R>(&caller, rows, options).await }).await
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

async fn body(mut payload: web::Payload) -> Outcome<web::Bytes> {
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Error::Malformed(format!("the body cannot be read: {error}")))?;
        if body.len() + chunk.len() > LARGEST {
            return Err(Error::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

async fn run<R: Import>(caller: &Caller, rows: &[Row], options: &Options) -> Outcome<Reply> {
    let whole = caller.nested().await?;
    let mut report = rows::bring_in::<R>(&whole, rows, &options.map, options.ignore_unknown).await?;
    report.dry_run = options.dry_run;
    if options.dry_run {
        whole.store.rollback().await;
    } else {
        whole.commit().await?;
    }
    Ok(Reply::json(StatusCode::OK, serde_json::to_string(&report)?, Vec::new()))
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
