//! Whether the Cedar schema and the attributes that stand in the tables say the same of a record type.

use crate::engine::{RecordType, engine, record_entity};
use crate::{Attribute, Engine, Fact, Facts, Kind, Literal, PolicyError};
use cedar_policy::{Entities, Schema};
use uuid::Uuid;

/// A record made up to try the schema: everything it may have is there, but for what is left out.
struct Sample<'a> {
    without: &'a dyn Fn(&Attribute) -> bool,
}

impl Facts for Sample<'_> {
    fn id(&self) -> Uuid {
        Uuid::from_u128(1)
    }

    fn unit(&self) -> Uuid {
        Uuid::from_u128(2)
    }

    fn fact(&self, attribute: &Attribute) -> Fact {
        if (self.without)(attribute) {
            return Fact::Absent;
        }
        match attribute.kind {
            Kind::Entity(_) => Fact::One(Literal::Id(Uuid::from_u128(3))),
            Kind::Text => Fact::One(Literal::Text("text".into())),
            Kind::Long => Fact::One(Literal::Long(1)),
            Kind::Bool | Kind::Presence => Fact::One(Literal::Bool(true)),
            Kind::Entities(_) => Fact::Many(vec![Literal::Id(Uuid::from_u128(3))]),
            Kind::Texts => Fact::Many(vec![Literal::Text("text".into())]),
        }
    }
}

impl Engine {
    /// Refuses a schema that asks for an attribute which no table has, knows one by another type, or
    /// takes for always there what may be absent, or the other way round: there, SQL and Cedar would part.
    pub(super) fn agree(&self) -> Result<(), PolicyError> {
        for kind in &self.types {
            let differs =
                |what: &str| PolicyError::Invalid(format!("entity {} differs from its table: {what}", kind.name));
            if let Some(a) = kind.attributes.iter().find(|a| a.optional && a.kind == Kind::Presence) {
                return Err(differs(&format!("presence is never absent itself, as {} is", a.name)));
            }
            fits(&self.schema, *kind, &|_| false).map_err(|e| differs(&e.to_string()))?;
            fits(&self.schema, *kind, &|a| a.optional).map_err(|e| differs(&e.to_string()))?;
            for always in Attribute::COMMON.iter().chain(kind.attributes).filter(|a| !a.optional) {
                let missed = fits(&self.schema, *kind, &|a| a.name == always.name).is_err();
                if !missed && always.kind != Kind::Presence {
                    return Err(differs(&format!("{} is never absent", always.name)));
                }
            }
        }
        Ok(())
    }
}

fn fits(schema: &Schema, kind: RecordType, without: &dyn Fn(&Attribute) -> bool) -> Result<(), PolicyError> {
    let entity = record_entity(kind, &Sample { without }, &[])?;
    Entities::from_entities([entity], Some(schema)).map(drop).map_err(engine)
}
