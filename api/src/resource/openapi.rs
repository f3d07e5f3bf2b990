//! The OpenAPI 3.1 document, assembled from the same calls that mount the routes.

use super::{Error, Field, FieldKind, Fields, Known, Problem, query};
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

/// Nothing here takes that method; these are taken (RFC 9110, 15.5.6).
pub fn method_not_allowed(methods: &[&str]) -> actix_web::HttpResponse {
    let mut response = actix_web::ResponseError::error_response(&Error::MethodNotAllowed);
    if let Ok(allow) = HeaderValue::from_str(&methods.join(", ")) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

/// An operation being documented.
#[derive(Clone, Debug)]
pub struct Operation {
    map: Map<String, Value>,
    parameters: Vec<Value>,
    bodies: Map<String, Value>,
    responses: Map<String, Value>,
}

impl Operation {
    /// An operation with its id, one line for people and its clause.
    pub fn new(id: impl Into<String>, summary: impl Into<String>, clause: &str) -> Self {
        let mut map = Map::new();
        map.insert("operationId".into(), Value::String(id.into()));
        map.insert("summary".into(), Value::String(summary.into()));
        map.insert("tags".into(), json!([clause]));
        let problem = json!({
            "description": "A problem (RFC 9457)",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        });
        let responses = Map::from_iter([("default".to_owned(), problem)]);
        Self { map, parameters: Vec::new(), bodies: Map::new(), responses }
    }

    /// The record type that it is about.
    #[must_use]
    pub fn on(mut self, record: &str) -> Self {
        self.map.insert("x-record".into(), json!(record));
        self
    }

    /// Takes these parameters, too.
    #[must_use]
    pub fn takes(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// Says more about it.
    #[must_use]
    pub fn described(mut self, description: &str) -> Self {
        self.map.insert("description".into(), json!(description));
        self
    }

    /// Takes a body of this media type and schema; called again, another one instead.
    #[must_use]
    pub fn body(mut self, kind: &str, schema: Value) -> Self {
        self.bodies.insert(kind.to_owned(), json!({"schema": schema}));
        self
    }

    /// Answers with this status and a JSON document of this schema.
    #[must_use]
    pub fn answers(self, status: u16, description: &str, schema: Value) -> Self {
        self.answers_with(status, description, "application/json", schema)
    }

    /// Answers with this status, media type and schema; called again, with another media type instead.
    #[must_use]
    pub fn answers_with(mut self, status: u16, description: &str, kind: &str, schema: Value) -> Self {
        let answer = self
            .responses
            .entry(status.to_string())
            .or_insert_with(|| json!({"description": description, "content": {}}));
        if let Some(content) = answer.get_mut("content").and_then(Value::as_object_mut) {
            content.insert(kind.to_owned(), json!({"schema": schema}));
        }
        self
    }

    /// Answers 304 without a body to who has it already (RFC 9110, 15.4.5).
    #[must_use]
    pub fn unchanged(mut self) -> Self {
        let told = json!({"description": "It is what `If-None-Match` names"});
        self.responses.insert("304".into(), told);
        self.parameters.push(json!({"name": "If-None-Match", "in": "header", "schema": {"type": "string"},
            "description": "ETags that the caller has already"}));
        self
    }

    /// Whether one name stands for two parameters.
    pub fn repeats(&self) -> Option<&str> {
        let key = |parameter: &Value| (parameter.get("in").cloned(), parameter.get("name").cloned());
        let mut earlier = self.parameters.iter().enumerate();
        let twice =
            earlier.find(|(place, one)| self.parameters.iter().take(*place).any(|other| key(other) == key(one)));
        twice.and_then(|(_, parameter)| parameter.get("name")?.as_str())
    }

    /// The operation as JSON, with what all share: path parameters and the idempotency key of writes.
    pub fn document(mut self, method: &Method, path: &str, schemas: &Map<String, Value>) -> Value {
        let named = path.split('{').skip(1).filter_map(|part| part.split('}').next());
        let mut parameters: Vec<Value> = named
            .map(|name| {
                let uuid = json!({"type": "string", "format": "uuid"});
                let schema = if name == "id" { uuid } else { json!({"type": "string"}) };
                json!({"name": name, "in": "path", "required": true, "schema": schema})
            })
            .collect();
        parameters.append(&mut self.parameters);
        if *method != Method::GET {
            parameters.push(json!({
                "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255},
                "description": "Makes a repeated request give the first answer instead of a second effect",
            }));
        }
        self.map.insert("parameters".into(), Value::Array(parameters));
        if !self.bodies.is_empty() {
            let required = self.bodies.values().all(|body| asks_for_something(body, schemas));
            self.map.insert("requestBody".into(), json!({"required": required, "content": self.bodies}));
        }
        self.map.insert("responses".into(), Value::Object(self.responses));
        Value::Object(self.map)
    }
}

/// Whether a body has to say something; one that does not may be left out.
fn asks_for_something(body: &Value, schemas: &Map<String, Value>) -> bool {
    let name = body.pointer("/schema/$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
    let schema = name.and_then(|name| schemas.get(name));
    schema.is_none_or(|schema| schema.get("required").and_then(Value::as_array).is_some_and(|all| !all.is_empty()))
}

/// The whole document.
pub fn document(paths: &Map<String, Value>, schemas: &Map<String, Value>) -> Value {
    let mut schemas = schemas.clone();
    for (name, schema) in [("Problem", Problem::schema()), ("FieldError", super::FieldError::schema())] {
        schemas.insert(name.into(), serde_json::to_value(schema).unwrap_or_default());
    }
    let instant = json!({"description": "An instant (RFC 3339), or a day, which is meant as a whole",
        "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]});
    schemas.insert("InstantOrDay".into(), instant);
    schemas.insert("InstantsOrDays".into(), several(json!({"$ref": "#/components/schemas/InstantOrDay"})));
    for (name, kind, format) in LISTS {
        let items = format.map_or_else(|| json!({"type": kind}), |format| json!({"type": kind, "format": format}));
        schemas.insert(name.into(), several(items));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "isms",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "An information security management system (ISO/IEC 27001:2022) as live, queryable, provable records.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "A token (isms_…)"}},
        },
    })
}

/// The schema of a record as it is shown.
pub fn shown(fields: &Fields) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in &fields.list {
        let mut schema = field.schema.clone();
        if let Some(map) = schema.as_object_mut().filter(|_| !field.writable) {
            map.insert("readOnly".into(), true.into());
        }
        properties.insert(field.name.clone(), schema);
        required.push(field.name.clone());
    }
    required.extend(["allowedActions".into(), "withheld".into()]);
    properties.insert(
        "allowedActions".into(),
        json!({"type": "array", "readOnly": true, "items": {"type": "string"},
            "description": "What the caller may do with it now"}),
    );
    properties.insert(
        "withheld".into(),
        json!({"type": "array", "readOnly": true, "items": {"type": "string"},
            "description": "For external auditors: the fields of which something lies outside their engagement or is masked"}),
    );
    json!({"type": "object", "properties": properties, "required": required})
}

/// The schema of a merge patch: every writable field, none required. Null takes a field back to what it is where a draft
/// does not name it (RFC 7396).
pub fn patch(fields: &Fields) -> Value {
    let schema = |field: &Field| {
        let keeps = field.required || field.nullable;
        if keeps { field.schema.clone() } else { json!({"oneOf": [{"type": "null"}, field.schema]}) }
    };
    let properties: Map<String, Value> =
        fields.list.iter().filter(|f| f.writable).map(|f| (f.name.clone(), schema(f))).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// As of when something is read.
pub fn as_of_parameter() -> Value {
    json!({"name": "asOf", "in": "query", "schema": {"$ref": "#/components/schemas/InstantOrDay"},
        "description": "As of this instant (RFC 3339) or the end of this day"})
}

/// The parameters of a list: the reserved ones and a filter for each field.
pub fn list_parameters(known: Known) -> Vec<Value> {
    let text = |name: &str, description: &str| json!({"name": name, "in": "query", "description": description, "schema": {"type": "string"}});
    let sorts = ["createdAt", "reference", "id"].into_iter().chain(known.spec.sorts.iter().copied());
    let sorts: Vec<String> = sorts.flat_map(|sort| [sort.to_owned(), format!("-{sort}")]).collect();
    let mut parameters = vec![
        json!({"name": "limit", "in": "query", "description": "Records on a page",
            "schema": {"type": "integer", "minimum": 1, "maximum": super::query::MOST, "default": super::query::USUAL}}),
        text("cursor", "Where the page begins: `nextCursor` of the page before"),
        json!({"name": "q", "in": "query", "description": "Words that occur in the record, ten at most",
            "schema": {"type": "string", "maxLength": 1010}}),
        json!({"name": "within", "in": "query", "description": "In this unit or below it",
            "schema": {"type": "string", "format": "uuid"}}),
        json!({"name": "sort", "in": "query", "style": "form", "explode": false,
            "description": "By what; `-` for largest first. What has no value comes last",
            "schema": {"type": "array", "minItems": 1, "maxItems": query::MOST_SORTS, "uniqueItems": true,
                "items": {"enum": sorts}}}),
        as_of_parameter(),
        json!({"name": "count", "in": "query", "description": "Whether `total` is wanted", "schema": {"type": "boolean"}}),
        json!({"name": "retired", "in": "query", "description": "Retired records: none, only these, or both",
            "schema": {"type": "string", "enum": ["false", "true", "any"], "default": "false"}}),
    ];
    let filters = known.fields.list.iter().filter(|field| query::is_filter(known.spec, field));
    parameters.extend(filters.map(filter_parameter));
    parameters
}

/// The filter by a field: one or more values, parted by commas, and what it can be compared by.
fn filter_parameter(field: &Field) -> Value {
    let mut description = field.description.clone();
    let operators: Vec<String> = query::operators(field).iter().map(|operator| format!("`[{operator}]`")).collect();
    if !operators.is_empty() {
        let glue = if description.is_empty() { "" } else { " " };
        description.push_str(&format!("{glue}(also {})", operators.join(", ")));
    }
    let mut parameter = json!({
        "name": field.name, "in": "query", "style": "form", "explode": false, "schema": asked(field),
    });
    if let Some(map) = parameter.as_object_mut().filter(|_| !description.is_empty()) {
        map.insert("description".into(), description.into());
    }
    parameter
}

/// Lists of plain values, as filters take them.
const LISTS: [(&str, &str, Option<&str>); 6] = [
    ("Texts", "string", None),
    ("Uuids", "string", Some("uuid")),
    ("Days", "string", Some("date")),
    ("Integers", "integer", None),
    ("Numbers", "number", None),
    ("Flags", "boolean", None),
];

fn several(items: Value) -> Value {
    json!({"type": "array", "minItems": 1, "maxItems": query::MOST_VALUES, "items": items})
}

/// What a filter takes: one or more values.
fn asked(field: &Field) -> Value {
    let named = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    match &field.kind {
        FieldKind::Enum(name, _) => several(named(name)),
        FieldKind::Id | FieldKind::Ids => named("Uuids"),
        FieldKind::Integer => named("Integers"),
        FieldKind::Figure => named("Numbers"),
        FieldKind::Flag => named("Flags"),
        FieldKind::Date => named("Days"),
        FieldKind::Time => named("InstantsOrDays"),
        FieldKind::Text | FieldKind::Words | FieldKind::Structure => named("Texts"),
    }
}
