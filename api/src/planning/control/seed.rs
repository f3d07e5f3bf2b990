//! The catalogue of Annex A, brought in as records that the organisation then decides on.

use super::Control;
use crate::caller::Caller;
use crate::resource::{Error, Outcome, service};
use crate::store::Query;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// The 93 controls: id, title, theme, attributes and guidance in our own words.
pub const ANNEX_A: &str = include_str!("annex_a.json");

fn catalogue() -> &'static [Value] {
    static CATALOGUE: OnceLock<Vec<Value>> = OnceLock::new();
    CATALOGUE.get_or_init(|| serde_json::from_str(ANNEX_A).unwrap_or_default())
}

/// Whether this is the id of an Annex A control.
pub(super) fn known(code: &str) -> bool {
    catalogue().iter().any(|entry| entry["id"] == code)
}

/// The place in the statement: Annex A in its own order, own controls after it.
pub(super) fn ordinal(code: &str) -> i32 {
    let place = catalogue().iter().position(|entry| entry["id"] == code);
    place.and_then(|place| i32::try_from(place + 1).ok()).unwrap_or(1_000)
}

/// Makes the Annex A controls that are not there yet; returns how many.
///
/// # Errors
/// No leave to make controls.
pub async fn seed(caller: &Caller) -> Outcome<usize> {
    let there = caller.all::<Control>(&Query::default().with_retired()).await?;
    let drafts: Vec<Value> = catalogue()
        .iter()
        .filter(|entry| !there.iter().any(|found| entry["id"] == found.row.code.as_str()))
        .map(|entry| {
            json!({
                "code": entry["id"], "title": entry["title"], "theme": entry["theme"], "origin": "annexA",
                "types": entry["types"], "properties": entry["properties"], "concepts": entry["concepts"],
                "capabilities": entry["capabilities"], "domains": entry["domains"], "guidance": entry["guidance"],
            })
        })
        .collect();
    if catalogue().len() != 93 {
        return Err(Error::Internal("the Annex A catalogue is not whole".into()));
    }
    Ok(service::create_all::<Control>(caller, drafts).await?.len())
}
