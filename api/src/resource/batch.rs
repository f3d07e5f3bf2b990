//! Many creations and changes of one record type in one call.

use super::content::MOST_FAULTS;
use super::http::{State, json};
use super::{Error, FieldError, Outcome, Problem, Reply, Resource, Version, View, service};
use crate::caller::Caller;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use futures::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cell::RefCell;
use utoipa::ToSchema;
use uuid::Uuid;

type Shared = web::Data<State>;

/// Many operations in one call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Batch {
    /// Try everything and keep nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// All or nothing; otherwise each operation stands for itself.
    #[serde(default)]
    pub atomic: bool,
    /// 1 to 500 operations.
    #[schema(min_items = 1, max_items = 500)]
    pub operations: Vec<BatchOperation>,
}

/// One operation: `create` with a draft, or `id`, `version` and a merge patch to change.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BatchOperation {
    /// A draft of a new record.
    #[schema(value_type = Option<Object>)]
    pub create: Option<Value>,
    /// The record to change.
    pub id: Option<Uuid>,
    /// The version that is changed.
    pub version: Option<i32>,
    /// What changes.
    #[schema(value_type = Option<Object>)]
    pub update: Option<Value>,
}

/// What became of a batch.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchOutcome {
    /// Nothing was kept.
    pub dry_run: bool,
    /// One for each operation, in order.
    pub results: Vec<BatchResult>,
}

/// What became of one operation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BatchResult {
    /// The HTTP status that it would have had alone.
    pub status: u16,
    /// The record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub record: Option<Value>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

pub(super) async fn batch<R: Resource>(state: Shared, request: HttpRequest, body: web::Bytes) -> Outcome<HttpResponse> {
    let input = json(&request, &body)?;
    // What is wrong with the operations is told only to a caller who is known, and before anybody has to wait.
    let known = state.reading(&request, |caller| async move { Ok(caller) }).await?;
    let batch: Batch = service::parse_input(input)?;
    if batch.operations.is_empty() || batch.operations.len() > 500 {
        return Err(Error::field("/operations", "has 1 to 500 operations"));
    }
    let (batch, refused) = (&batch, &RefCell::new(Vec::new()));
    let answer = state
        .writing(&request, &body, |caller| async move {
            let operate: Operate = |caller, operation| Box::pin(run_operation::<R>(caller, operation));
            run_batch(&caller, batch, operate, refused).await
        })
        .await;
    // Whatever became of the batch, here its transaction is over.
    let what = |place| format!("{} {} /operations/{place}", request.method(), super::place(&request));
    let refused: Vec<_> = refused.take().into_iter().map(|(place, why)| (what(place), why)).collect();
    known.note_denials(&refused).await;
    answer
}

/// What was refused, by its place.
type Refused = RefCell<Vec<(usize, String)>>;

/// Runs one operation of a batch; what it gives is the record as it is shown.
type Operate = for<'a> fn(&'a Caller, &'a BatchOperation) -> LocalBoxFuture<'a, Outcome<Value>>;

async fn run_batch(caller: &Caller, batch: &Batch, operate: Operate, refused: &Refused) -> Outcome<Reply> {
    refused.take();
    let whole = caller.nested().await?;
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for (i, operation) in batch.operations.iter().enumerate() {
        let step = whole.nested().await?;
        match operate(&step, operation).await {
            Ok(view) => {
                step.commit().await?;
                let status = if operation.create.is_some() { 201 } else { 200 };
                results.push(BatchResult { status, record: Some(view), problem: None });
            }
            Err(error @ (Error::Internal(_) | Error::Unavailable(_) | Error::Unknown(_) | Error::StaleAccess)) => {
                return Err(error);
            }
            Err(error) => {
                step.store.rollback().await;
                if let Error::Denied(why) = &error {
                    refused.borrow_mut().push((i, why.clone()));
                }
                let problem = error.problem();
                errors.extend(match &error {
                    Error::Invalid(list) => list
                        .iter()
                        .take(MOST_FAULTS.saturating_sub(errors.len()))
                        .map(|e| FieldError::new(format!("/operations/{i}{}", e.pointer), e.detail.clone()))
                        .collect(),
                    other => vec![FieldError::new(format!("/operations/{i}"), other.to_string())],
                });
                results.push(BatchResult { status: problem.status, record: None, problem: Some(problem) });
            }
        }
    }
    if batch.atomic && !errors.is_empty() && !batch.dry_run {
        return Err(Error::Invalid(errors));
    }
    if batch.dry_run {
        whole.store.rollback().await;
    } else {
        whole.commit().await?;
    }
    let body = serde_json::to_string(&BatchOutcome { dry_run: batch.dry_run, results })?;
    Ok(Reply::json(StatusCode::OK, body, Vec::new()))
}

async fn run_operation<R: Resource>(caller: &Caller, operation: &BatchOperation) -> Outcome<Value> {
    let found = match operation {
        BatchOperation { create: Some(draft), id: None, version: None, update: None } => {
            let created = service::create::<R>(caller, draft.clone()).await?;
            if created.secret.is_some() {
                return Err(Error::field("", "is made alone, for it tells something only once"));
            }
            created.found
        }
        BatchOperation { create: None, id: Some(id), version: Some(version), update: Some(patch) } => {
            service::update::<R>(caller, *id, Version::Exactly(*version), patch).await?
        }
        _ => return Err(Error::field("", "is either create, or id, version and update")),
    };
    Ok(serde_json::to_value(View::new(caller, &found)?)?)
}
