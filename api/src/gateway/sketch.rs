//! The schema while it is drawn: types by name, and output types made from the fields' JSON schemas.

use super::records::Json;
use super::shape::{Shape, Size};
use crate::resource::{Field as Known, FieldKind, Fields};
use async_graphql::Value;
use async_graphql::dynamic::{
    Enum, EnumItem, Field, FieldFuture, FieldValue, InputObject, Interface, Object, Scalar, SchemaBuilder, SchemaError,
    Type, TypeRef,
};
use isms_entity::Time;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::ToSchema;

/// A JSON object as an object type shows it.
#[derive(Clone)]
pub struct Shown {
    /// The object.
    pub json: Json,
    /// As of when it was read, for its edges.
    pub as_of: Option<Time>,
}

impl Shown {
    /// As the value of a field.
    pub fn value(json: Json, as_of: Option<Time>) -> FieldValue<'static> {
        FieldValue::owned_any(Self { json, as_of })
    }
}

/// Types by name, so that each is drawn once and in the same order.
#[derive(Default)]
pub struct Sketch {
    types: BTreeMap<String, Type>,
    /// What each type was drawn from.
    sources: BTreeMap<String, serde_json::Value>,
    /// Names that two sources share.
    taken: BTreeSet<String>,
    /// What the limits know.
    pub shape: Shape,
}

impl Sketch {
    /// Adds an object type.
    pub fn object(&mut self, object: Object) {
        self.add(object.type_name().to_owned(), object.into());
    }

    /// Adds an input type.
    pub fn input(&mut self, input: InputObject) {
        self.add(input.type_name().to_owned(), input.into());
    }

    /// Adds an interface.
    pub fn interface(&mut self, interface: Interface) {
        self.add(interface.type_name().to_owned(), interface.into());
    }

    /// Adds a scalar that is written as text or as a number.
    pub fn scalar(&mut self, name: &str, description: &str, takes: fn(&Value) -> bool) {
        self.add(name.to_owned(), Scalar::new(name).description(description).validator(takes).into());
    }

    /// Adds an enum of these words, each with what it means.
    pub fn words<'a>(&mut self, name: &str, description: &str, words: impl IntoIterator<Item = &'a str>) {
        let words = words.into_iter().map(EnumItem::new);
        self.add(name.to_owned(), Enum::new(name).description(description).items(words).into());
    }

    fn add(&mut self, name: String, ty: Type) {
        match self.types.entry(name) {
            Entry::Occupied(known) => drop(self.taken.insert(known.key().clone())),
            Entry::Vacant(free) => drop(free.insert(ty)),
        }
    }

    /// Whether a type of this name is still to be drawn. What one name would mean twice is kept for [`Self::register`].
    fn is_new(&mut self, name: &str, source: &serde_json::Value) -> bool {
        if !self.types.contains_key(name) {
            self.sources.insert(name.to_owned(), source.clone());
            return true;
        }
        if self.sources.get(name) != Some(source) {
            self.taken.insert(name.to_owned());
        }
        false
    }

    /// All of it, registered.
    ///
    /// # Errors
    /// When a name is given to two different types.
    pub fn register(self, builder: SchemaBuilder) -> Result<(SchemaBuilder, Shape), SchemaError> {
        if !self.taken.is_empty() {
            let taken = self.taken.into_iter().collect::<Vec<_>>().join(", ");
            return Err(SchemaError(format!("two types go by one name: {taken}")));
        }
        let builder = self.types.into_values().fold(builder, SchemaBuilder::register);
        Ok((builder, self.shape))
    }

    /// The field of an object type that shows a field of the record.
    pub fn field(&mut self, owner: &str, fields: &Fields, known: &Known) -> Field {
        let (ty, object) = self.output(fields, &known.schema);
        let ty = if known.nullable { ty } else { TypeRef::NonNull(Box::new(ty)) };
        if object {
            self.shape.note(owner, &known.name, ty.type_name(), Size::One);
        }
        show(&known.name, ty, object).description(known.description.as_str())
    }

    /// The output type that shows what REST answers with, drawn from its schema.
    pub fn whole<T: ToSchema>(&mut self) -> TypeRef {
        let mut components = Vec::new();
        T::schemas(&mut components);
        components.push((T::name().into_owned(), T::schema()));
        let shown = |(name, schema)| (name, serde_json::to_value(schema).unwrap_or_default());
        let fields = Fields { components: components.into_iter().map(shown).collect(), ..Fields::default() };
        let target = fields.components.get(T::name().as_ref()).cloned().unwrap_or_default();
        let (ty, _) = self.named(&fields, &T::name(), &target);
        TypeRef::NonNull(Box::new(ty))
    }

    /// The output type of a JSON schema, nullable, and whether it is made of objects.
    fn output(&mut self, fields: &Fields, schema: &serde_json::Value) -> (TypeRef, bool) {
        if let Some(options) = schema["oneOf"].as_array() {
            let real = options.iter().find(|option| option["type"] != "null");
            return real.map_or_else(|| (TypeRef::named("JSON"), false), |real| self.output(fields, real));
        }
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap_or_default();
            let target = fields.components.get(name).cloned().unwrap_or_default();
            return self.named(fields, name, &target);
        }
        if schema["type"] == "array" {
            let (item, object) = self.output(fields, &schema["items"]);
            return (TypeRef::List(Box::new(TypeRef::NonNull(Box::new(item)))), object);
        }
        (TypeRef::named(leaf(schema)), false)
    }

    fn named(&mut self, fields: &Fields, name: &str, target: &serde_json::Value) -> (TypeRef, bool) {
        let description = target["description"].as_str().unwrap_or_default();
        if let Some(words) = target["enum"].as_array() {
            if self.is_new(name, target) {
                self.words(name, description, words.iter().filter_map(serde_json::Value::as_str));
            }
            return (TypeRef::named(name), false);
        }
        let Some(properties) = target["properties"].as_object().filter(|properties| !properties.is_empty()) else {
            return self.output(fields, target);
        };
        if self.is_new(name, target) {
            let required: Vec<_> = target["required"].as_array().into_iter().flatten().collect();
            let mut object = Object::new(name).description(description);
            for (property, schema) in properties {
                let (ty, nested) = self.output(fields, schema);
                let certain = required.iter().any(|name| *name == property) && !may_be_null(schema);
                let ty = if certain { TypeRef::NonNull(Box::new(ty)) } else { ty };
                let text = schema["description"].as_str().unwrap_or_default();
                object = object.field(show(property, ty, nested).description(text));
            }
            self.object(object);
        }
        (TypeRef::named(name), true)
    }
}

fn may_be_null(schema: &serde_json::Value) -> bool {
    let list = |value: &serde_json::Value| value.as_array().is_some_and(|types| types.iter().any(|t| t == "null"));
    list(&schema["type"])
        || schema["oneOf"].as_array().is_some_and(|options| options.iter().any(|o| o["type"] == "null"))
}

/// The scalar of a plain JSON schema.
fn leaf(schema: &serde_json::Value) -> &'static str {
    let kind = match &schema["type"] {
        serde_json::Value::Array(types) => types.iter().filter_map(|t| t.as_str()).find(|t| *t != "null"),
        other => other.as_str(),
    };
    match (kind.unwrap_or_default(), schema["format"].as_str()) {
        ("string", Some("uuid")) => TypeRef::ID,
        ("string", Some("date")) => "Date",
        ("string", Some("date-time")) => "DateTime",
        ("string", _) => TypeRef::STRING,
        ("integer", Some("int64")) => "Long",
        ("integer", _) => TypeRef::INT,
        ("number", _) => TypeRef::FLOAT,
        ("boolean", _) => TypeRef::BOOLEAN,
        _ => "JSON",
    }
}

/// The scalar or enum that a field is asked for by.
pub fn asked(known: &Known) -> &str {
    match &known.kind {
        FieldKind::Enum(name, _) => name,
        FieldKind::Id | FieldKind::Ids => TypeRef::ID,
        FieldKind::Words | FieldKind::Text => TypeRef::STRING,
        FieldKind::Flag => TypeRef::BOOLEAN,
        FieldKind::Date => "Date",
        FieldKind::Time => "DateTime",
        _ => leaf(&known.schema),
    }
}

/// A field that shows the member of the same name.
pub fn show(name: &str, ty: TypeRef, object: bool) -> Field {
    let member = name.to_owned();
    Field::new(name, ty, move |context| {
        let shown = context.parent_value.try_downcast_ref::<Shown>();
        FieldFuture::Value(match shown {
            Ok(shown) => shown.json.get(&member).and_then(|value| output(value, object, shown.as_of)),
            Err(_) => None,
        })
    })
}

fn output(value: &serde_json::Value, object: bool, as_of: Option<Time>) -> Option<FieldValue<'static>> {
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::Array(list) if object => {
            Some(FieldValue::list(list.iter().filter_map(|item| output(item, object, as_of))))
        }
        other if object => Some(Shown::value(Arc::new(other.clone()), as_of)),
        other => Value::from_json(other.clone()).ok().map(FieldValue::value),
    }
}
