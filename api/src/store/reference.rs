//! References among records: checked before they are written, kept as links for reading them backwards.

use super::append::Flat;
use super::query::Operand;
use crate::caller::Caller;
use crate::resource::{Error, FieldError, Known, Outcome, Reference, Resource, Spec};
use crate::resources;
use isms_authz::Action;
use sea_orm::Value;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query as Sql, SimpleExpr};
use std::collections::HashSet;
use uuid::Uuid;

/// The ids that a row's reference field holds.
pub(super) fn ids(known: Known, row: &Flat, reference: &Reference) -> Vec<Uuid> {
    let column = known.fields.get(reference.field).and_then(|field| field.column);
    match column.and_then(|column| row.get(known.spec, column)) {
        Some(Value::Uuid(Some(id))) => vec![*id],
        Some(Value::Json(Some(json))) => {
            json.as_array().into_iter().flatten().filter_map(|id| id.as_str()?.parse().ok()).collect()
        }
        _ => Vec::new(),
    }
}

/// The most ids that one statement asks for; SQLite takes 32,766 values.
const ASKED: usize = 20_000;

/// Each id of the field stands there once and is known.
fn check_row(reference: &Reference, place: usize, now: &[Uuid], known: &HashSet<Uuid>, errors: &mut Vec<FieldError>) {
    let field = reference.field;
    if now.iter().collect::<HashSet<_>>().len() != now.len() {
        errors.push(FieldError::new(format!("/{place}/{field}"), "names the same record twice"));
    }
    for (i, id) in now.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
        let pointer = if reference.many { format!("/{place}/{field}/{i}") } else { format!("/{place}/{field}") };
        let noun = resources::spec(reference.target).map_or("record", |spec| spec.noun);
        errors.push(FieldError::new(pointer, format!("there is no {noun} {id}")));
    }
}

impl Caller {
    /// Refuses references to what is not there, is retired or is not for the caller's eyes, without telling which.
    /// References that stood there before stay as they are.
    pub(super) async fn check_references(&self, kind: Known, old: &Flat, row: &Flat) -> Outcome<()> {
        let mut errors = Vec::new();
        for reference in kind.spec.references {
            let before: HashSet<Uuid> = ids(kind, old, reference).into_iter().collect();
            let now = ids(kind, row, reference);
            if now.iter().collect::<HashSet<_>>().len() != now.len() {
                errors.push(FieldError::new(format!("/{}", reference.field), "names the same record twice"));
            }
            let fresh: Vec<Uuid> = now.iter().filter(|id| !before.contains(id)).copied().collect();
            let known = self.nameable(reference, &fresh).await?;
            for (i, id) in now.iter().enumerate().filter(|(_, id)| fresh.contains(id) && !known.contains(id)) {
                let pointer =
                    if reference.many { format!("/{}/{i}", reference.field) } else { format!("/{}", reference.field) };
                let noun = resources::spec(reference.target).map_or("record", |spec| spec.noun);
                errors.push(FieldError::new(pointer, format!("there is no {noun} {id}")));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }

    /// The same for many new rows: one statement for each reference field and some thousand ids.
    pub(super) async fn check_new_references(&self, kind: Known, rows: &[Flat]) -> Outcome<()> {
        let mut errors = Vec::new();
        for reference in kind.spec.references {
            let wanted: HashSet<Uuid> = rows.iter().flat_map(|row| ids(kind, row, reference)).collect();
            let (wanted, mut known) = (wanted.into_iter().collect::<Vec<_>>(), HashSet::new());
            for chunk in wanted.chunks(ASKED) {
                known.extend(self.nameable(reference, chunk).await?);
            }
            for (place, row) in rows.iter().enumerate() {
                check_row(reference, place, &ids(kind, row, reference), &known, &mut errors);
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }

    /// Which of these records a field may name anew: those that the caller may list, and, unless the service copies
    /// them from what stood before, that are not retired.
    async fn nameable(&self, reference: &Reference, ids: &[Uuid]) -> Outcome<HashSet<Uuid>> {
        match resources::spec(reference.target) {
            Some(spec) if reference.copied => self.visible(spec, ids).await,
            _ => self.known(reference.target, ids).await,
        }
    }

    /// Which of these records the caller may list and are not retired.
    pub(super) async fn known(&self, target: &str, ids: &[Uuid]) -> Outcome<HashSet<Uuid>> {
        let Some(spec) = resources::spec(target) else { return Ok(HashSet::new()) };
        let in_use = Expr::col((Alias::new(spec.table), Alias::new("retired_at"))).is_null();
        self.among(spec, ids, in_use).await
    }

    /// Which of these records the caller may list, retired or not.
    pub(crate) async fn visible(&self, spec: &'static Spec, ids: &[Uuid]) -> Outcome<HashSet<Uuid>> {
        self.among(spec, ids, Expr::val(1).eq(1)).await
    }

    async fn among(&self, spec: &'static Spec, ids: &[Uuid], also: SimpleExpr) -> Outcome<HashSet<Uuid>> {
        let mut found = HashSet::new();
        for ids in ids.chunks(10_000) {
            let mut select = Sql::select();
            self.lay_out(&mut select, spec);
            self.place(&mut select, spec);
            select
                .column((Alias::new(spec.table), Alias::new("id")))
                .and_where(self.allows(Action::List, spec)?)
                .and_where(also.clone())
                .and_where(Expr::col((Alias::new(spec.table), Alias::new("id"))).is_in(ids.iter().copied()));
            for row in self.store.all(&select).await? {
                found.insert(row.try_get("", "id")?);
            }
        }
        Ok(found)
    }

    /// The links of new rows, with few statements.
    pub(super) async fn link_new(&self, kind: Known, rows: &[Flat]) -> Outcome<()> {
        let links: Vec<_> = kind
            .spec
            .references
            .iter()
            .filter(|reference| reference.many)
            .flat_map(|reference| {
                rows.iter().flat_map(move |row| {
                    ids(kind, row, reference).into_iter().map(move |id| (row.common.id, reference.field, id))
                })
            })
            .collect();
        for chunk in links.chunks(ASKED / 4) {
            let mut insert = Sql::insert();
            insert
                .into_table(Alias::new("link"))
                .columns(["source_id", "source_type", "field", "target_id"].map(Alias::new));
            for (source, field, target) in chunk {
                insert.values_panic([(*source).into(), kind.spec.name.into(), (*field).into(), (*target).into()]);
            }
            insert.on_conflict(OnConflict::new().do_nothing().to_owned());
            self.store.run(&insert).await?;
        }
        Ok(())
    }

    /// Brings the links of a record up to its row.
    pub(super) async fn link(&self, kind: Known, old: &Flat, row: &Flat) -> Outcome<()> {
        let source = row.common.id;
        for reference in kind.spec.references.iter().filter(|reference| reference.many) {
            let before: HashSet<Uuid> = ids(kind, old, reference).into_iter().collect();
            let now: HashSet<Uuid> = ids(kind, row, reference).into_iter().collect();
            let gone: Vec<Uuid> = before.difference(&now).copied().collect();
            if !gone.is_empty() {
                let delete = Sql::delete()
                    .from_table(Alias::new("link"))
                    .and_where(Expr::col(Alias::new("source_id")).eq(source))
                    .and_where(Expr::col(Alias::new("field")).eq(reference.field))
                    .and_where(Expr::col(Alias::new("target_id")).is_in(gone))
                    .to_owned();
                self.store.run(&delete).await?;
            }
            let mut fresh = now.difference(&before).peekable();
            if fresh.peek().is_some() {
                let mut insert = Sql::insert();
                insert
                    .into_table(Alias::new("link"))
                    .columns(["source_id", "source_type", "field", "target_id"].map(Alias::new));
                for target in fresh {
                    insert.values_panic([
                        source.into(),
                        kind.spec.name.into(),
                        reference.field.into(),
                        (*target).into(),
                    ]);
                }
                insert.on_conflict(OnConflict::new().do_nothing().to_owned());
                self.store.run(&insert).await?;
            }
        }
        Ok(())
    }

    /// Whether going from one record along a field of references to its own type comes back to it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reaches<R: Resource>(&self, field: &'static str, from: &[Uuid], to: Uuid) -> Outcome<bool> {
        let (mut seen, mut front) = (HashSet::new(), from.to_vec());
        while !front.is_empty() {
            if front.contains(&to) {
                return Ok(true);
            }
            seen.extend(front.iter().copied());
            let elsewhere = |id: &Uuid| self.rehearsed.as_ref().and_then(|rehearsed| rehearsed.targets(field, *id));
            let (led, stored): (Vec<Uuid>, _) = front.iter().partition(|id| elsewhere(id).is_some());
            let led: Vec<Uuid> = led.iter().filter_map(elsewhere).flatten().collect();
            let select = Sql::select()
                .column(Alias::new("target_id"))
                .distinct()
                .from(Alias::new("link"))
                .and_where(Expr::col(Alias::new("source_type")).eq(R::SPEC.name))
                .and_where(Expr::col(Alias::new("field")).eq(field))
                .and_where(Expr::col(Alias::new("source_id")).is_in::<Uuid, Vec<Uuid>>(stored))
                .to_owned();
            let rows = self.store.all(&select).await?;
            front = rows
                .iter()
                .map(|row| Ok(row.try_get::<Uuid>("", "target_id")?))
                .chain(led.into_iter().map(Ok))
                .filter(|id| id.as_ref().map_or(true, |id: &Uuid| !seen.contains(id)))
                .collect::<Outcome<_>>()?;
        }
        Ok(false)
    }
}

impl From<Operand> for Value {
    fn from(operand: Operand) -> Self {
        operand.0
    }
}
