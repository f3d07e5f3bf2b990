//! The trail of one record, as far as the caller could have read the record then.

use super::RowFacts;
use super::found::{structures, without_people};
use super::sealed;
use super::select::pointers;
use crate::caller::Caller;
use crate::resource::{Error, Outcome, Resource, Spec};
use crate::resources::{self, Visitor};
use isms_authz::Action;
use isms_entity::ledger::trail_entry::{Column, Model};
use isms_entity::{Json, Time};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query as Sql};
use sea_orm::{DbBackend, FromQueryResult, Iden, Iterable, QueryResult};
use serde_json::Value;
use std::collections::HashSet;
use uuid::Uuid;

/// Somebody owned a record before it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedBefore {
    /// The record's type by name.
    pub record_type: String,
    /// The record.
    pub record_id: Uuid,
    /// Who owned it.
    pub owner_id: Uuid,
}

impl Caller {
    /// What of these types people owned before a change since then, whether the caller may read it or not: for rules alone, and
    /// nothing of it may be shown. Its cost grows with the changes since then.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn owned_before(&self, types: &[&str], people: &[Uuid], since: Time) -> Outcome<Vec<OwnedBefore>> {
        let owner = Expr::cust(match self.store.backend() {
            DbBackend::Postgres => r#""before"->>'owner_id'"#,
            _ => r#"json_extract("before", '$.owner_id')"#,
        });
        let mut select = Sql::select();
        select
            .distinct()
            .columns(["record_type", "record_id"].map(Alias::new))
            .expr_as(owner.clone(), Alias::new("owner_id"))
            .from(Alias::new("trail_entry"))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()))
            .and_where(Expr::col(Alias::new("record_type")).is_in(types.iter().copied()))
            .and_where(Expr::col(Alias::new("at")).gte(since.0))
            .and_where(owner.is_in(people.iter().map(ToString::to_string)));
        let owned = |row: &QueryResult| {
            let owner: String = row.try_get("", "owner_id")?;
            let owner_id =
                owner.parse().map_err(|_| Error::Internal(format!("the trail names {owner} as an owner")))?;
            Ok(OwnedBefore {
                record_type: row.try_get("", "record_type")?,
                record_id: row.try_get("", "record_id")?,
                owner_id,
            })
        };
        self.store.all(&select).await?.iter().map(owned).collect()
    }

    /// The changes of one record that the caller may read, latest first, below a version. States of the record
    /// that the caller may not read, and references to what they may not see, are left out.
    ///
    /// # Errors
    /// [`crate::resource::Error::NotFound`] for those who may not read the record.
    pub async fn history<R: Resource>(&self, id: Uuid, below: Option<i32>, limit: u64) -> Outcome<Vec<Model>> {
        self.fetch::<R>(id).await?;
        let (mut entries, mut below) = (Vec::new(), below);
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        // Pages are cut after what may not be read is left out, or the end of a page would look like the end of all.
        loop {
            let rows = self.trail_of::<R>(id, below, limit).await?;
            let last = rows.len() < wanted;
            below = rows.last().map(|entry| entry.record_version).or(below);
            for mut entry in rows {
                if !self.could_read::<R>(&entry.after)? {
                    continue;
                }
                let before = entry.before.take();
                entry.before = before.filter(|before| self.could_read::<R>(before).unwrap_or(false));
                entries.push(entry);
            }
            if last || entries.len() >= wanted {
                break;
            }
        }
        entries.truncate(wanted);
        entries.iter_mut().for_each(sealed::blank);
        self.withhold_references::<R>(&mut entries).await?;
        if self.access.principal.remit.is_some() {
            for entry in &mut entries {
                entry.position = 0;
                // Who made a credential is nobody whom they were told of.
                if let Some(known) = entry.authentication.0.as_object_mut() {
                    known.retain(|name, _| name == "method");
                }
            }
        }
        Ok(entries)
    }

    /// The type of the record with this id in the organisation, whoever may see it: nothing of it may be shown.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn type_of(&self, id: Uuid) -> Outcome<Option<&'static Spec>> {
        let select = Sql::select()
            .column(Alias::new("record_type"))
            .from(Alias::new("trail_entry"))
            .and_where(Expr::col(Alias::new("record_id")).eq(id))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()))
            .limit(1)
            .to_owned();
        let Some(row) = self.store.one(&select).await? else { return Ok(None) };
        Ok(resources::spec(&row.try_get::<String>("", "record_type")?))
    }

    async fn trail_of<R: Resource>(&self, id: Uuid, below: Option<i32>, limit: u64) -> Outcome<Vec<Model>> {
        let mut select = Sql::select();
        select
            .columns(Column::iter().map(|column| Alias::new(column.unquoted())))
            .from(Alias::new("trail_entry"))
            .and_where(Expr::col(Alias::new("record_id")).eq(id))
            .and_where(Expr::col(Alias::new("record_type")).eq(R::SPEC.name))
            .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()))
            .order_by(Alias::new("record_version"), Order::Desc)
            .limit(limit);
        let at = Expr::col(Alias::new("at"));
        let this = self.facing(const { &R::SPEC });
        if let Some(last) = this.as_of {
            select.and_where(at.clone().lte(last.0));
        }
        if let Some(first) = self.access.window.and_then(|window| window.first()) {
            select.and_where(at.gte(first.0));
        }
        if let Some(below) = below {
            select.and_where(Expr::col(Alias::new("record_version")).lt(below));
        }
        let rows = self.store.all(&select).await?;
        rows.iter().map(|row| Ok(Model::from_query_result(row, "")?)).collect()
    }

    fn could_read<R: Resource>(&self, state: &Json) -> Outcome<bool> {
        let row: R::Row = serde_json::from_value(state.0.clone())?;
        self.may::<R>(Action::Read, &RowFacts::<R>::new(&row))
    }

    /// Which of these entries the caller may take out: as the records stood before and after, with all that is frozen
    /// in them. What they name is another question.
    ///
    /// # Errors
    /// When the policy engine cannot answer.
    pub fn may_take_out(&self, entries: &[Model]) -> Outcome<Vec<bool>> {
        let mut judged = Judged { caller: self, entries, allowed: vec![false; entries.len()], wrong: None };
        resources::visit(&mut judged);
        judged.wrong.map_or(Ok(judged.allowed), Err)
    }

    /// Who made a change is withheld from whoever may not list them.
    async fn withhold_actors(&self, entries: &mut [Model]) -> Outcome<()> {
        let Some(people) = resources::spec("User") else { return Ok(()) };
        if self.access.condition(Action::List, people.policy_type)?.admits_organisation(self.organisation()) {
            return Ok(());
        }
        let actors: HashSet<Uuid> = entries.iter().map(|entry| entry.actor_id).collect();
        let mut visible = self.visible(people, &actors.into_iter().collect::<Vec<_>>()).await?;
        visible.insert(self.id());
        for entry in entries.iter_mut().filter(|entry| !visible.contains(&entry.actor_id)) {
            entry.actor_id = Uuid::nil();
        }
        Ok(())
    }

    async fn withhold_references<R: Resource>(&self, entries: &mut [Model]) -> Outcome<()> {
        for (name, _, target) in pointers(const { &R::SPEC }, R::fields()) {
            let condition = self.access.condition(Action::List, target.policy_type)?;
            if condition.admits_organisation(self.organisation()) {
                continue;
            }
            let states =
                || entries.iter().flat_map(|e| e.before.iter().chain([&e.after])).filter_map(|s| s.0.get(name));
            let ids: HashSet<Uuid> = states().flat_map(ids).collect();
            let visible = self.visible(target, &ids.into_iter().collect::<Vec<_>>()).await?;
            for state in entries.iter_mut().flat_map(|e| e.before.iter_mut().chain([&mut e.after])) {
                if let Some(value) = state.0.get_mut(name) {
                    withhold(value, &visible);
                }
            }
        }
        let mask = self.mask(&R::SPEC)?;
        let nameless = self.knows_no_people()? || mask.as_ref().is_some_and(|mask| mask.names_people);
        if let Some(mask) = mask {
            for state in entries.iter_mut().flat_map(|e| e.before.iter_mut().chain([&mut e.after])) {
                for name in mask.columns {
                    state.0.get_mut(*name).into_iter().for_each(|value| *value = Value::Null);
                }
            }
        }
        self.withhold_actors(entries).await?;
        let remit = self.access.principal.remit.as_ref();
        if nameless {
            let states = entries.iter_mut().flat_map(|e| e.before.iter_mut().chain([&mut e.after]));
            states.filter_map(|state| state.0.as_object_mut()).for_each(|state| {
                structures::<R>().for_each(|column| state.get_mut(column).into_iter().for_each(without_people));
            });
        }
        // Where who made a record is sensitive, so is who changed it.
        if remit.is_some() && self.is_masked(const { &R::SPEC }, "created_by")? {
            let own = self.id();
            entries.iter_mut().filter(|entry| entry.actor_id != own).for_each(|entry| entry.actor_id = Uuid::nil());
        }
        for frozen in self.blanked(&R::SPEC)? {
            for state in entries.iter_mut().flat_map(|e| e.before.iter_mut().chain([&mut e.after])) {
                state.0.get_mut(frozen.column).into_iter().for_each(|content| (frozen.blank)(content, remit));
            }
        }
        Ok(())
    }
}

/// Asks of each record type what may be taken out of the trail.
struct Judged<'a> {
    caller: &'a Caller,
    entries: &'a [Model],
    allowed: Vec<bool>,
    wrong: Option<Error>,
}

impl Judged<'_> {
    fn judge<R: Resource>(&mut self) -> Outcome<()> {
        let frozen = self.caller.blanked(const { &R::SPEC })?;
        let remit = self.caller.access.principal.remit.as_ref();
        for (entry, allowed) in self.entries.iter().zip(&mut self.allowed) {
            if entry.record_type != R::SPEC.name {
                continue;
            }
            *allowed = true;
            for state in entry.before.iter().chain([&entry.after]) {
                for (content, frozen) in frozen.iter().filter_map(|frozen| Some((state.0.get(frozen.column)?, frozen)))
                {
                    let mut seen = content.clone();
                    (frozen.blank)(&mut seen, remit);
                    *allowed &= seen == *content;
                }
                let row: R::Row = serde_json::from_value(state.0.clone())?;
                let facts = RowFacts::<R>::new(&row);
                *allowed &=
                    self.caller.may::<R>(Action::Read, &facts)? && self.caller.may::<R>(Action::Export, &facts)?;
            }
        }
        Ok(())
    }
}

impl Visitor for Judged<'_> {
    fn visit<R: Resource>(&mut self) {
        if let Err(error) = self.judge::<R>() {
            self.wrong = Some(error);
        }
    }
}

fn ids(value: &Value) -> Vec<Uuid> {
    match value {
        Value::Array(items) => items.iter().flat_map(ids).collect(),
        Value::String(text) => text.parse().into_iter().collect(),
        _ => Vec::new(),
    }
}

fn withhold(value: &mut Value, visible: &HashSet<Uuid>) {
    let hidden = |value: &Value| ids(value).iter().any(|id| !visible.contains(id));
    match value {
        Value::Array(items) => items.retain(|item| !hidden(item)),
        other if hidden(other) => *other = Value::Null,
        _ => {}
    }
}
