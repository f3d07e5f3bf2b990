//! Units, a tree with one root (I-12). A unit's record lies in the unit above; making, moving and retiring it takes an
//! administrator of that unit, for rights over all above and below move with it.

use crate::caller::Caller;
use crate::resource::{Error, NothingComputed, Outcome, Reference, Resource, Spec, record_of};
use crate::store::{Query, Test, Writing};
use isms_entity::context::unit;
use isms_entity::leadership::role_assignment::Role;
use isms_entity::{Common, Recorded};
use uuid::Uuid;

/// A unit.
pub struct Unit;

impl Resource for Unit {
    record_of!(unit, NothingComputed);

    const SPEC: Spec = Spec {
        name: "Unit",
        policy_type: "Unit",
        plural: "units",
        noun: "unit",
        table: "unit",
        prefix: "UNI",
        clause: "4 Context",
        references: &[Reference::one("parentId", "Unit", "parent"), Reference::one("headId", "User", "head")],
        search: &["name"],
        sorts: &["name"],
        grants_access: true,
        ..Spec::PLAIN
    };

    async fn settle(caller: &Caller, old: Option<&unit::Model>, row: &mut unit::Model) -> Outcome<()> {
        if row.id == caller.access.root {
            if row.parent_id.is_some() {
                return Err(root_stays());
            }
            row.set_common(Common { unit_id: row.id, ..row.common() });
            return Ok(());
        }
        let parent = row.parent_id.unwrap_or(caller.access.root);
        if old.is_none_or(|old| old.parent_id != Some(parent)) && !caller.access.units.is_open(parent) {
            return Err(Error::field("/parentId", format!("there is no unit {parent}")));
        }
        if let Some(old) = old.filter(|old| old.parent_id != Some(parent)) {
            takes_administrator(caller, old.parent_id.into_iter().chain([parent]))?;
        }
        if parent == row.id || caller.lies_below(parent, row.id).await? {
            return Err(Error::field("/parentId", "a unit cannot lie under itself or a unit below it"));
        }
        row.parent_id = Some(parent);
        row.unit_id = parent;
        Ok(())
    }

    async fn retiring(caller: &Caller, old: &unit::Model, row: &mut unit::Model) -> Outcome<()> {
        if row.id == caller.access.root {
            return Err(root_stays());
        }
        if row.retired_at == old.retired_at {
            return Ok(());
        }
        takes_administrator(caller, row.parent_id)?;
        if row.retired_at.is_none() {
            let parent = row.parent_id.unwrap_or(caller.access.root);
            let is_there = caller.access.units.is_open(parent);
            return if is_there { Ok(()) } else { Err(Error::Conflict("the unit above is restored first".into())) };
        }
        let below = Query::of([Test::is("parent_id", row.id)]);
        if !caller.for_rules::<Self>(&below).await?.is_empty() {
            return Err(Error::Conflict("the units below are moved or retired first".into()));
        }
        // Rehomed first, whether the caller may see them or not (I-12).
        if let Some(noun) = caller.held_by(row.id).await? {
            return Err(Error::Conflict(format!("a {noun} still lies in this unit: move or retire it first")));
        }
        Ok(())
    }

    async fn stored(caller: &Writing<'_>, old: Option<&unit::Model>, row: &unit::Model) -> Outcome<()> {
        if old.is_some_and(|old| old.parent_id == row.parent_id) {
            return Ok(());
        }
        caller.place_unit(row.id, row.parent_id).await
    }
}

fn root_stays() -> Error {
    Error::Conflict("the root unit stays where it is".into())
}

/// Whoever moves or retires a unit administers what lies above.
fn takes_administrator(caller: &Caller, above: impl IntoIterator<Item = Uuid>) -> Outcome<()> {
    if above.into_iter().all(|unit| caller.holds(Role::Administrator, unit)) {
        return Ok(());
    }
    Err(Error::Denied("moving or retiring a unit takes an administrator of the units above".into()))
}
