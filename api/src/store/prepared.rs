//! Statements that are written once and run many times with another last value.

use super::{Connection, STATEMENTS, Store};
use crate::resource::Outcome;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ConnectionTrait, QueryResult, Statement, StatementBuilder, Value};
use std::sync::atomic::Ordering;
use uuid::Uuid;

/// A statement whose last value is a record's id.
#[derive(Clone, Debug)]
pub struct Prepared {
    statement: Statement,
}

impl Store {
    /// Writes a statement down; its last value will be replaced.
    pub(super) fn prepare(&self, select: &SelectStatement) -> Prepared {
        Prepared { statement: StatementBuilder::build(select, &self.backend()) }
    }

    /// Runs it for this id.
    pub(super) async fn run_prepared(&self, prepared: &Prepared, id: Uuid) -> Outcome<Option<QueryResult>> {
        let mut statement = prepared.statement.clone();
        if let Some(last) = statement.values.as_mut().and_then(|values| values.0.last_mut()) {
            *last = Value::Uuid(Some(id));
        }
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
        let waiting = self.watch.wait();
        let row = match &self.connection {
            Connection::Pool(pool) => pool.query_one_raw(statement).await,
            Connection::Transaction(transaction) => transaction.query_one_raw(statement).await,
        };
        waiting.over();
        Ok(row?)
    }
}
