//! Statements that are written once and run many times with other last values.

use super::place::Veil;
use super::{Connection, Store};
use crate::resource::Outcome;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{QueryResult, Statement, StatementBuilder, Value};
use uuid::Uuid;

/// A statement whose last values tell which record is read, or where a page begins.
#[derive(Clone, Debug)]
pub struct Prepared {
    statement: Statement,
    veil: Veil,
}

impl Prepared {
    /// The fields that it shows in part.
    pub(super) fn veil(&self) -> &Veil {
        &self.veil
    }
}

impl Store {
    /// Writes a statement down; its last value will be replaced.
    pub(super) fn prepare(&self, select: &SelectStatement, veil: Veil) -> Prepared {
        Prepared { statement: StatementBuilder::build(select, &self.backend()), veil }
    }

    /// Writes a list down; the values of the place where it begins are its last ones but for the limit, which goes
    /// into the text.
    pub(super) fn prepare_list(&self, select: &SelectStatement, veil: Veil) -> Prepared {
        let mut prepared = self.prepare(select, veil);
        spell_out_limit(&mut prepared.statement);
        prepared
    }

    /// Runs it from this place on.
    pub(super) async fn run_list(&self, prepared: &Prepared, place: Vec<Value>) -> Outcome<Vec<QueryResult>> {
        let mut statement = prepared.statement.clone();
        if let Some(values) = statement.values.as_mut().map(|values| &mut values.0) {
            values.truncate(values.len().saturating_sub(place.len()));
            values.extend(place);
        }
        self.all_built(statement).await
    }

    /// Runs it for this id.
    pub(super) async fn run_prepared(&self, prepared: &Prepared, id: Uuid) -> Outcome<Option<QueryResult>> {
        let mut statement = prepared.statement.clone();
        if let Some(last) = statement.values.as_mut().and_then(|values| values.0.last_mut()) {
            *last = Value::Uuid(Some(id));
        }
        self.pulse.send();
        let row = match &self.connection {
            Connection::Pool(pool) => {
                let _place = self.place_in_line().await?;
                pool.one(statement).await?
            }
            Connection::Transaction(transaction, _) => transaction.one(statement).await?,
        };
        self.pulse.answer();
        Ok(row)
    }
}

/// Puts the number into the text. Of a limit that is not known when it plans, PostgreSQL expects so many rows that it
/// never keeps the plan, and planning takes longer than reading.
fn spell_out_limit(statement: &mut Statement) {
    let Some(values) = statement.values.as_mut().map(|values| &mut values.0) else { return };
    let (Some((text, _)), Some(Value::BigUnsigned(Some(limit)))) =
        (statement.sql.rsplit_once(" LIMIT "), values.last())
    else {
        return;
    };
    statement.sql = format!("{text} LIMIT {limit}");
    values.pop();
}
