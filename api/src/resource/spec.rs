//! What a slice states about its record type; everything generic follows from it.

use super::{Fields, Outcome};
use crate::caller::Caller;
use crate::store::Writing;
use isms_authz::{Action, Attribute, Remit};
use isms_entity::{Drafted, Recorded};
use sea_orm::{EntityTrait, FromQueryResult, ModelTrait};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use utoipa::ToSchema;

/// A field that points to other records of the organisation.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// The field (`ownerId`, `assetIds`).
    pub field: &'static str,
    /// The type pointed to, by name.
    pub target: &'static str,
    /// The edge's name in GraphQL (`owner`, `assets`).
    pub edge: &'static str,
    /// Whether the field holds a list.
    pub many: bool,
    /// Whether the service copies it from what stood before, which may have been retired since.
    pub copied: bool,
}

impl Reference {
    /// A field that points to one record.
    pub const fn one(field: &'static str, target: &'static str, edge: &'static str) -> Self {
        Self { field, target, edge, many: false, copied: false }
    }

    /// A field that points to many.
    pub const fn many(field: &'static str, target: &'static str, edge: &'static str) -> Self {
        Self { field, target, edge, many: true, copied: false }
    }

    /// The same, copied by the service: targets that are retired are taken, too.
    #[must_use]
    pub const fn copied(mut self) -> Self {
        self.copied = true;
        self
    }
}

/// A field that holds content of other records, frozen: what tells of them is for those who may list all of their types.
#[derive(Clone, Copy, Debug)]
pub struct Frozen {
    /// The column, of JSON.
    pub column: &'static str,
    /// The types of record that it tells of, by name.
    pub of: &'static [&'static str],
    /// Whether it is withheld from external auditors alone.
    pub outside: bool,
    /// Takes out what tells of them; of an external auditor it is known what their engagement covers.
    pub blank: fn(&mut serde_json::Value, Option<&Remit>),
}

/// A field that the database computes when a record is read (I-08: validity is never stored).
///
/// In `sql`, `{self}` stands for the record's table, `{Name}` for the table of another record type,
/// `{today}` for the day of reading and `{now}` for its moment in microseconds; read as of the past, they stand for
/// the past. `{exported}` is true for those who may export the record, not only read it. For an external auditor a table
/// holds only what they may list; `{Name*}` stands for the whole of it, where nothing but the record's own state is told.
#[derive(Clone, Copy, Debug)]
pub struct Computed {
    /// The field's name in snake case, as in the `Computed` struct.
    pub name: &'static str,
    /// The expression, in SQL that both databases know.
    pub sql: &'static str,
}

impl Computed {
    /// Whether it tells of other records than its own, which somebody may see in part only: people aside, whom it counts
    /// and does not name.
    pub fn looks_beyond(&self) -> bool {
        self.sql
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .any(|name| name.starts_with(|letter: char| letter.is_ascii_uppercase()) && !name.ends_with('*'))
    }
}

/// A named act on a record: a transition of its state machine, or another thing done to it as a whole.
#[derive(Clone, Copy, Debug)]
pub struct ActSpec {
    /// The act's name, the last part of its address.
    pub name: &'static str,
    /// The verb that policies decide on.
    pub verb: Action,
    /// The states it is possible in; empty for any.
    pub from: &'static [&'static str],
    /// One line for people.
    pub summary: &'static str,
}

/// What a slice states about its record type.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Type name at the doors (`Risk`).
    pub name: &'static str,
    /// Type name in policies; the same but for `User`, which names a principal there.
    pub policy_type: &'static str,
    /// Address and GraphQL name of the collection (`risks`).
    pub plural: &'static str,
    /// For people (`risk`).
    pub noun: &'static str,
    /// Table.
    pub table: &'static str,
    /// What references begin with (`RSK`).
    pub prefix: &'static str,
    /// Clause and title, the OpenAPI tag.
    pub clause: &'static str,
    /// What policies may ask beyond the common attributes.
    pub attributes: &'static [Attribute],
    /// Fields that point to other records.
    pub references: &'static [Reference],
    /// Fields with frozen content of other records.
    pub frozen: &'static [Frozen],
    /// Columns that hold personal data: the sealed trail holds only commitments to them, so that they can be erased.
    pub personal: &'static [&'static str],
    /// A field that a newly made record tells once and never again, such as a token, and what it is.
    pub told_once: Option<(&'static str, &'static str)>,
    /// Columns with personal data or internal notes: for those who may inspect the record, and no one else.
    pub sensitive: &'static [&'static str],
    /// Fields that `q` searches.
    pub search: &'static [&'static str],
    /// Fields that lists may be sorted by; an index backs each.
    pub sorts: &'static [&'static str],
    /// Fields that the database computes.
    pub computed: &'static [Computed],
    /// Named acts.
    pub acts: &'static [ActSpec],
    /// The state in which the content may be changed; empty for any.
    pub editable_in: &'static [&'static str],
    /// Whether clients make and retire such records themselves.
    pub creatable: bool,
    /// Whether external auditors see it as it is, and not as it stood when their engagement was frozen.
    pub live: bool,
    /// Whether its records go where that goes which they belong to, so that they keep no unit open (I-12).
    pub follows: bool,
    /// Whether a change here changes what people may do, so that known rights are read anew.
    pub grants_access: bool,
    /// The column that names the person whom the record is of, where rights over it follow all that they hold
    /// ([`Attribute::HELD_BEYOND`]).
    pub person: Option<&'static str>,
}

impl Spec {
    /// A plain record that clients make, change and retire; a slice overrides what differs.
    pub const PLAIN: Self = Self {
        name: "",
        policy_type: "",
        plural: "",
        noun: "",
        table: "",
        prefix: "",
        clause: "",
        attributes: &[],
        references: &[],
        frozen: &[],
        personal: &[],
        told_once: None,
        sensitive: &[],
        search: &[],
        sorts: &[],
        computed: &[],
        acts: &[],
        editable_in: &[],
        creatable: true,
        live: false,
        follows: false,
        grants_access: false,
        person: None,
    };
}

impl Spec {
    /// Whether something is computed from the moment of reading, so that a statement holds for that moment only.
    pub fn tells_time(&self) -> bool {
        self.computed.iter().any(|computed| computed.sql.contains("{now}"))
    }
}

/// Nothing is computed for this type.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct NothingComputed {}

impl FromQueryResult for NothingComputed {
    fn from_query_result(_: &sea_orm::QueryResult, _: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self {})
    }
}

/// A record type.
pub trait Resource: Sized + Send + Sync + 'static {
    /// Its entity.
    type Entity: EntityTrait<Model = Self::Row>;
    /// Its row.
    type Row: ModelTrait<Entity = Self::Entity>
        + Drafted<Draft = Self::Draft, Kept = Self::Kept>
        + Recorded
        + FromQueryResult
        + Serialize
        + DeserializeOwned
        + Default
        + PartialEq
        + Send
        + Sync;
    /// What clients write.
    type Draft: Serialize + DeserializeOwned + ToSchema + for<'a> From<&'a Self::Row> + Send + Sync;
    /// What only rules and acts write.
    type Kept: Serialize + ToSchema + for<'a> From<&'a Self::Row> + Send;
    /// What the database computes.
    type Computed: Serialize + ToSchema + FromQueryResult + Default + Clone + Send + Sync;

    /// Names, attributes, references, acts.
    const SPEC: Spec;

    /// Its named acts.
    const ACTS: &'static [ActSpec];

    /// Mounts and documents the named acts.
    fn register_acts(registry: &mut super::Registry);

    /// The fields as all doors know them, derived once from the types above.
    fn fields() -> &'static Fields;

    /// The state, for types that have one.
    fn state(_row: &Self::Row) -> Option<String> {
        None
    }

    /// Whether an act that state and policies allow has to wait, so that it is not offered yet.
    fn awaits(_caller: &Caller, _row: &Self::Row, _act: &str) -> bool {
        false
    }

    /// The rules of the slice: checks what a client wrote and computes what follows from it.
    /// `old` is the row before, none for a new record.
    ///
    /// # Errors
    /// Whatever rule is broken, with the field.
    fn settle(
        _caller: &Caller,
        _old: Option<&Self::Row>,
        _row: &mut Self::Row,
    ) -> impl Future<Output = Outcome<()>> + Send {
        async { Ok(()) }
    }

    /// The rules for retiring a record or restoring it; `row.retired_at` tells which. What its content has to be is not
    /// asked then.
    ///
    /// # Errors
    /// Whatever stands in the way.
    fn retiring(_caller: &Caller, _old: &Self::Row, _row: &mut Self::Row) -> impl Future<Output = Outcome<()>> + Send {
        async { Ok(()) }
    }

    /// The rules of [`Self::settle`] for many new rows at once, a verdict for each; a slice whose rules ask the database
    /// overrides it, so that they ask once.
    ///
    /// # Errors
    /// When the database does not answer.
    fn settle_new(caller: &Caller, rows: &mut [Self::Row]) -> impl Future<Output = Outcome<Vec<Outcome<()>>>> + Send {
        async move {
            let mut verdicts = Vec::with_capacity(rows.len());
            for row in rows {
                verdicts.push(Self::settle(caller, None, row).await);
            }
            Ok(verdicts)
        }
    }

    /// What follows in other tables once the row is stored, in the same transaction.
    ///
    /// # Errors
    /// Whatever goes wrong there; the transaction is undone.
    fn stored(
        _writing: &Writing<'_>,
        _old: Option<&Self::Row>,
        _row: &Self::Row,
    ) -> impl Future<Output = Outcome<()>> + Send {
        async { Ok(()) }
    }

    /// What a newly made record tells once, in the field that [`Spec::told_once`] names.
    fn secret(_caller: &Caller, _row: &mut Self::Row) -> Option<String> {
        None
    }
}

/// The body of an act for which nothing needs to be said.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The body of an act that has to be explained.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Because {
    /// Why.
    pub reason: String,
}

impl Because {
    /// The reason, which is not empty.
    ///
    /// # Errors
    /// When it is.
    pub fn given(self) -> Outcome<String> {
        if super::is_blank(&self.reason) {
            Err(super::Error::field("/reason", "cannot be empty"))
        } else {
            Ok(self.reason)
        }
    }
}

/// The code of a named act.
pub trait Act: Send + Sync + 'static {
    /// The record type it acts on.
    type Of: Resource;
    /// What the client says with it.
    type Input: DeserializeOwned + ToSchema + Send;
    /// Name, verb, states.
    const SPEC: ActSpec;

    /// Checks the rules and changes the row; the caller has leave already.
    ///
    /// # Errors
    /// Whatever rule is broken.
    fn run(
        caller: &Caller,
        row: &mut <Self::Of as Resource>::Row,
        input: Self::Input,
    ) -> impl Future<Output = Outcome<()>> + Send;
}
