//! `GET /v1/calendar`, `/v1/calendar.ics`, `/v1/tasks` and `/v1/cycle`.

use super::{Calendar, Cycle, Tasks, calendar, cycle, ics, tasks};
use crate::caller::Caller;
use crate::resource::span;
use crate::resource::{Error, Operation, Outcome, Registry, State, pairs};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

/// Mounts and documents the operations.
pub fn register(registry: &mut Registry) {
    let clause = "9 Evaluation";
    let schema = registry.schema::<Tasks>();
    let operation =
        Operation::new("tasks", "What waits for me: approve, acknowledge, review, treat, test, answer", clause)
            .answers(200, "What waits", schema);
    registry.route(Method::GET, "/v1/tasks", operation, || web::route().to(show_tasks));
    let schema = registry.schema::<Calendar>();
    let operation = Operation::new("calendar", "What is overdue and upcoming, in the order of its days", clause)
        .takes(span::parameters(false))
        .answers(200, "What is due", schema);
    registry.route(Method::GET, "/v1/calendar", operation, || web::route().to(show_calendar));
    let operation = Operation::new("calendarFeed", "The calendar as an iCalendar feed (RFC 5545)", clause)
        .described("Calendar programs send the token as the password of HTTP Basic authentication, with any user name.")
        .takes(span::parameters(false))
        .answers_with(200, "The feed", "text/calendar", json!({"type": "string"}));
    registry.route(Method::GET, "/v1/calendar.ics", operation, || web::route().to(feed));
    let schema = registry.schema::<Cycle>();
    let operation = Operation::new("cycle", "What was planned, done, checked and acted on in a period", clause)
        .takes(span::parameters(true))
        .answers(200, "The cycle", schema);
    registry.route(Method::GET, "/v1/cycle", operation, || web::route().to(show_cycle));
}

async fn show_tasks(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    if let Some((name, _)) = pairs(&request)?.first() {
        return Err(Error::Malformed(format!("{name}: is not a parameter here")));
    }
    state.telling(&request, |caller| async move { tasks(&caller).await }).await
}

async fn show_calendar(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let (from, to) = span::asked(&pairs(&request)?)?;
    state.telling(&request, |caller| async move { calendar(&caller, from, to).await }).await
}

async fn feed(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let (from, to) = span::asked(&pairs(&request)?)?;
    let told = state
        .reading_much(&request, |caller| async move {
            let told = calendar(&caller, from, to).await?;
            Ok(ics(&told, caller.now().into()))
        })
        .await?;
    Ok(HttpResponse::Ok().content_type("text/calendar; charset=utf-8").body(told))
}

async fn show_cycle(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let (from, to) = span::asked(&pairs(&request)?)?;
    let told = |caller: Caller| async move {
        let missing = || Error::Malformed("from, to: the first and last day of the period".into());
        cycle(&caller, from.ok_or_else(missing)?, to.ok_or_else(missing)?).await
    };
    state.telling(&request, told).await
}
