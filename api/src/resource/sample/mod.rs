//! Samples that both sides draw alike (I-58): the population in the order of a hash of seed and id, and the first of it.

mod rest;

pub use rest::register;

use crate::caller::token;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

/// The most records that a sample has.
pub const MOST: i32 = 500;

/// A record that was drawn.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DrawnRecord {
    /// The record.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
}

/// A sample.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RecordSample)]
pub struct Sample {
    /// What it was drawn with.
    pub seed: String,
    /// How many records it was drawn from: those that the filters let through and the caller may see.
    pub population: u64,
    /// The records, in the order in which they were drawn.
    pub drawn: Vec<DrawnRecord>,
}

/// The first `size` of the population in the order of SHA-256 of seed and id, in hexadecimal.
pub fn draw(seed: &str, population: Vec<(Uuid, String)>, size: usize) -> Vec<DrawnRecord> {
    let key = |id: &Uuid| token::hex(&Sha256::digest(format!("{seed}{id}")));
    let mut ordered: Vec<(String, DrawnRecord)> =
        population.into_iter().map(|(id, reference)| (key(&id), DrawnRecord { id, reference })).collect();
    ordered.sort_unstable_by(|one, other| (&one.0, one.1.id).cmp(&(&other.0, other.1.id)));
    ordered.into_iter().take(size).map(|(_, drawn)| drawn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_whatever_the_order() {
        let population: Vec<_> = (0..50).map(|n| (Uuid::from_u128(n), format!("ACT-{n:04}"))).collect();
        let mut turned = population.clone();
        turned.reverse();
        let names = |drawn: Vec<DrawnRecord>| drawn.into_iter().map(|drawn| drawn.reference).collect::<Vec<_>>();
        let drawn = names(draw("spring", population.clone(), 5));
        assert_eq!(drawn, names(draw("spring", turned, 5)));
        assert_eq!(drawn.len(), 5);
        assert_ne!(drawn, names(draw("autumn", population, 5)));
    }
}
