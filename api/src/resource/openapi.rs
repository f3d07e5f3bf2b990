//! The OpenAPI 3.1 document, assembled from the same calls that mount the routes.

use super::{Error, Field, FieldKind, Fields, Known, Problem, Spec};
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

    /// The operation as JSON, with what all share: path parameters and the idempotency key of writes.
    pub fn document(mut self, method: &Method, path: &str) -> Value {
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
            self.map.insert("requestBody".into(), json!({"required": true, "content": self.bodies}));
        }
        self.map.insert("responses".into(), Value::Object(self.responses));
        Value::Object(self.map)
    }
}

/// The whole document.
pub fn document(paths: &Map<String, Value>, schemas: &Map<String, Value>) -> Value {
    let mut schemas = schemas.clone();
    for (name, schema) in [("Problem", Problem::schema()), ("FieldError", super::FieldError::schema())] {
        schemas.insert(name.into(), serde_json::to_value(schema).unwrap_or_default());
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
        properties.insert(field.name.clone(), field.schema.clone());
        required.push(field.name.clone());
    }
    required.extend(["allowedActions".into(), "withheld".into()]);
    properties.insert(
        "allowedActions".into(),
        json!({"type": "array", "items": {"type": "string"}, "description": "What the caller may do with it now"}),
    );
    properties.insert(
        "withheld".into(),
        json!({"type": "array", "items": {"type": "string"},
            "description": "For external auditors: the fields of which something lies outside their engagement or is masked"}),
    );
    json!({"type": "object", "properties": properties, "required": required})
}

/// The schema of a merge patch: every writable field, none required, null for what may be empty.
pub fn patch(fields: &Fields) -> Value {
    let properties: Map<String, Value> =
        fields.list.iter().filter(|f| f.writable).map(|f| (f.name.clone(), f.schema.clone())).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// The parameters of a list: the reserved ones and a filter for each field.
pub fn list_parameters(known: Known) -> Vec<Value> {
    let text = |name: &str, description: &str| json!({"name": name, "in": "query", "description": description, "schema": {"type": "string"}});
    let mut sorts = vec!["createdAt", "reference"];
    sorts.extend(known.spec.sorts);
    let mut parameters = vec![
        json!({"name": "limit", "in": "query", "description": "Records on a page",
            "schema": {"type": "integer", "minimum": 1, "maximum": super::query::MOST, "default": super::query::USUAL}}),
        text("cursor", "Where the page begins: `nextCursor` of the page before"),
        text("q", "Words that occur in the record"),
        json!({"name": "within", "in": "query", "description": "In this unit or below it",
            "schema": {"type": "string", "format": "uuid"}}),
        text("sort", &format!("Comma-separated, `-` for largest first: {}", sorts.join(", "))),
        text("asOf", "As of this instant (RFC 3339) or the end of this day"),
        json!({"name": "count", "in": "query", "description": "Whether `total` is wanted", "schema": {"type": "boolean"}}),
        json!({"name": "retired", "in": "query", "description": "Retired records: none, only these, or both",
            "schema": {"type": "string", "enum": ["false", "true", "any"], "default": "false"}}),
    ];
    for field in known.fields.list.iter().filter(|field| filterable(known.spec, field)) {
        parameters.push(json!({
            "name": field.name, "in": "query", "schema": {"type": "string"},
            "description": format!("{} {}", field.description, operators(field)),
        }));
    }
    parameters
}

fn filterable(spec: &Spec, field: &Field) -> bool {
    match field.kind {
        FieldKind::Structure => false,
        FieldKind::Ids => spec.references.iter().any(|r| r.field == field.name),
        _ => field.column.is_some() || matches!(field.kind, FieldKind::Flag | FieldKind::Enum(..)),
    }
}

fn operators(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::Integer | FieldKind::Figure | FieldKind::Date | FieldKind::Time => {
            "(also `[gt]`, `[gte]`, `[lt]`, `[lte]`, `[ne]`, `[null]`)"
        }
        FieldKind::Ids | FieldKind::Words => "(has one of these)",
        _ if field.column.is_none() => "(one of these)",
        _ => "(one of these; also `[ne]`, `[null]`)",
    }
}
