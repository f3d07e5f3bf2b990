//! The statement beyond what every record has: the live draft, differences between versions, sheets for the auditor.

use super::sheet::{self, Front};
use super::version::{Version, organisation, owners};
use super::{Difference, Draft, Statement, build, diff, entries};
use crate::caller::Caller;
use crate::planning::control::Control;
use crate::planning::risk::Risk;
use crate::resource::Operation;
use crate::resource::export::{Format, answer_pdf, workbook};
use crate::resource::heavy::{Line, heavy};
use crate::resource::{Error, Outcome, Registry, Resource, State, id, in_past, only_as_of, pairs};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use isms_authz::Action;
use isms_entity::planning::statement::StatementEntry;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Mounts and documents the operations.
pub fn register(registry: &mut Registry) {
    let spec = Statement::SPEC;
    let operation = |id: &str, summary: &str| Operation::new(id, summary, spec.clause).on(spec.name);
    let live = registry.schema::<Draft>();
    let read =
        operation("readStatementDraft", "The statement as the controls have it now, and what keeps it from approval")
            .takes([as_of_parameter()])
            .answers(200, "The live draft", live);
    registry.route(Method::GET, "/v1/statements/draft", read, || web::route().to(draft));
    let take = operation("exportStatementDraft", "The live draft as a sheet").takes([as_of_parameter()]);
    let take = Format::documented(take);
    registry.route(Method::GET, "/v1/statements/draft/export", take, || web::route().to(export_draft));
    let take = operation("exportStatementVersion", "One version as a sheet, as a certification body expects it");
    let take = Format::documented(take);
    registry.route(Method::GET, "/v1/statements/{id}/export", take, || web::route().to(export_version));
    let paper = operation("printStatementVersion", "One version of the statement, to print").answers_with(
        200,
        "The document",
        "application/pdf",
        json!({"type": "string", "format": "binary"}),
    );
    registry.route(Method::GET, "/v1/statements/{id}/statement.pdf", paper, || web::route().to(print_version));
    let difference = registry.schema::<Difference>();
    let differences = operation("diffStatement", "What changed, control by control, from another version to this one")
        .takes([json!({"name": "against", "in": "query", "required": true, "schema": {"type": "string"},
            "description": "The other version's id, or `draft` for the live draft, which then is the later one"})])
        .answers(
            200,
            "The differences",
            json!({"type": "object", "required": ["differences"],
                "properties": {"differences": {"type": "array", "items": difference}}}),
        );
    registry.route(Method::GET, "/v1/statements/{id}/diff", differences, || web::route().to(differ));
}

fn as_of_parameter() -> Value {
    json!({"name": "asOf", "in": "query", "schema": {"$ref": "#/components/schemas/InstantOrDay"},
        "description": "As of this instant (RFC 3339) or the end of this day"})
}

fn nothing_else(pairs: &[(String, String)]) -> Outcome<()> {
    match pairs.first() {
        Some((name, _)) => Err(Error::Malformed(format!("{name}: is not a parameter here"))),
        None => Ok(()),
    }
}

/// The live draft, for those who may see every control and risk: one with holes misleads.
async fn whole_draft(caller: &Caller, action: Action) -> Outcome<Draft> {
    if !(caller.sees_every::<Control>(action)? && caller.sees_every::<Risk>(action)?) {
        let detail = "the draft shows every control and the risks that rest on it; you may not see all of them";
        return Err(Error::Denied(detail.into()));
    }
    caller.confirm_access().await?;
    build(caller).await
}

async fn draft(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let as_of = only_as_of(&pairs(&request)?)?;
    let drawn = |caller: Caller| async move { whole_draft(&in_past(&caller, as_of)?, Action::List).await };
    state.telling(&request, drawn).await
}

async fn differ(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let id = id(&request)?;
    let pairs = Arc::new(pairs(&request)?);
    let told = |caller| {
        let pairs = Arc::clone(&pairs);
        async move { Ok(json!({"differences": differences(&caller, id, &pairs).await?})) }
    };
    state.telling(&request, told).await
}

async fn differences(caller: &Caller, id: Uuid, pairs: &[(String, String)]) -> Outcome<Vec<Difference>> {
    let this = entries(&caller.fetch::<Statement>(id).await?)?;
    let against = match pairs {
        [(name, value)] if name == "against" => value.as_str(),
        _ => return Err(Error::Malformed("against: is the one parameter: a version's id, or draft".into())),
    };
    if against == "draft" {
        return Ok(diff(&this, &whole_draft(caller, Action::List).await?.entries));
    }
    let other = against.parse().map_err(|_| Error::Malformed("against: is a version's id, or draft".into()))?;
    let other = entries(&caller.fetch::<Statement>(other).await?)?;
    Ok(diff(&other, &this))
}

async fn export_draft(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let mut pairs = pairs(&request)?;
    let format = Format::take(&mut pairs)?;
    let as_of = only_as_of(&pairs)?;
    let (line, front, entries, owners) = state
        .reading_much(&request, |caller| async move {
            let caller = in_past(&caller, as_of)?;
            whole_draft(&caller, Action::Export).await?;
            let draft = whole_draft(&caller, Action::List).await?;
            let front = Front {
                organisation: organisation(&caller).await?,
                title: "Statement of Applicability".into(),
                version: format!("draft of {}", caller.today()),
                state: "draft".into(),
                ..Front::default()
            };
            let owners = owners(&caller, &draft.entries).await?;
            Ok((Line::Request(caller.id()), front, draft.entries, owners))
        })
        .await?;
    file(line, format, "statement-of-applicability-draft", &front, &entries, &owners).await
}

async fn export_version(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let mut pairs = pairs(&request)?;
    let format = Format::take(&mut pairs)?;
    nothing_else(&pairs)?;
    let (line, Version { front, entries, owners, name }) = exported(&state, &request).await?;
    file(line, format, &name, &front, &entries, &owners).await
}

async fn print_version(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    nothing_else(&pairs(&request)?)?;
    let (line, version) = exported(&state, &request).await?;
    Ok(answer_pdf(&version.name, version.print(line).await?))
}

/// A version for those who may take it along.
async fn exported(state: &State, request: &HttpRequest) -> Outcome<(Line, Version)> {
    let id = id(request)?;
    let version = |caller: Caller| async move {
        let found = caller.fetch::<Statement>(id).await?;
        let _ = caller.permit::<Statement>(Action::Export, &found.row)?;
        Ok((Line::Request(caller.id()), Version::of(&caller, found).await?))
    };
    state.reading_much(request, version).await
}

async fn file(
    line: Line,
    format: Format,
    name: &str,
    front: &Front,
    entries: &[StatementEntry],
    owners: &HashMap<Uuid, String>,
) -> Outcome<HttpResponse> {
    match format {
        Format::Csv => Ok(format.answer(name).body(sheet::csv(entries, owners))),
        Format::Xlsx => {
            let sheets = sheet::sheets(front, entries, owners);
            Ok(format.answer(name).body(heavy(line, move |_| workbook(&sheets)).await?))
        }
    }
}
