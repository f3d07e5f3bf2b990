//! A row as policies see it.

use crate::resource::Resource;
use isms_authz::{Attribute, Fact, Facts, Kind, Literal};
use isms_entity::Recorded;
use sea_orm::{EntityTrait, Iden, Iterable, ModelTrait, Value};
use uuid::Uuid;

/// Borrows a row and answers policies from its columns.
pub struct RowFacts<'a, R: Resource> {
    row: &'a R::Row,
    id: Uuid,
    unit: Uuid,
    beyond: Option<bool>,
}

impl<'a, R: Resource> RowFacts<'a, R> {
    /// A view of this row.
    pub fn new(row: &'a R::Row) -> Self {
        let common = row.common();
        Self { row, id: common.id, unit: common.unit_id, beyond: None }
    }

    /// The same with what is known of the person whom the row is of: whether they hold something where somebody does
    /// not administer.
    #[must_use]
    pub fn beyond(mut self, beyond: Option<bool>) -> Self {
        self.beyond = beyond;
        self
    }
}

/// The column of this name.
pub(super) fn column<R: Resource>(name: &str) -> Option<<R::Entity as EntityTrait>::Column> {
    <R::Entity as EntityTrait>::Column::iter().find(|column| column.unquoted() == name)
}

impl<R: Resource> Facts for RowFacts<'_, R> {
    fn id(&self) -> Uuid {
        self.id
    }

    fn unit(&self) -> Uuid {
        self.unit
    }

    fn fact(&self, attribute: &Attribute) -> Fact {
        if *attribute == Attribute::HELD_BEYOND {
            return self.beyond.map_or(Fact::Absent, |beyond| Fact::One(Literal::Bool(beyond)));
        }
        column::<R>(attribute.column).map_or(Fact::Absent, |column| fact(self.row.get(column), attribute.kind))
    }
}

fn fact(value: Value, kind: Kind) -> Fact {
    match value {
        Value::Bool(Some(b)) => Fact::One(Literal::Bool(b)),
        Value::Int(Some(n)) => Fact::One(Literal::Long(n.into())),
        Value::BigInt(Some(n)) => Fact::One(Literal::Long(n)),
        Value::String(Some(text)) => Fact::One(Literal::Text(text)),
        Value::Uuid(Some(id)) => Fact::One(Literal::Id(id)),
        Value::Json(Some(json)) => Fact::Many(
            json.as_array()
                .into_iter()
                .flatten()
                .filter_map(|item| item.as_str())
                .filter_map(|text| match kind {
                    Kind::Entities(_) => text.parse().ok().map(Literal::Id),
                    _ => Some(Literal::Text(text.to_owned())),
                })
                .collect(),
        ),
        _ => Fact::Absent,
    }
}
