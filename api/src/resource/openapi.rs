//! The OpenAPI 3.1 document, assembled from the same calls that mount the routes.

use super::{Error, Field, FieldKind, Problem, Resource};
use actix_web::http::Method;
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

/// Nothing here takes that method.
pub async fn method_not_allowed() -> Result<actix_web::HttpResponse, Error> {
    Err(Error::MethodNotAllowed)
}

/// Fills in what all operations share: security, path parameters and problems.
pub fn complete(operation: &mut Value, method: &Method, path: &str) {
    let mut parameters: Vec<Value> = path
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
        .map(|name| {
            let format =
                if name == "id" { json!({"type": "string", "format": "uuid"}) } else { json!({"type": "string"}) };
            json!({"name": name, "in": "path", "required": true, "schema": format})
        })
        .collect();
    parameters.extend(operation["parameters"].as_array().cloned().unwrap_or_default());
    if *method != Method::GET {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255},
            "description": "Makes a repeated request give the first answer instead of a second effect",
        }));
    }
    operation["parameters"] = Value::Array(parameters);
    operation["responses"]["default"] = json!({
        "description": "A problem (RFC 9457)",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    });
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
pub fn shown<R: Resource>() -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in &R::fields().list {
        properties.insert(field.name.clone(), field.schema.clone());
        required.push(field.name.clone());
    }
    required.push("allowedActions".into());
    properties.insert(
        "allowedActions".into(),
        json!({"type": "array", "items": {"type": "string"}, "description": "What the caller may do with it now"}),
    );
    json!({"type": "object", "properties": properties, "required": required})
}

/// The schema of a merge patch: every writable field, none required, null for what may be empty.
pub fn patch<R: Resource>() -> Value {
    let properties: Map<String, Value> =
        R::fields().list.iter().filter(|f| f.writable).map(|f| (f.name.clone(), f.schema.clone())).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// The parameters of a list: the reserved ones and a filter for each field.
pub fn list_parameters<R: Resource>() -> Vec<Value> {
    let text = |name: &str, description: &str| json!({"name": name, "in": "query", "description": description, "schema": {"type": "string"}});
    let mut sorts = vec!["createdAt", "reference"];
    sorts.extend(R::SPEC.sorts);
    let mut parameters = vec![
        json!({"name": "limit", "in": "query", "description": "Records on a page",
            "schema": {"type": "integer", "minimum": 1, "maximum": super::query::MOST, "default": super::query::USUAL}}),
        text("cursor", "Where the page begins: `nextCursor` of the page before"),
        text("q", "Words that occur in the record"),
        text("sort", &format!("Comma-separated, `-` for largest first: {}", sorts.join(", "))),
        text("asOf", "As of this instant (RFC 3339) or the end of this day"),
        json!({"name": "count", "in": "query", "description": "Whether `total` is wanted", "schema": {"type": "boolean"}}),
        json!({"name": "retired", "in": "query", "description": "Retired records: none, only these, or both",
            "schema": {"type": "string", "enum": ["false", "true", "any"], "default": "false"}}),
    ];
    for field in R::fields().list.iter().filter(|field| filterable::<R>(field)) {
        parameters.push(json!({
            "name": field.name, "in": "query", "schema": {"type": "string"},
            "description": format!("{} {}", field.description, operators(field)),
        }));
    }
    parameters
}

fn filterable<R: Resource>(field: &Field) -> bool {
    match field.kind {
        FieldKind::Structure => false,
        FieldKind::Ids => R::SPEC.references.iter().any(|r| r.field == field.name),
        _ => field.column.is_some() || matches!(field.kind, FieldKind::Flag | FieldKind::Enum(..)),
    }
}

fn operators(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::Integer | FieldKind::Date | FieldKind::Time => {
            "(also `[gt]`, `[gte]`, `[lt]`, `[lte]`, `[ne]`, `[null]`)"
        }
        FieldKind::Ids | FieldKind::Words => "(has one of these)",
        _ if field.column.is_none() => "(one of these)",
        _ => "(one of these; also `[ne]`, `[null]`)",
    }
}
