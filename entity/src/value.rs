//! Value types that store alike on SQLite and PostgreSQL.

use chrono::{DateTime, Datelike, Months, NaiveDate, SecondsFormat, SubsecRound, Utc};
use sea_orm::{DeriveValueType, FromJsonQueryResult};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// An instant as microseconds since the Unix epoch, UTC: one integer column on both databases, so
/// that order and equality are the same everywhere. The doors show it as RFC 3339.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Time(pub i64);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let instant = DateTime::<Utc>::from(*self);
        serializer.serialize_str(&instant.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = text.parse::<DateTime<Utc>>().ok().filter(|at| (1..=9_999).contains(&at.year()));
        let wrong = || D::Error::custom(format!("{text:?} is not an instant like 2026-03-31T09:00:00Z (RFC 3339)"));
        instant.map(Into::into).ok_or_else(wrong)
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new().schema_type(Type::String).format(Some(format)).into()
    }
}

impl ToSchema for Time {}

impl From<DateTime<Utc>> for Time {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.trunc_subsecs(6).timestamp_micros())
    }
}

impl From<Time> for DateTime<Utc> {
    fn from(time: Time) -> Self {
        Self::from_timestamp_micros(time.0).unwrap_or_default()
    }
}

/// A measured figure with four decimals, kept as a whole number of ten-thousandths, so that both databases keep it
/// exactly. The doors show and take it as a JSON number of at most eleven digits before the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub struct Figure(pub i64);

/// Ten-thousandths in one.
const SCALE: f64 = 10_000.0;

impl Figure {
    /// The largest figure that a JSON number holds exactly, in ten-thousandths.
    const MOST: f64 = 1e15;

    /// A whole number.
    #[must_use]
    pub const fn whole(number: i64) -> Self {
        Self(number * 10_000)
    }
}

impl Serialize for Figure {
    #[expect(clippy::cast_precision_loss, reason = "figures stay below 2^53")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / SCALE)
    }
}

impl<'de> Deserialize<'de> for Figure {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let scaled = (f64::deserialize(deserializer)? * SCALE).round();
        if scaled.is_finite() && scaled.abs() <= Self::MOST {
            Ok(Self(scaled as i64))
        } else {
            Err(serde::de::Error::custom("a figure has at most eleven digits before the point"))
        }
    }
}

impl PartialSchema for Figure {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Number).into()
    }
}

impl ToSchema for Figure {}

/// References to other records of the same organisation, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct Ids(pub Vec<Uuid>);

impl Ids {
    /// Names this one, too, unless it is named.
    pub fn add(&mut self, id: Uuid) {
        if !self.0.contains(&id) {
            self.0.push(id);
        }
    }
}

/// A list of codes or short texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
pub struct Words(pub Vec<String>);

/// A frozen JSON document, for example the state that an acceptance was given for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct Json(pub serde_json::Value);

/// Declares a frozen JSON document of a known shape: it is kept as it was written, whatever becomes of the shape.
#[macro_export]
macro_rules! document {
    ($(#[$doc:meta])* $name:ident: $($shape:tt)+) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize,
            ::sea_orm::FromJsonQueryResult, ::utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = $($shape)+)]
        pub struct $name(pub ::serde_json::Value);
    };
}

/// Declares an enum that is stored and shown as camelCase text: portable, and readable in the table.
/// The first variant is the default.
#[macro_export]
macro_rules! word {
    ($(#[$doc:meta])* $name:ident {
        $(#[$fdoc:meta])* $first:ident $(, $(#[$vdoc:meta])* $variant:ident)* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, PartialOrd, Ord,
            ::sea_orm::EnumIter, ::sea_orm::DeriveActiveEnum,
            ::serde::Serialize, ::serde::Deserialize, ::utoipa::ToSchema)]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "camelCase")]
        #[serde(rename_all = "camelCase")]
        pub enum $name {
            $(#[$fdoc])* #[default] $first,
            $($(#[$vdoc])* $variant),*
        }
    };
}

/// The day so many calendar months after this one, the last of its month where that is shorter; none for less than no months or
/// beyond what dates reach (I-66).
pub fn months_on(day: NaiveDate, months: i32) -> Option<NaiveDate> {
    day.checked_add_months(Months::new(u32::try_from(months).ok()?))
}
