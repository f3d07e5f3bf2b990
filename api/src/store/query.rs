//! What a list asks for, as data: checked before it comes here, turned into SQL only here.

use chrono::NaiveDate;
use isms_entity::Time;
use sea_orm::Value;
use uuid::Uuid;

/// A typed constant to compare a column with.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand(pub(super) Value);

macro_rules! operand {
    ($($from:ty => $make:expr),* $(,)?) => {
        $(impl From<$from> for Operand {
            fn from(value: $from) -> Self {
                let make: fn($from) -> Value = $make;
                Self(make(value))
            }
        })*
    };
}
operand! {
    Uuid => |id| Value::Uuid(Some(id)),
    &str => |text| Value::String(Some(text.to_owned())),
    String => |text| Value::String(Some(text)),
    i64 => |n| Value::BigInt(Some(n)),
    i32 => |n| Value::Int(Some(n)),
    bool => |b| Value::Bool(Some(b)),
    NaiveDate => |day| Value::ChronoDate(Some(day)),
    Time => |time| Value::BigInt(Some(time.0)),
}

impl Operand {
    /// Whether it compares with whole numbers.
    pub const fn is_number(&self) -> bool {
        matches!(self.0, Value::BigInt(_) | Value::Int(_))
    }

    /// Whether it compares with true and false.
    pub const fn is_flag(&self) -> bool {
        matches!(self.0, Value::Bool(_))
    }

    /// Whether it compares with ids.
    pub const fn is_id(&self) -> bool {
        matches!(self.0, Value::Uuid(_))
    }

    /// Whether it compares with days.
    pub const fn is_day(&self) -> bool {
        matches!(self.0, Value::ChronoDate(_))
    }

    /// Whether it compares with texts.
    pub const fn is_text(&self) -> bool {
        matches!(self.0, Value::String(_))
    }

    /// For a cursor.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.0 {
            Value::BigInt(Some(n)) => serde_json::json!({"n": n}),
            Value::Int(Some(n)) => serde_json::json!({"n": n}),
            Value::Bool(Some(b)) => serde_json::json!({"b": b}),
            Value::Uuid(Some(id)) => serde_json::json!({"u": id}),
            Value::ChronoDate(Some(day)) => serde_json::json!({"d": day}),
            Value::String(Some(text)) => serde_json::json!({"t": text}),
            _ => serde_json::Value::Null,
        }
    }

    /// From a cursor: the outer `None` is no operand at all, the inner one a null.
    pub fn from_json(json: &serde_json::Value) -> Option<Option<Self>> {
        let Some((kind, value)) = json.as_object().and_then(|map| map.iter().next()) else {
            return json.is_null().then_some(None);
        };
        Some(Some(match kind.as_str() {
            "n" => value.as_i64()?.into(),
            "b" => value.as_bool()?.into(),
            "u" => value.as_str()?.parse::<Uuid>().ok()?.into(),
            "d" => value.as_str()?.parse::<NaiveDate>().ok()?.into(),
            "t" => value.as_str()?.into(),
            _ => return None,
        }))
    }
}

/// One thing that is asked of a record. Columns are named as in the table.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// The column has one of these values.
    OneOf(&'static str, Vec<Operand>),
    /// The column has none of these values.
    NoneOf(&'static str, Vec<Operand>),
    /// The column lies in one of these spans, their ends among them.
    During(&'static str, Vec<(Operand, Operand)>),
    /// The column lies in none of these spans.
    Outside(&'static str, Vec<(Operand, Operand)>),
    /// The column compares so: `<`, `<=`, `>`, `>=`.
    Compare(&'static str, &'static str, Operand),
    /// The column holds nothing (`true`) or something.
    Absent(&'static str, bool),
    /// The list of references in this field holds one of these.
    Links(&'static str, Vec<Uuid>),
    /// The list of words in this column holds one of these.
    Words(&'static str, Vec<String>),
    /// The record lies in this unit or below it.
    Within(Uuid),
    /// The computed field has one of these values.
    Computed(&'static str, Vec<Operand>),
}

impl Test {
    /// The column has this value.
    pub fn is(column: &'static str, value: impl Into<Operand>) -> Self {
        Self::OneOf(column, vec![value.into()])
    }

    /// The column, or the field, that is asked for.
    pub(super) const fn column(&self) -> &'static str {
        match self {
            Self::OneOf(name, _)
            | Self::NoneOf(name, _)
            | Self::During(name, _)
            | Self::Outside(name, _)
            | Self::Compare(name, ..)
            | Self::Absent(name, _)
            | Self::Links(name, _)
            | Self::Words(name, _)
            | Self::Computed(name, _) => name,
            Self::Within(_) => "unit_id",
        }
    }
}

/// One sort key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Column.
    pub column: &'static str,
    /// Largest first.
    pub descending: bool,
}

/// The place after which a page begins: the sort keys of the last record seen, then its id.
#[derive(Clone, Debug, PartialEq)]
pub struct After {
    /// A value for each sort key; none where it was null.
    pub keys: Vec<Option<Operand>>,
    /// The last record.
    pub id: Uuid,
}

/// Whether retired records are among those asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retired {
    /// Only records in use.
    #[default]
    Hide,
    /// Only retired ones.
    Only,
    /// Both.
    Show,
}

/// What a list asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// All of these hold.
    pub tests: Vec<Test>,
    /// These words occur in the searchable columns.
    pub text: Option<String>,
    /// Sort keys; the id comes last in any case.
    pub sort: Vec<Sort>,
    /// Where the page begins.
    pub after: Option<After>,
    /// The most records that are wanted; none for all.
    pub limit: Option<u64>,
    /// Whether retired ones count.
    pub retired: Retired,
    /// Whether the number of all records is wanted.
    pub count: bool,
}

impl Query {
    /// Records for which all of these hold, without a limit.
    pub fn of(tests: impl IntoIterator<Item = Test>) -> Self {
        Self { tests: tests.into_iter().collect(), ..Self::default() }
    }

    /// What tells it apart from others, but for the values of the place where it begins.
    pub(super) fn shape(&self) -> String {
        let Self { tests, text, sort, after, limit, retired, count: _ } = self;
        let after = after.as_ref().map(|after| after.keys.iter().map(Option::is_some).collect::<Vec<_>>());
        format!("{tests:?}{text:?}{sort:?}{after:?}{limit:?}{retired:?}")
    }

    /// The same, retired ones too.
    #[must_use]
    pub fn with_retired(mut self) -> Self {
        self.retired = Retired::Show;
        self
    }
}
