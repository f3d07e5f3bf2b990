//! `GET …:sample`.

use super::{MOST, Sample, draw};
use crate::caller::Caller;
use crate::resource::http::State;
use crate::resource::pairs;
use crate::resource::query::Listing;
use crate::resource::rest::in_past;
use crate::resource::{Error, Handler, Known, Operation, Outcome, Registry, Resource, is_blank, openapi};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use std::sync::Arc;

/// Mounts and documents the drawing of samples of a record type.
pub fn register<R: Resource>(registry: &mut Registry) {
    let handler: Handler = |state, request, _| Box::pin(sample(state, request, Known::of::<R>()));
    register_known(registry, Known::of::<R>(), handler);
}

fn register_known(registry: &mut Registry, known: Known, handler: Handler) {
    let answer = registry.schema::<Sample>();
    let is_filter = |parameter: &serde_json::Value| {
        !matches!(parameter.get("name").and_then(|name| name.as_str()), Some("limit" | "cursor" | "count" | "sort"))
    };
    let summary =
        format!("Draw a sample of every {} that the caller may see, which can be drawn again", known.spec.noun);
    let operation = Operation::new(format!("draw{}Sample", known.spec.name), summary, known.spec.clause)
        .on(known.spec.name)
        .takes([
            json!({"name": "size", "in": "query", "required": true,
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST}, "description": "How many"}),
            json!({"name": "seed", "in": "query", "required": true, "schema": {"type": "string", "pattern": "\\S"},
                "description": "What to draw with; the same seed draws the same of the same records"}),
        ])
        .takes(openapi::list_parameters(known).into_iter().filter(is_filter))
        .answers(200, "The sample", answer);
    registry.serve(Method::GET, &format!("/v1/{}:sample", known.spec.plural), operation, handler);
}

async fn sample(state: web::Data<State>, request: HttpRequest, known: Known) -> Outcome<HttpResponse> {
    let pairs = Arc::new(pairs(&request)?);
    let drawn = |caller: Caller| {
        let pairs = Arc::clone(&pairs);
        async move { drawn(&caller, known, &pairs).await }
    };
    state.telling(&request, drawn).await
}

async fn drawn(caller: &Caller, known: Known, pairs: &[(String, String)]) -> Outcome<Sample> {
    let (mut size, mut seed, mut filters) = (None, None, Vec::new());
    for (name, value) in pairs {
        let wrong = |why: &str| Error::Malformed(format!("{name}: {why}"));
        match name.as_str() {
            "size" if size.is_none() => {
                let number = value.parse().ok().filter(|number| (1..=MOST).contains(number));
                size = Some(number.ok_or_else(|| wrong("is 1 to 500"))?);
            }
            "seed" if seed.is_none() && !is_blank(value) => seed = Some(value.clone()),
            "limit" | "cursor" | "count" | "sort" | "size" | "seed" => {
                return Err(wrong("is not taken here, is given twice or is empty: a sample is drawn from all"));
            }
            _ => filters.push((name.clone(), value.clone())),
        }
    }
    let (Some(size), Some(seed)) = (size, seed) else {
        return Err(Error::Malformed("size and seed: how many are drawn, and with what".into()));
    };
    let listing = Listing::parse_for(known, caller, &filters)?;
    let population = in_past(caller, listing.as_of)?.population(known, &listing.query).await?;
    let many = population.len() as u64;
    let size = usize::try_from(size).unwrap_or_default();
    Ok(Sample { drawn: draw(&seed, population, size), seed, population: many })
}
