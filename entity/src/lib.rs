//! The stored shape of every record: sea-orm entities, enums and value types; no HTTP, no policy.

pub mod context;
pub mod evaluation;
pub mod improvement;
pub mod leadership;
pub mod ledger;
pub mod operation;
pub mod planning;
mod record;
mod standard;
pub mod support;
mod value;

pub use record::{Common, Drafted, Recorded};
pub use standard::SUBCLAUSES;
pub use value::{Figure, Ids, Json, Time, Words, months_on};

/// The lowest need or rating.
const fn one() -> i32 {
    1
}

/// Some relevance, between little and much.
const fn some() -> i32 {
    2
}

/// The middle priority.
const fn middling() -> i32 {
    3
}

/// Users are active unless said otherwise.
const fn yes() -> bool {
    true
}

/// Two weeks, in days.
const fn fortnight() -> i32 {
    14
}

/// A year, in days.
const fn year() -> i32 {
    365
}

/// A year, in months.
const fn yearly() -> i32 {
    12
}

/// The language of documents unless said otherwise.
fn english() -> String {
    "en".to_owned()
}

/// The standard and edition that certificates are given for unless said otherwise.
fn iso() -> String {
    "ISO/IEC 27001:2022".to_owned()
}
