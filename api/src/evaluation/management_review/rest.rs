//! `GET /v1/management-reviews/{id}/minutes.pdf`.

use super::ManagementReview;
use super::pdf::{Line, heading, pdf, text};
use crate::caller::Caller;
use crate::leadership::user::User;
use crate::resource::{Error, Operation, Outcome, Registry, Resource, State, word};
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};
use isms_entity::evaluation::management_review;
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// Mounts and documents the operation.
pub fn register(registry: &mut Registry) {
    let spec = ManagementReview::SPEC;
    let file = json!({"type": "string", "format": "binary"});
    let operation =
        Operation::new("printManagementReview", "The inputs, decisions and minutes of a review, to print", spec.clause)
            .on(spec.name)
            .answers_with(200, "The document", "application/pdf", file);
    registry.route(Method::GET, "/v1/management-reviews/{id}/minutes.pdf", operation, || web::route().to(print));
}

async fn print(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let id: Uuid = request.match_info().get("id").and_then(|id| id.parse().ok()).ok_or(Error::NotFound)?;
    let (name, bytes) = state
        .reading(&request, |caller| async move {
            let row = caller.fetch::<ManagementReview>(id).await?.shown().clone();
            let names = names(&caller, &row).await?;
            Ok((row.reference.clone(), pdf(&lines(&row, &names))))
        })
        .await?;
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    Ok(HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .body(bytes))
}

async fn names(caller: &Caller, row: &management_review::Model) -> Outcome<HashMap<Uuid, String>> {
    let mut ids = row.attendee_ids.0.clone();
    ids.push(row.chair_id);
    ids.extend(row.decisions.0.iter().filter_map(|decision| decision.owner_id));
    ids.extend(row.approved_by);
    let labels = caller.labels(User::SPEC.name, Some(&ids)).await?;
    Ok(labels.into_iter().map(|label| (label.id, label.name.unwrap_or(label.reference))).collect())
}

fn lines(row: &management_review::Model, names: &HashMap<Uuid, String>) -> Vec<Line> {
    let name = |id: &Uuid| names.get(id).cloned().unwrap_or_else(|| "?".into());
    let judged = |flag: Option<bool>| flag.map_or("not decided", |flag| if flag { "yes" } else { "no" });
    let mut lines = vec![heading(&format!("{} {}", row.reference, row.title))];
    let held = row.held_on.map_or_else(|| "not held yet".into(), |day| day.to_string());
    let attendees = row.attendee_ids.0.iter().map(name).collect::<Vec<_>>().join(", ");
    lines.extend(text(&format!(
        "Period: {} to {}\nHeld: {held}\nChair: {}\nAttendees: {attendees}\nState: {}",
        row.period_from,
        row.period_to,
        name(&row.chair_id),
        word(&row.state),
    )));
    lines.push(heading("Inputs (9.3.2)"));
    for input in &row.inputs.0 {
        let figures = input.figures.0.as_object().into_iter().flatten();
        let figures = figures.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(", ");
        let figures = if input.none { "none in the period".to_owned() } else { figures };
        lines.extend(text(&format!("{}) {}: {figures}", input.letter, input.title)));
        if !input.records.0.is_empty() {
            lines.extend(text(&format!("    {}", input.records.0.join(", "))));
        }
    }
    lines.push(heading("Minutes"));
    lines.extend(text(row.minutes.as_deref().unwrap_or("-")));
    lines.push(heading("Decisions (9.3.3)"));
    for decision in &row.decisions.0 {
        let owner = decision.owner_id.as_ref().map(name).unwrap_or_default();
        let due = decision.due_on.map(|day| day.to_string()).unwrap_or_default();
        lines.extend(text(&format!("- {} ({}) {owner} {due}", decision.text, word(&decision.kind))));
    }
    lines.push(heading("Conclusion"));
    lines.extend(text(&format!(
        "Suitable: {}. Adequate: {}. Effective: {}.\n{}",
        judged(row.suitable),
        judged(row.adequate),
        judged(row.effective),
        row.conclusion.as_deref().unwrap_or("-"),
    )));
    if let (Some(by), Some(at)) = (&row.approved_by, row.approved_at) {
        let at = chrono::DateTime::<chrono::Utc>::from(at).date_naive();
        lines.extend(text(&format!("Approved by {} on {at}. SHA-256 {}", name(by), row.content_hash)));
    }
    lines
}
