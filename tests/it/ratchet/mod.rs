//! What must hold for everything there is, counted, so that nothing is examined by an empty loop.

mod contract;
mod durability;
mod filter;
mod floors;
mod import;
mod invariants;
mod operation;
mod schema;
mod trail;

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

/// The rows of a query as texts, the first column of each.
pub async fn rows(database: &DatabaseConnection, sql: &str) -> Vec<String> {
    let sql = format!("SELECT CAST(value AS text) AS value FROM ({}) AS inner_query", named(sql));
    let statement = Statement::from_string(database.get_database_backend(), sql.clone());
    let rows = database.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.try_get::<Option<String>>("", "value").expect("a text").unwrap_or_default()).collect()
}

/// The query with its one column called `value`.
fn named(sql: &str) -> String {
    let (columns, rest) = sql.split_once(" FROM ").expect("a query of one table");
    format!("{columns} AS value FROM {rest}")
}
