//! A risk as the bare handler reads and shows it: columns by place, fields in the product's order.

use chrono::NaiveDate;
use isms_entity::Time;
use sea_orm::sqlx::Row;
use sea_orm::sqlx::postgres::PgRow;
use sea_orm::sqlx::sqlite::SqliteRow;
use sea_orm::sqlx::types::Json;
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// Declares the fields once: what is selected, read by place from either database, and shown.
macro_rules! risk {
    ($($(#[$how:meta])* $field:ident: $type:ty),* $(,)?) => {
        /// A risk.
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct Risk {
            $($(#[$how])* pub $field: $type,)*
            allowed_actions: [&'static str; 0],
            withheld: [&'static str; 0],
        }

        /// Its columns in the order in which they are read.
        pub const COLUMNS: &[&str] = &[$(stringify!($field)),*];

        impl Risk {
            /// From a row of SQLite.
            pub fn sqlite(row: &SqliteRow) -> Self {
                let mut place = 0..;
                Self { $($field: value!(row, place),)* allowed_actions: [], withheld: [] }
            }

            /// From a row of PostgreSQL.
            pub fn postgres(row: &PgRow) -> Self {
                let mut place = 0..;
                Self { $($field: value!(row, place),)* allowed_actions: [], withheld: [] }
            }
        }
    };
}

macro_rules! value {
    ($row:ident, $place:ident) => {
        $row.try_get_unchecked::<_, usize>($place.next().unwrap_or_default()).expect("a column")
    };
}

fn instant<S: Serializer>(micros: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    Time(*micros).serialize(serializer)
}

fn instant_if_any<S: Serializer>(micros: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    micros.map(Time).serialize(serializer)
}

risk! {
    id: Uuid,
    reference: String,
    version: i32,
    #[serde(serialize_with = "instant")]
    created_at: i64,
    created_by: Uuid,
    #[serde(serialize_with = "instant")]
    updated_at: i64,
    updated_by: Uuid,
    #[serde(serialize_with = "instant_if_any")]
    retired_at: Option<i64>,
    unit_id: Uuid,
    title: String,
    cause: Option<String>,
    event: Option<String>,
    consequence: Option<String>,
    kind: String,
    category: Option<String>,
    owner_id: Option<Uuid>,
    affects: Json<Vec<String>>,
    asset_ids: Json<Vec<Uuid>>,
    threat_ids: Json<Vec<Uuid>>,
    vulnerability_ids: Json<Vec<Uuid>>,
    control_ids: Json<Vec<Uuid>>,
    planned_control_ids: Json<Vec<Uuid>>,
    inherent_likelihood: Option<i32>,
    inherent_impact: Option<i32>,
    current_likelihood: Option<i32>,
    current_impact: Option<i32>,
    residual_likelihood: Option<i32>,
    residual_impact: Option<i32>,
    rationale: Option<String>,
    treatment: Option<String>,
    treatment_detail: Option<String>,
    treatment_ends_on: Option<NaiveDate>,
    review_on: Option<NaiveDate>,
    state: String,
    methodology_id: Option<Uuid>,
    inherent_level: Option<i32>,
    current_level: Option<i32>,
    residual_level: Option<i32>,
    above_criterion: bool,
    #[serde(serialize_with = "instant_if_any")]
    assessed_at: Option<i64>,
    content_hash: String,
    closure_proposed_by: Option<Uuid>,
    closure_reason: Option<String>,
    handling: String,
    overdue: bool,
    orphaned: bool,
    assumed_controls: i64,
}
