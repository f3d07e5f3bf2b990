//! The stored shape of every record: sea-orm entities, enums and value types; no HTTP, no policy.

pub mod context;
pub mod leadership;
pub mod ledger;
pub mod planning;
mod record;
mod value;

pub use record::{Common, Drafted, Recorded};
pub use value::{Ids, Json, Time, Words};

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
