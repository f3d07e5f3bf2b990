//! The records that an engagement covers, as its auditors see them: a table and lines of JSON for each kind.

use super::archive::Draft;
use crate::caller::Caller;
use crate::resource::export::{Columns, Record, csv_line, flat};
use crate::resource::{Known, Outcome, Resource, Spec};
use crate::resources::{self, Visitor};
use crate::store::Query;
use futures::future::LocalBoxFuture;
use isms_authz::Action;
use isms_entity::Recorded;
use serde_json::json;
use uuid::Uuid;

/// Records that are read at once.
const PAGE: u64 = 500;

/// Which records of one kind there are.
pub struct Table {
    /// Their type.
    pub spec: &'static Spec,
    /// Their ids.
    pub ids: Vec<Uuid>,
}

/// All records of one kind, on the disk.
pub struct Written {
    /// As CSV.
    pub csv: Draft,
    /// As JSON, a line each.
    pub lines: Draft,
}

/// Reads every kind that the reader may take out, in the order of the clauses, and keeps one after the other: no more
/// than a page of one is held in memory. What organisation and auditors tell each other is left out: it goes on changing.
pub async fn tables(reader: &Caller, mut keep: impl FnMut(&Table, Written) -> Outcome<()>) -> Outcome<Vec<Table>> {
    struct Kinds<'a> {
        reader: &'a Caller,
        reading: Vec<LocalBoxFuture<'a, Outcome<(Table, Written)>>>,
    }
    impl Visitor for Kinds<'_> {
        fn visit<R: Resource>(&mut self) {
            // A policy that cannot be translated is told by the reading itself.
            let is_ruled_out = self.reader.access.rules_out(Action::Export, R::SPEC.policy_type).unwrap_or(false);
            if !R::SPEC.live && !is_ruled_out {
                self.reading.push(Box::pin(table::<R>(self.reader)));
            }
        }
    }
    let mut kinds = Kinds { reader, reading: Vec::new() };
    resources::visit(&mut kinds);
    let mut tables = Vec::with_capacity(kinds.reading.len());
    for reading in kinds.reading {
        let (table, written) = reading.await?;
        if !table.ids.is_empty() {
            keep(&table, written)?;
            tables.push(table);
        }
    }
    Ok(tables)
}

async fn table<R: Resource>(reader: &Caller) -> Outcome<(Table, Written)> {
    let columns = Columns::of(Known::of::<R>());
    let headings: Vec<_> = columns.headings().into_iter().map(Into::into).collect();
    let spec = resources::spec(R::SPEC.name).unwrap_or(const { &R::SPEC });
    let (mut table, mut written) =
        (Table { spec, ids: Vec::new() }, Written { csv: Draft::new()?, lines: Draft::new()? });
    written.csv.push(&csv_line(&headings))?;
    let mut next = Some(Query { limit: Some(PAGE), ..Query::default() });
    while let Some(query) = next {
        let page = reader.list_for::<R>(Action::Export, &query).await?;
        let mut records: Vec<Record> = Vec::with_capacity(page.items.len());
        for found in &page.items {
            table.ids.push(found.row.common().id);
            let mut record = flat(found)?;
            record.insert("withheld".into(), json!(found.withheld));
            written.lines.push(&(serde_json::to_string(&record)? + "\n"))?;
            record.remove("withheld");
            records.push(record);
        }
        for row in columns.rows(reader, &records).await? {
            written.csv.push(&csv_line(&row))?;
        }
        next = page.next.map(|after| Query { after: Some(after), ..query });
        tokio::task::yield_now().await;
    }
    Ok((table, written))
}
