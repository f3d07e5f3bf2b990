//! What policies may ask of a record, and where each answer stands in its table.

use uuid::Uuid;

/// The type of an attribute in the Cedar schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A reference to an entity of this type, stored as a UUID.
    Entity(&'static str),
    /// Text.
    Text,
    /// A whole number.
    Long,
    /// True or false.
    Bool,
    /// Whether the column holds anything.
    Presence,
    /// A set of references, stored as a JSON list of UUIDs.
    Entities(&'static str),
    /// A set of texts, stored as a JSON list.
    Texts,
}

/// One attribute: its name in policies, its column, its type and whether it may be absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Name in policies.
    pub name: &'static str,
    /// Column in the record's table.
    pub column: &'static str,
    /// Type.
    pub kind: Kind,
    /// Whether the column may be null; policies must guard it with `has`.
    pub optional: bool,
}

impl Attribute {
    /// An attribute that is always there.
    pub const fn new(name: &'static str, column: &'static str, kind: Kind) -> Self {
        Self { name, column, kind, optional: false }
    }

    /// An attribute that may be absent.
    pub const fn optional(name: &'static str, column: &'static str, kind: Kind) -> Self {
        Self { name, column, kind, optional: true }
    }

    /// Whether the person whom the record is of holds a role, a duty or a record where the principal does not administer.
    /// It stands in no table: it is asked of the whole organisation, and only for those who administer some of it, so
    /// that policies which give rights over people have to ask that it is there and false.
    pub const HELD_BEYOND: Self = Self::optional("heldBeyond", "held_beyond", Kind::Bool);

    /// What every record offers.
    pub const COMMON: &'static [Self] = &[
        Self::new("organisation", "organisation_id", Kind::Entity("Organisation")),
        Self::new("unit", "unit_id", Kind::Entity("Unit")),
        Self::new("createdBy", "created_by", Kind::Entity("User")),
        Self::new("retired", "retired_at", Kind::Presence),
    ];
}

/// A constant in a condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Literal {
    /// An entity's id; its type has been checked against the attribute's.
    Id(Uuid),
    /// Text.
    Text(String),
    /// A whole number.
    Long(i64),
    /// True or false.
    Bool(bool),
}

/// What a record says to an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Nothing.
    Absent,
    /// One value.
    One(Literal),
    /// A set of values.
    Many(Vec<Literal>),
}

/// A record as policies see it.
pub trait Facts {
    /// The record's id.
    fn id(&self) -> Uuid;
    /// The unit that it lies in.
    fn unit(&self) -> Uuid;
    /// Its answer to an attribute.
    fn fact(&self, attribute: &Attribute) -> Fact;
}
