//! `GET /v1/trail/…`: the sealed log, for whoever wants to check it at home.

use super::{TrailCheckpoint, TrailKey, log};
use crate::resource::query::{MOST, USUAL};
use crate::resource::{Error, Operation, Outcome, Registry, State, pairs};
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use isms_seal::verify::Told;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use utoipa::ToSchema;

/// Personal data that an entry committed to, until it is erased.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrailOpening {
    /// Which field, before or after the change.
    pub context: String,
    /// The salt, base64.
    pub salt: String,
    /// The value, as JSON.
    pub value: String,
}

/// An entry of the log.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrailEntry {
    /// Its index from 0.
    pub index: u64,
    /// Its leaf, base64: 49 bytes.
    pub leaf: String,
    /// The body that the leaf holds the hash of; none for who may not read all that it tells of.
    pub body: Option<String>,
    /// What of its personal data is neither erased nor withheld.
    pub openings: Vec<TrailOpening>,
    /// Contexts of what is there and not for the reader.
    pub withheld: Vec<String>,
    /// The index of the entry that erased what is neither told nor withheld.
    pub erased_by: Option<u64>,
}

/// A proof by Merkle hashes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TrailProof {
    /// Entries of the log that it is about.
    pub size: u64,
    /// Hashes, base64.
    pub proof: Vec<String>,
}

/// Mounts and documents the operations.
pub fn register(registry: &mut Registry) {
    let operation = |id: &str, summary: &str| Operation::new(id, summary, "9 Evaluation");
    let number = |name: &str, required: bool, text: &str| {
        json!({"name": name, "in": "query", "required": required, "description": text,
            "schema": {"type": "integer", "minimum": 0}})
    };
    let many = |schema: Value| json!({"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": schema}}});
    let bytes = json!({"type": "string", "format": "binary"});
    let newest =
        operation("trailCheckpoint", "The newest signed checkpoint of the sealed trail (C2SP tlog-checkpoint)")
            .answers_with(200, "The note", "text/plain", json!({"type": "string"}));
    registry.route(Method::GET, "/v1/trail/checkpoint", newest, || web::route().to(checkpoint));
    let schema = registry.schema::<TrailCheckpoint>();
    let all = operation("trailCheckpoints", "All signed checkpoints, oldest first")
        .takes([
            number("after", false, "After this one: the `number` of the last one read"),
            number("limit", false, "How many"),
        ])
        .answers(200, "The checkpoints", many(schema));
    registry.route(Method::GET, "/v1/trail/checkpoints", all, || web::route().to(checkpoints));
    let schema = registry.schema::<TrailKey>();
    let keys = operation("trailKeys", "The keys that have signed checkpoints, in their order").answers(
        200,
        "The keys",
        many(schema),
    );
    registry.route(Method::GET, "/v1/trail/keys", keys, || web::route().to(show_keys));
    let tile = operation("trailTile", "A tile of hashes, or a bundle of entries (C2SP tlog-tiles)").answers_with(
        200,
        "Its bytes",
        "application/octet-stream",
        bytes,
    );
    registry.route(Method::GET, "/v1/trail/tile/{tail}", tile, || web::route().to(show_tile));
    let schema = registry.schema::<TrailEntry>();
    let entries = operation("trailEntries", "Entries with what they tell of, for who may read it")
        .takes([
            number("from", false, "The first, by its index from 0"),
            number("limit", false, "How many, 256 at most"),
        ])
        .answers(200, "The entries", many(schema));
    registry.route(Method::GET, "/v1/trail/entries", entries, || web::route().to(show_entries));
    let schema = registry.schema::<TrailProof>();
    let inclusion = operation("trailInclusion", "That an entry is in the log (RFC 6962, 2.1.1)")
        .takes([number("index", true, "The entry's index from 0"), number("size", true, "Entries of the log")])
        .answers(200, "The proof", schema.clone());
    registry.route(Method::GET, "/v1/trail/inclusion", inclusion, || web::route().to(show_inclusion));
    let consistency = operation("trailConsistency", "That a log begins with an earlier one (RFC 6962, 2.1.2)")
        .takes([number("from", true, "Entries of the earlier"), number("to", true, "Entries of the later")])
        .answers(200, "The proof", schema);
    registry.route(Method::GET, "/v1/trail/consistency", consistency, || web::route().to(show_consistency));
}

/// The numbers that were asked for, by name.
fn numbers(request: &HttpRequest, names: &[&str]) -> Outcome<HashMap<String, u64>> {
    let mut numbers = HashMap::new();
    for (name, value) in pairs(request)? {
        if !names.contains(&name.as_str()) || numbers.contains_key(&name) {
            return Err(Error::Malformed(format!("{name}: is not a parameter here, or is given twice")));
        }
        let number = value.parse().ok().filter(|number: &u64| i64::try_from(*number).is_ok());
        let number = number.ok_or_else(|| Error::Malformed(format!("{name}: is not a whole number")))?;
        numbers.insert(name, number);
    }
    Ok(numbers)
}

/// Two numbers that must be there.
fn two(request: &HttpRequest, names: [&str; 2]) -> Outcome<(u64, u64)> {
    let numbers = numbers(request, &names)?;
    let [first, second] = names.map(|name| numbers.get(name).copied());
    first.zip(second).ok_or_else(|| Error::Malformed(format!("{}: are both needed", names.join(", "))))
}

fn limit(numbers: &HashMap<String, u64>, usual: u64, most: u64) -> Outcome<u64> {
    let limit = numbers.get("limit").copied().unwrap_or(usual);
    if (1..=most).contains(&limit) { Ok(limit) } else { Err(Error::Malformed(format!("limit: is 1 to {most}"))) }
}

async fn checkpoint(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let request = &request;
    let read = |caller| async move {
        numbers(request, &[])?;
        log::newest(&caller).await
    };
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(state.reading(request, read).await?.note))
}

async fn checkpoints(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let request = &request;
    let read = |caller| async move {
        let asked = numbers(request, &["after", "limit"])?;
        let after = asked.get("after").copied().unwrap_or_default();
        log::checkpoints(&caller, after, limit(&asked, USUAL, MOST)?).await
    };
    Ok(HttpResponse::Ok().json(json!({"items": state.reading(request, read).await?})))
}

async fn show_keys(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let request = &request;
    let read = |caller| async move {
        numbers(request, &[])?;
        log::keys(&caller).await
    };
    Ok(HttpResponse::Ok().json(json!({"items": state.reading(request, read).await?})))
}

async fn show_tile(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let request = &request;
    let read = |caller| async move {
        numbers(request, &[])?;
        log::tile(&caller, &format!("tile/{}", request.match_info().query("tail"))).await
    };
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(state.reading(request, read).await?))
}

async fn show_entries(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let told = |caller| {
        let asked = numbers(&request, &["from", "limit"]);
        async move {
            let asked = asked?;
            let from = asked.get("from").copied().unwrap_or_default();
            let lines = log::entries(&caller, from, limit(&asked, log::MOST, log::MOST)?).await?;
            Ok(json!({"items": lines.into_iter().map(entry).collect::<Outcome<Vec<_>>>()?}))
        }
    };
    state.telling(&request, told).await
}

fn entry(line: log::Line) -> Outcome<TrailEntry> {
    TrailEntry::new(line.entry.position, &line.entry.encode(), line.told)
}

impl TrailEntry {
    /// An entry by its index, its leaf's bytes and what it tells of.
    ///
    /// # Errors
    /// When what it tells of is no text.
    pub fn new(index: u64, leaf: &[u8], told: Option<Told>) -> Outcome<Self> {
        Ok(Self { index, leaf: STANDARD.encode(leaf), ..written(told)? })
    }
}

fn written(told: Option<Told>) -> Outcome<TrailEntry> {
    let text = |bytes| String::from_utf8(bytes).map_err(|error| Error::Internal(error.to_string()));
    let is_told = told.is_some();
    let Told { body, openings, withheld, erased_by } = told.unwrap_or_default();
    let opening = |opening: isms_seal::body::Opening| {
        Ok(TrailOpening { context: opening.context, salt: STANDARD.encode(opening.salt), value: text(opening.value)? })
    };
    Ok(TrailEntry {
        index: 0,
        leaf: String::new(),
        body: Some(body).filter(|_| is_told).map(text).transpose()?,
        openings: openings.into_iter().map(opening).collect::<Outcome<_>>()?,
        withheld,
        erased_by,
    })
}

async fn show_inclusion(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let request = &request;
    let read = |caller| async move {
        let (index, size) = two(request, ["index", "size"])?;
        Ok(proven(size, &log::inclusion(&caller, index, size).await?))
    };
    Ok(HttpResponse::Ok().json(state.reading(request, read).await?))
}

async fn show_consistency(state: web::Data<State>, request: HttpRequest) -> Outcome<HttpResponse> {
    let request = &request;
    let read = |caller| async move {
        let (from, to) = two(request, ["from", "to"])?;
        Ok(proven(to, &log::consistency(&caller, from, to).await?))
    };
    Ok(HttpResponse::Ok().json(state.reading(request, read).await?))
}

fn proven(size: u64, proof: &[[u8; 32]]) -> TrailProof {
    TrailProof { size, proof: proof.iter().map(|hash| STANDARD.encode(hash)).collect() }
}
