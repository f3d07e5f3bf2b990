//! `GET …:differences` and `GET …/{id}/differences`.

use super::{Asked, Differences, Source, differences, source};
use crate::resource::http::State;
use crate::resource::query::{MOST, USUAL, instant};
use crate::resource::{Error, Handler, Known, Operation, Outcome, Registry, Resource};
use crate::resource::{id, pairs};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use std::sync::Arc;

/// Mounts and documents both operations of a record type.
pub fn register<R: Resource>(registry: &mut Registry) {
    let all: Handler = |state, request, _| Box::pin(differ(state, request, source::<R>()));
    let known = Known::of::<R>();
    let (noun, plural) = (known.spec.noun, known.spec.plural);
    let answer = registry.schema::<Differences>();
    let instant = |name: &str, text: &str| json!({"name": name, "in": "query", "schema": {"$ref": "#/components/schemas/InstantOrDay"}, "description": text});
    let span = || {
        [
            instant(
                "from",
                "The earlier instant (RFC 3339), or the end of that day; thirty days before the later one unless given",
            ),
            instant("to", "The later one; now unless given"),
        ]
    };
    let summary = format!("Every {noun} that is different between two instants, of those that the caller may see");
    let list = Operation::new(format!("compare{}List", known.spec.name), summary, known.spec.clause)
        .on(known.spec.name)
        .takes(span())
        .takes([
            json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST}}),
            json!({"name": "cursor", "in": "query", "schema": {"type": "string", "format": "uuid"}}),
        ])
        .answers(200, "What is different", answer.clone());
    registry.serve(Method::GET, &format!("/v1/{plural}:differences"), list, all);
    let summary = format!("How one {noun} is different between two instants");
    let one = Operation::new(format!("compare{}", known.spec.name), summary, known.spec.clause)
        .on(known.spec.name)
        .takes(span())
        .answers(200, "What is different: one record, or none", answer);
    registry.serve(Method::GET, &format!("/v1/{plural}/{{id}}/differences"), one, all);
}

impl Asked {
    fn of(pairs: &[(String, String)], of_one: bool) -> Outcome<Self> {
        let (mut from, mut to, mut limit, mut cursor) = (None, None, None, None);
        for (name, value) in pairs {
            let wrong = |why: &str| Error::Malformed(format!("{name}: {why}"));
            match name.as_str() {
                "from" if from.is_none() => from = Some(instant(name, value)?),
                "to" if to.is_none() => to = Some(instant(name, value)?),
                "limit" if limit.is_none() && !of_one => {
                    let number = value.parse().ok().filter(|number| (1..=MOST).contains(number));
                    limit = Some(number.ok_or_else(|| wrong(&format!("is 1 to {MOST}")))?);
                }
                "cursor" if cursor.is_none() && !of_one => {
                    cursor = Some(value.parse().map_err(|_| wrong("is not a UUID"))?);
                }
                _ => return Err(wrong("is not a parameter here, or is given twice")),
            }
        }
        let limit = usize::try_from(limit.unwrap_or(USUAL)).unwrap_or(usize::MAX);
        Ok(Self { from, to, limit, cursor })
    }
}

async fn differ(state: web::Data<State>, request: HttpRequest, source: Source) -> Outcome<HttpResponse> {
    let pairs = Arc::new(pairs(&request)?);
    let one = request.match_info().get("id").map(|_| id(&request)).transpose()?;
    let found = |caller| {
        let pairs = Arc::clone(&pairs);
        async move { differences(&caller, source, &Asked::of(&pairs, one.is_some())?, one).await }
    };
    state.telling(&request, found).await
}
