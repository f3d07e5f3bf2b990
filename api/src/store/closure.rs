//! The closure of the unit tree: each unit with itself and everything above it.

use crate::caller::Caller;
use crate::resource::Outcome;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql};
use uuid::Uuid;

impl Caller {
    /// Puts a unit, with all that lies below it, under another. The caller's rules keep the tree a tree.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn place_unit(&self, unit: Uuid, parent: Option<Uuid>) -> Outcome<()> {
        self.store.place_unit(unit, parent).await
    }

    /// Whether a unit lies below another, after all that this transaction has changed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn lies_below(&self, unit: Uuid, above: Uuid) -> Outcome<bool> {
        let over = self.store.closure("descendant_id", unit, "ancestor_id").await?;
        Ok(unit != above && over.iter().any(|(id, _)| *id == above))
    }

    /// What kind of record lies in this unit and is not retired, for the caller's eyes or not; none when it is empty but
    /// for what follows people and documents.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn held_by(&self, unit: Uuid) -> Outcome<Option<&'static str>> {
        for spec in crate::resources::specs().iter().filter(|spec| !spec.follows) {
            let select = Sql::select()
                .column(Alias::new("id"))
                .from(Alias::new(spec.table))
                .and_where(Expr::col(Alias::new("organisation_id")).eq(self.organisation()))
                .and_where(Expr::col(Alias::new("unit_id")).eq(unit))
                .and_where(Expr::col(Alias::new("retired_at")).is_null())
                .limit(1)
                .to_owned();
            if self.store.one(&select).await?.is_some() {
                return Ok(Some(spec.noun));
            }
        }
        Ok(None)
    }
}

impl super::Store {
    pub(super) async fn place_unit(&self, unit: Uuid, parent: Option<Uuid>) -> Outcome<()> {
        let mut subtree = self.closure("ancestor_id", unit, "descendant_id").await?;
        if subtree.is_empty() {
            subtree.push((unit, 0));
        } else {
            let below: Vec<Uuid> = subtree.iter().map(|(id, _)| *id).collect();
            let delete = Sql::delete()
                .from_table(Alias::new("unit_closure"))
                .and_where(Expr::col(Alias::new("descendant_id")).is_in(below.clone()))
                .and_where(Expr::col(Alias::new("ancestor_id")).is_not_in(below))
                .to_owned();
            self.run(&delete).await?;
        }
        let mut above = match parent {
            Some(parent) => self.closure("descendant_id", parent, "ancestor_id").await?,
            None => Vec::new(),
        };
        for (_, depth) in &mut above {
            *depth += 1;
        }
        let fresh = subtree == [(unit, 0)] && self.closure("descendant_id", unit, "ancestor_id").await?.is_empty();
        if fresh {
            above.push((unit, 0));
        }
        for chunk in subtree.chunks(100) {
            let mut insert = Sql::insert();
            insert
                .into_table(Alias::new("unit_closure"))
                .columns(["ancestor_id", "descendant_id", "depth"].map(Alias::new));
            for (below, down) in chunk {
                for (over, up) in &above {
                    insert.values_panic([(*over).into(), (*below).into(), (up + down).into()]);
                }
            }
            if !above.is_empty() {
                self.run(&insert).await?;
            }
        }
        Ok(())
    }

    async fn closure(&self, from: &str, unit: Uuid, to: &str) -> Outcome<Vec<(Uuid, i32)>> {
        let select = Sql::select()
            .columns([Alias::new(to), Alias::new("depth")])
            .from(Alias::new("unit_closure"))
            .and_where(Expr::col(Alias::new(from)).eq(unit))
            .to_owned();
        let rows = self.all(&select).await?;
        rows.iter().map(|row| Ok((row.try_get("", to)?, row.try_get("", "depth")?))).collect()
    }
}
