//! The fields of a record type, read once from the schemas of its types: what filters, sorts and GraphQL build on.

use super::{Computed, Resource};
use sea_orm::{ColumnTrait, Iterable};
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Text.
    Text,
    /// One of these words.
    Enum(String, Vec<String>),
    /// A record's id.
    Id,
    /// A whole number.
    Integer,
    /// A number with four decimals, kept as ten-thousandths.
    Figure,
    /// True or false.
    Flag,
    /// A day.
    Date,
    /// An instant.
    Time,
    /// A list of record ids.
    Ids,
    /// A list of words.
    Words,
    /// Anything else, by its schema.
    Structure,
}

/// One field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name at the doors (`ownerId`).
    pub name: String,
    /// Column (`owner_id`); none when it is computed.
    pub column: Option<&'static str>,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether clients write it.
    pub writable: bool,
    /// Whether the draft must have it.
    pub required: bool,
    /// Its JSON schema.
    pub schema: Value,
    /// What it means.
    pub description: String,
}

/// A record type without its type: what it states and its fields. What needs no more than this is compiled once.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// What the slice states.
    pub spec: &'static super::Spec,
    /// Its fields.
    pub fields: &'static Fields,
}

impl Known {
    /// What is known of this type.
    pub fn of<R: Resource>() -> Self {
        Self { spec: const { &R::SPEC }, fields: R::fields() }
    }
}

/// All fields of a record type and the schemas they refer to.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// In the order of the doors.
    pub list: Vec<Field>,
    /// Named schemas that fields refer to.
    pub components: Map<String, Value>,
}

impl Fields {
    /// Reads the fields of a type; called once for each.
    pub fn of<R: Resource>() -> Self {
        let mut fields = Self::default();
        let columns: Vec<&'static str> =
            <R::Entity as sea_orm::EntityTrait>::Column::iter().map(|c| leak(&c)).collect();
        fields.read::<Common>(&columns, false);
        fields.read::<R::Draft>(&columns, true);
        fields.read::<R::Kept>(&columns, false);
        fields.read::<R::Computed>(&[], false);
        // What an external auditor would be told wrongly is nothing for them.
        let beyond: Vec<String> =
            R::SPEC.computed.iter().filter(|c| c.looks_beyond()).map(|c| c.name.to_owned()).collect();
        for field in fields.list.iter_mut().filter(|field| !field.nullable && beyond.contains(&snake(&field.name))) {
            field.nullable = true;
            field.schema = or_null(&field.schema);
        }
        fields
    }

    /// What is computed, each with its field.
    pub fn computed(&self, spec: &'static super::Spec) -> impl Iterator<Item = (&'static Computed, &Field)> {
        spec.computed.iter().filter_map(|computed| {
            Some((computed, self.list.iter().find(|field| snake(&field.name) == computed.name)?))
        })
    }

    /// The field of this name.
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.list.iter().find(|field| field.name == name)
    }

    fn read<T: ToSchema + PartialSchema>(&mut self, columns: &[&'static str], writable: bool) {
        let mut components = Vec::<(String, RefOr<Schema>)>::new();
        T::schemas(&mut components);
        self.add(T::schema(), components, columns, writable);
    }

    fn add(
        &mut self,
        schema: RefOr<Schema>,
        components: Vec<(String, RefOr<Schema>)>,
        columns: &[&'static str],
        writable: bool,
    ) {
        for (name, schema) in components {
            self.components.insert(name, serde_json::to_value(schema).unwrap_or_default());
        }
        let schema = serde_json::to_value(schema).unwrap_or_default();
        let required: Vec<&str> =
            at(&schema, "required").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in at(&schema, "properties").as_object().into_iter().flatten() {
            let column = snake(name);
            let (kind, nullable) = self.kind(property);
            self.list.push(Field {
                name: name.clone(),
                column: columns.iter().find(|c| **c == column).copied(),
                kind,
                nullable,
                writable,
                required: writable && required.contains(&name.as_str()) && !nullable,
                schema: property.clone(),
                description: at(property, "description").as_str().unwrap_or_default().to_owned(),
            });
        }
    }

    fn kind(&self, schema: &Value) -> (FieldKind, bool) {
        if let Some(options) = at(schema, "oneOf").as_array() {
            let real = options.iter().find(|option| at(option, "type") != "null");
            let (kind, _) = real.map_or((FieldKind::Structure, true), |option| self.kind(option));
            return (kind, true);
        }
        if let Some(reference) = at(schema, "$ref").as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            let target = self.components.get(name).cloned().unwrap_or_default();
            if let Some(words) = at(&target, "enum").as_array() {
                let words = words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                return (FieldKind::Enum(name.to_owned(), words), false);
            }
            return match name {
                "Ids" => (FieldKind::Ids, false),
                "Words" => (FieldKind::Words, false),
                _ => self.kind(&target),
            };
        }
        let (kind, nullable) = match at(schema, "type") {
            Value::Array(types) => {
                let real = types.iter().filter_map(Value::as_str).find(|t| *t != "null");
                (real.unwrap_or_default(), types.iter().any(|t| t == "null"))
            }
            other => (other.as_str().unwrap_or_default(), false),
        };
        let kind = match (kind, at(schema, "format").as_str()) {
            ("string", Some("uuid")) => FieldKind::Id,
            ("string", Some("date")) => FieldKind::Date,
            ("string", Some("date-time")) => FieldKind::Time,
            ("string", _) => FieldKind::Text,
            ("integer", _) => FieldKind::Integer,
            ("number", _) => FieldKind::Figure,
            ("boolean", _) => FieldKind::Flag,
            _ => FieldKind::Structure,
        };
        (kind, nullable)
    }
}

/// The fields that every record shows, beside its unit.
#[derive(ToSchema, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Common {
    /// UUIDv7.
    pub id: uuid::Uuid,
    /// Human reference, unique in the organisation and never reused.
    pub reference: String,
    /// Counts up by one with each change, from 1; the ETag.
    pub version: i32,
    /// When the record was made.
    pub created_at: isms_entity::Time,
    /// Who made it.
    pub created_by: uuid::Uuid,
    /// When it was last changed.
    pub updated_at: isms_entity::Time,
    /// Who last changed it.
    pub updated_by: uuid::Uuid,
    /// Set while the record is retired; nothing is erased.
    pub retired_at: Option<isms_entity::Time>,
}

impl From<isms_entity::Common> for Common {
    fn from(stored: isms_entity::Common) -> Self {
        let isms_entity::Common {
            id,
            // The tenant is the caller's own, and the unit stands among what clients write.
            organisation_id: _,
            unit_id: _,
            reference,
            version,
            created_at,
            created_by,
            updated_at,
            updated_by,
            retired_at,
        } = stored;
        Self { id, reference, version, created_at, created_by, updated_at, updated_by, retired_at }
    }
}

/// The same schema, or nothing.
fn or_null(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(kind) = at(&schema, "type").as_str().map(str::to_owned)
        && let Some(map) = schema.as_object_mut()
    {
        map.insert("type".into(), json!([kind, "null"]));
        return schema;
    }
    let description = schema.as_object_mut().and_then(|map| map.remove("description"));
    let mut both = json!({"oneOf": [{"type": "null"}, schema]});
    if let (Some(map), Some(description)) = (both.as_object_mut(), description) {
        map.insert("description".into(), description);
    }
    both
}

fn leak(column: &impl ColumnTrait) -> &'static str {
    column.as_str()
}

/// `ownerId` → `owner_id`.
pub fn snake(name: &str) -> String {
    name.chars().fold(String::new(), |mut text, c| {
        if c.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
        text
    })
}

/// A member of a schema; null where there is none.
fn at<'v>(schema: &'v Value, name: &str) -> &'v Value {
    schema.get(name).unwrap_or(&Value::Null)
}
