//! The OpenAPI document promises what comes: every answer that a test receives is held against it, and every body that
//! is taken as well.

use crate::persona::Reply;
use jsonschema::Validator;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

/// The parts of an address, and the address.
type Address = (Vec<String>, String);

/// The document, and every address in it.
static DOCUMENT: LazyLock<(Value, Vec<Address>)> = LazyLock::new(|| {
    let document = isms::app::registry().document();
    let paths = document["paths"].as_object().expect("paths");
    let parts = |path: &String| (path.split('/').map(str::to_owned).collect(), path.clone());
    let paths = paths.keys().map(parts).collect();
    (document, paths)
});

/// What holds bodies against their schemas, by the schema.
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// What was sent.
pub struct Sent {
    method: String,
    path: String,
    media: String,
    body: Vec<u8>,
}

impl Sent {
    /// What is about to be sent; nothing where the document says nothing of it.
    pub fn of(request: &reqwest::Request) -> Option<Self> {
        let path = request.url().path();
        let media = media(request.headers());
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default().to_vec();
        // What is spelt otherwise is looked at where spelling is.
        (path.starts_with("/v1/") && !path.contains('%')).then(|| Self {
            method: request.method().as_str().to_lowercase(),
            path: path.to_owned(),
            media,
            body,
        })
    }

    /// Holds the answer against what the document promises for it, and what was sent against what it asks for.
    pub fn hold(&self, reply: &Reply) {
        let Some((path, operation)) = self.operation() else {
            return assert!(reply.status >= 400, "{} {}: is taken, but is in no document", self.method, self.path);
        };
        let place = format!("{} {path} -> {}", self.method, reply.status);
        let mut lies = answer_lies(operation, reply);
        if (200..300).contains(&reply.status) {
            lies.extend(self.body_lies(operation));
        }
        match std::env::var_os("LIES") {
            Some(file) if !lies.is_empty() => {
                let mut file = std::fs::File::options().create(true).append(true).open(file).expect("a file");
                writeln!(file, "{place}: {}", lies.join("; ")).expect("it is written");
            }
            _ => assert!(lies.is_empty(), "the contract lies: {place}: {}", lies.join("; ")),
        }
    }

    /// The address as the document has it, fixed ones first, and what it says of the method.
    fn operation(&self) -> Option<(&'static str, &'static Value)> {
        let (document, paths) = &*DOCUMENT;
        let parts: Vec<&str> = self.path.split('/').collect();
        let fits = |pattern: &&(Vec<String>, String)| {
            let pattern = &pattern.0;
            let ends = |last: &String| last == "{tail}" && parts.len() >= pattern.len();
            (pattern.len() == parts.len() || pattern.last().is_some_and(ends))
                && pattern.iter().zip(&parts).all(|(pattern, part)| pattern.starts_with('{') || pattern == part)
        };
        let fixed = |pattern: &&(Vec<String>, String)| pattern.0.iter().filter(|part| part.starts_with('{')).count();
        let (_, path) = paths.iter().filter(fits).min_by_key(fixed)?;
        document["paths"][path].get(&self.method).map(|operation| (path.as_str(), operation))
    }

    fn body_lies(&self, operation: &'static Value) -> Vec<String> {
        let Some(asked) = operation.get("requestBody") else {
            let none = self.body.is_empty() || self.body == b"{}";
            return if none { Vec::new() } else { vec!["a body is taken that is in no document".to_owned()] };
        };
        if self.body.is_empty() {
            let required = asked["required"] == true && self.media.ends_with("json");
            return if required { vec!["no body is taken where one is required".to_owned()] } else { Vec::new() };
        }
        // What is said to be nothing in particular is taken for what is asked for.
        let first = asked["content"].as_object().and_then(|content| content.values().next());
        let content = &asked["content"];
        let known = if self.media.is_empty() { first } else { content.get(&self.media).or_else(|| content.get("*/*")) };
        let Some(schema) = known.map(|content| &content["schema"]) else {
            return vec![format!("a body of {} is taken", self.media)];
        };
        match serde_json::from_slice(&self.body) {
            Ok(body) if self.media.ends_with("json") => faults(schema, &body),
            _ => Vec::new(),
        }
    }
}

fn media(headers: &reqwest::header::HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn answer_lies(operation: &'static Value, reply: &Reply) -> Vec<String> {
    let status = reply.status.to_string();
    let Some(promised) = operation["responses"].get(&status) else {
        let problem = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"];
        if reply.status < 400 || media(&reply.headers) != "application/problem+json" {
            return vec![format!("nothing of the kind is promised, and it came as {}", media(&reply.headers))];
        }
        return faults(problem, &reply.json());
    };
    let kind = media(&reply.headers);
    let Some(content) = promised.get("content").and_then(Value::as_object) else {
        return if reply.text.is_empty() { Vec::new() } else { vec!["a body comes where none is promised".to_owned()] };
    };
    let Some(content) = content.get(&kind).or_else(|| content.get("*/*")) else {
        return vec![format!("it came as {kind}")];
    };
    if kind == "application/json" && !reply.text.is_empty() {
        return faults(&content["schema"], &reply.json());
    }
    Vec::new()
}

/// Where a body does not fit its schema.
fn faults(schema: &'static Value, body: &Value) -> Vec<String> {
    let key = schema.to_string();
    let known = VALIDATORS.lock().expect("validators").get(&key).cloned();
    let validator = known.unwrap_or_else(|| {
        let validator = Arc::new(validator(schema));
        VALIDATORS.lock().expect("validators").insert(key, Arc::clone(&validator));
        validator
    });
    let tell = |fault: jsonschema::ValidationError<'_>| format!("{}: {fault}", fault.instance_path());
    let mut told: Vec<String> = validator.iter_errors(body).map(tell).collect();
    for fault in &mut told {
        *fault = fault.chars().take(300).collect();
    }
    told.truncate(5);
    told
}

/// A schema together with what it refers to and no more, for the whole document takes long to read.
fn validator(schema: &'static Value) -> Validator {
    let mut needed = BTreeMap::new();
    gather(schema, &mut needed);
    let schemas: Map<String, Value> = needed.into_iter().map(|(name, schema)| (name, schema.clone())).collect();
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema], "components": {"schemas": schemas},
    });
    jsonschema::options().should_validate_formats(true).build(&whole).expect("a schema")
}

fn gather(value: &'static Value, needed: &mut BTreeMap<String, &'static Value>) {
    match value {
        Value::Object(map) => {
            if let Some(name) = map.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next()) {
                let target = &DOCUMENT.0["components"]["schemas"][name];
                if needed.insert(name.to_owned(), target).is_none() {
                    gather(target, needed);
                }
            }
            map.values().for_each(|value| gather(value, needed));
        }
        Value::Array(list) => list.iter().for_each(|value| gather(value, needed)),
        _ => {}
    }
}
