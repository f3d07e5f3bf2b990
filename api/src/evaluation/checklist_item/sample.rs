//! Samples that an internal auditor draws, and that can be drawn again (I-58).

use super::{ChecklistItem, audit_of, open};
use crate::caller::Caller;
use crate::resource::query::Listing;
use crate::resource::sample::{MOST, draw};
use crate::resource::{Act, ActSpec, Error, Faults, Known, Outcome, is_blank};
use crate::resources;
use isms_authz::Action as Verb;
use isms_entity::Words;
use isms_entity::evaluation::checklist_item;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Draw a sample.
pub struct Sample;

/// What to draw from and how many.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleRequest {
    /// Records as in the address of their list, with filters or without: `actions?state=verified`.
    pub population: String,
    /// How many, from 1 to 500.
    pub size: i32,
    /// What to draw with; the same seed draws the same records from the same population.
    pub seed: String,
}

impl Act for Sample {
    type Of = ChecklistItem;
    type Input = SampleRequest;
    const SPEC: ActSpec = ActSpec {
        name: "sample",
        verb: Verb::Update,
        from: &[],
        summary: "Draw a sample that can be drawn again, and keep what was drawn",
    };

    async fn run(caller: &Caller, row: &mut checklist_item::Model, input: SampleRequest) -> Outcome<()> {
        open(&audit_of(caller, row).await?)?;
        let mut faults = Faults::default();
        faults.range("size", input.size, 1..=i64::from(MOST));
        faults.when(is_blank(&input.seed), "seed", "is what the sample is drawn with");
        faults.settle()?;
        let population = population(caller, &input.population).await?;
        let of = i32::try_from(population.len()).unwrap_or(i32::MAX);
        let drawn = draw(&input.seed, population, usize::try_from(input.size).unwrap_or_default());
        row.drawn = Words(drawn.into_iter().map(|drawn| drawn.reference).collect());
        row.drawn_from = Some(of);
        row.drawn_at = Some(caller.now());
        row.population = Some(input.population);
        row.sample_size = Some(input.size);
        row.seed = Some(input.seed);
        Ok(())
    }
}

/// The records that a population names, of those that the caller may list.
async fn population(caller: &Caller, told: &str) -> Outcome<Vec<(Uuid, String)>> {
    let (plural, filter) = told.split_once('?').unwrap_or((told, ""));
    let wrong = |detail: &str| Error::field("/population", detail.to_owned());
    let spec = resources::specs().iter().find(|spec| spec.plural == plural);
    let spec = spec.ok_or_else(|| wrong("begins with the plural of a record type, such as actions"))?;
    let fields = resources::fields(spec).ok_or_else(|| wrong("has no fields"))?;
    let pairs = filter.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('='));
    let pairs = pairs.map(|pair| pair.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let pairs: Vec<_> = pairs.collect::<Option<_>>().ok_or_else(|| wrong("has filters such as state=verified"))?;
    if pairs.iter().any(|(name, _)| matches!(name.as_str(), "limit" | "cursor" | "sort" | "count" | "asOf")) {
        return Err(wrong("takes filters only: a sample is drawn from all that they let through"));
    }
    let known = Known { spec, fields };
    let listing = Listing::parse_for(known, caller, &pairs).map_err(|error| match error {
        Error::Malformed(detail) => wrong(&detail),
        other => other,
    })?;
    caller.population(known, &listing.query).await
}
