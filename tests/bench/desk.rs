//! What the handlers by hand write with: a database as the product opens it, and statements written once.

use isms::config::Config;
use isms_entity::ledger::trail_entry;
use isms_entity::planning::asset;
use isms_entity::{Ids, Json, Words};
use sea_orm::sea_query::Iden;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, Iterable, ModelTrait,
    QueryResult, Statement, Value,
};
use uuid::Uuid;

/// What a handler needs: the database, the statements, and who is there.
#[derive(Clone)]
pub struct Desk {
    /// The database.
    pub database: DatabaseConnection,
    /// Inserts an asset.
    pub insert: String,
    /// Inserts an entry of the trail.
    record: String,
    /// Changes an asset.
    pub update: String,
    /// The only organisation.
    pub organisation: Uuid,
    /// Its only unit.
    pub unit: Uuid,
    /// Its only person.
    pub actor: Uuid,
}

impl Desk {
    /// As the product opens a database: with SQLite's log and everything on the disk at each commit.
    pub async fn at(config: &Config) -> Self {
        // SQLite has one writer at a time: the others wait for its connection rather than for a lock in the file.
        let most = if config.database_url.starts_with("sqlite:") { 1 } else { config.database_connections };
        let mut options = ConnectOptions::new(&config.database_url);
        options.sqlx_logging(false).test_before_acquire(false).max_connections(most).map_sqlx_sqlite_opts(|sqlite| {
            sqlite.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full).foreign_keys(true)
        });
        let database = sea_orm::Database::connect(options).await.expect("a database");
        let sql = "SELECT u.id AS unit, u.organisation_id AS organisation, p.id AS actor FROM unit u, \"user\" p";
        let first = one(&database, sql, []).await;
        let id = |name: &str| first.try_get("", name).expect("an id");
        Self {
            insert: insert::<asset::Entity>("asset"),
            record: insert::<trail_entry::Entity>("trail_entry"),
            update: "UPDATE asset SET description = $1, version = version + 1, updated_at = $2, updated_by = $3 \
                WHERE id = $4 RETURNING *"
                .to_owned(),
            organisation: id("organisation"),
            unit: id("unit"),
            actor: id("actor"),
            database,
        }
    }

    /// An entry of the trail as anybody would keep one: numbered, with the row before and after, and sealed by nothing.
    pub async fn record(
        &self,
        transaction: &DatabaseTransaction,
        act: &str,
        before: Option<&asset::Model>,
        after: &asset::Model,
    ) {
        let next = "UPDATE tenant_counter SET trail_position = trail_position + 1 WHERE organisation_id = $1 \
            RETURNING trail_position";
        let counted = one(transaction, next, [self.organisation.into()]).await;
        let json = |row: &asset::Model| Json(serde_json::to_value(row).expect("JSON"));
        let entry = trail_entry::Model {
            id: Uuid::now_v7(),
            organisation_id: self.organisation,
            position: counted.try_get("", "trail_position").expect("a number"),
            at: after.updated_at,
            actor_id: self.actor,
            actor_type: "User".to_owned(),
            authentication: Json::default(),
            act: act.to_owned(),
            record_type: "Asset".to_owned(),
            record_id: after.id,
            record_version: after.version,
            unit_ids: Ids(vec![after.unit_id]),
            before: before.map(json),
            after: json(after),
            reasons: Words::default(),
            request_id: String::new(),
            commitments: Json::default(),
            salts: Json::default(),
            body: String::new(),
            superseded_at: trail_entry::STANDS,
        };
        run(transaction, &self.record, values::<trail_entry::Entity>(&entry)).await;
    }
}

/// The statement that inserts a whole row.
fn insert<E: EntityTrait>(table: &str) -> String {
    let columns: Vec<_> = E::Column::iter().map(|column| format!("\"{}\"", column.unquoted())).collect();
    let places: Vec<_> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", "))
}

/// The values of a row in the order of its columns.
pub fn values<E: EntityTrait>(row: &E::Model) -> Vec<Value> {
    E::Column::iter().map(|column| row.get(column)).collect()
}

/// Runs a statement.
pub async fn run(on: &impl ConnectionTrait, sql: &str, values: impl IntoIterator<Item = Value>) {
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, values);
    on.execute_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The first row of a statement that has one.
pub async fn one(on: &impl ConnectionTrait, sql: &str, values: impl IntoIterator<Item = Value>) -> QueryResult {
    let statement = Statement::from_sql_and_values(on.get_database_backend(), sql, values);
    let row = on.query_one_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    row.unwrap_or_else(|| panic!("{sql}: no row"))
}
