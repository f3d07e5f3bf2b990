//! What people call records: names, codes and addresses, to find records by them and to show them in files.

use crate::caller::Caller;
use crate::resource::Outcome;
use crate::resources;
use isms_authz::Action;
use sea_orm::QueryResult;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql};
use uuid::Uuid;

/// The most ids that one statement asks for; SQLite takes 32,766 values.
const ASKED: usize = 20_000;

/// What people call one record.
#[derive(Clone, Debug, Default)]
pub struct Label {
    /// The record.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// Its version.
    pub version: i32,
    /// Whether it is retired.
    pub retired: bool,
    /// Its name or title.
    pub name: Option<String>,
    /// Its code in a catalogue.
    pub code: Option<String>,
    /// Its address.
    pub email: Option<String>,
}

impl Caller {
    /// What the records of a type are called, of those that the caller may list: all, or these.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn labels(&self, target: &str, ids: Option<&[Uuid]>) -> Outcome<Vec<Label>> {
        let Some(ids) = ids else { return self.labels_of(target, None).await };
        let mut labels = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(ASKED) {
            labels.extend(self.labels_of(target, Some(chunk)).await?);
        }
        Ok(labels)
    }

    async fn labels_of(&self, target: &str, ids: Option<&[Uuid]>) -> Outcome<Vec<Label>> {
        let Some(spec) = resources::spec(target) else { return Ok(Vec::new()) };
        let column = |name: &str| Expr::col((Alias::new(spec.table), Alias::new(name)));
        let has = |name: &str| resources::columns(spec).iter().any(|column| column.name == name);
        let mut select = Sql::select();
        self.lay_out(&mut select, spec);
        self.place(&mut select, spec);
        for name in ["id", "reference", "version", "retired_at"] {
            select.expr_as(column(name), Alias::new(name));
        }
        for (name, candidates) in [("name", &["name", "title"][..]), ("code", &["code"]), ("email", &["email"])] {
            if let Some(candidate) = candidates.iter().find(|candidate| has(candidate))
                && !self.is_masked(spec, candidate)?
            {
                select.expr_as(column(candidate), Alias::new(format!("label_{name}")));
            }
        }
        select.and_where(self.allows(Action::List, spec)?);
        if let Some(ids) = ids {
            select.and_where(column("id").is_in(ids.iter().copied()));
        }
        self.store.all(&select).await?.iter().map(label).collect()
    }
}

fn label(row: &QueryResult) -> Outcome<Label> {
    let names = row.column_names();
    let text = |name: &str| -> Outcome<Option<String>> {
        let column = format!("label_{name}");
        Ok(if names.contains(&column) { row.try_get("", &column)? } else { None })
    };
    Ok(Label {
        id: row.try_get("", "id")?,
        reference: row.try_get("", "reference")?,
        version: row.try_get("", "version")?,
        retired: row.try_get::<Option<i64>>("", "retired_at")?.is_some(),
        name: text("name")?,
        code: text("code")?,
        email: text("email")?,
    })
}
