//! The guided start (clause 4.4): a template makes a reviewable set of drafts in one call, safe to call again. Nothing
//! of it is in force before a person approves it.

mod make;
mod rest;
mod step;
mod template;

pub use rest::register;

use crate::caller::Caller;
use crate::resource::{Outcome, Resource};
use isms_authz::Action;
use isms_entity::word;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

word! {
    /// What kind of organisation it is.
    Template {
        /// A small company of any trade.
        SmallCompany,
        /// A maker or operator of software.
        SoftwareCompany,
        /// A maker of goods.
        Manufacturer,
    }
}

/// What the set-up did with the records of one type.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SetupPart)]
pub struct Part {
    /// The address of the type, such as `risks`.
    pub records: &'static str,
    /// Made now.
    pub created: usize,
    /// There already.
    pub present: usize,
    /// Left for somebody who may make them; they call the set-up again.
    pub left: usize,
}

/// What came of the set-up.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Setup {
    /// The template.
    pub template: Template,
    /// By type.
    pub parts: Vec<Part>,
    /// What to do next, step by step.
    pub steps: Vec<step::Step>,
}

/// Makes what the template has and is not there yet: catalogues, units, drafts of documents and records, and a first
/// decision on each control. Records are known again by their names.
///
/// # Errors
/// When the database does not answer.
pub async fn setup(caller: &Caller, template: Template) -> Outcome<Setup> {
    let mut parts: BTreeMap<usize, Part> = BTreeMap::new();
    make::catalogues(caller, &mut parts).await?;
    make::records(caller, template, &mut parts).await?;
    make::documents(caller, &mut parts).await?;
    make::decisions(caller).await?;
    let steps = step::steps(caller).await?;
    Ok(Setup { template, parts: parts.into_values().collect(), steps })
}

/// Whether the caller may make such records at the root.
fn may_make<R: Resource>(caller: &Caller) -> Outcome<bool> {
    let mut row = R::Row::default();
    isms_entity::Recorded::set_common(&mut row, caller.new_common());
    caller.may::<R>(Action::Create, &crate::store::RowFacts::<R>::new(&row))
}
