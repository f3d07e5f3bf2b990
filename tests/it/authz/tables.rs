//! The same world in real tables, on each database that there is.

use super::world::{Record, Type, World};
use isms_authz::{Fact, Kind, Literal};
use sea_orm::sea_query::{Alias, ColumnDef, Expr, Query, SelectStatement, SimpleExpr, Table};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement, Value};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A database with a place of its own for one test.
pub struct Place {
    pub db: DatabaseConnection,
    schema: Option<String>,
}

impl Place {
    /// SQLite in memory.
    pub async fn sqlite() -> Self {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1).sqlx_logging(false);
        Self { db: Database::connect(options).await.expect("SQLite opens"), schema: None }
    }

    /// SQLite, and PostgreSQL when `TEST_DATABASE_URL` names one, in a schema of this name.
    pub async fn all(name: &str) -> Vec<Self> {
        let mut places = vec![Self::sqlite().await];
        if let Some(url) = std::env::var("TEST_DATABASE_URL").ok().filter(|url| url.starts_with("postgres")) {
            let schema = format!("authz_{name}_{}", std::process::id());
            let mut options = ConnectOptions::new(url);
            options.max_connections(1).sqlx_logging(false).set_schema_search_path(schema.clone());
            let db = Database::connect(options).await.expect("PostgreSQL answers");
            db.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.expect("a schema of its own");
            places.push(Self { db, schema: Some(schema) });
        } else {
            println!("TEST_DATABASE_URL is not set: SQLite only");
        }
        places
    }

    /// Which database.
    pub fn backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    /// Leaves nothing behind.
    pub async fn close(self) {
        if let Some(schema) = &self.schema {
            self.db.execute_unprepared(&format!("DROP SCHEMA {schema} CASCADE")).await.expect("the schema goes");
        }
    }

    /// Puts the world into fresh tables.
    pub async fn fill(&self, types: &[Type], world: &World) {
        for kind in types {
            self.table(kind).await;
            for record in world.records.get(kind.name).into_iter().flatten() {
                self.insert(kind, record).await;
            }
        }
        self.closure(world).await;
    }

    async fn table(&self, kind: &Type) {
        let drop = Table::drop().table(Alias::new(kind.table)).if_exists().to_owned();
        self.db.execute(&drop).await.expect("an old table goes");
        let mut create = Table::create();
        create.table(Alias::new(kind.table)).col(ColumnDef::new(Alias::new("id")).uuid().not_null().primary_key());
        for attribute in kind.all().filter(|a| a.column != "id") {
            let mut column = ColumnDef::new(Alias::new(attribute.column));
            match attribute.kind {
                Kind::Entity(_) => column.uuid(),
                Kind::Text => column.text(),
                Kind::Long | Kind::Presence => column.big_integer(),
                Kind::Bool => column.boolean(),
                Kind::Entities(_) | Kind::Texts => column.json_binary(),
            };
            if !attribute.optional && attribute.kind != Kind::Presence {
                column.not_null();
            }
            create.col(&mut column);
        }
        self.db.execute(&create).await.expect("a table is made");
    }

    async fn insert(&self, kind: &Type, record: &Record) {
        let (mut columns, mut values) = (vec![Alias::new("id")], vec![Expr::val(record.id)]);
        for attribute in kind.all().filter(|a| a.column != "id") {
            if let Some(value) = record.columns.get(attribute.column).and_then(stored) {
                columns.push(Alias::new(attribute.column));
                values.push(Expr::val(value));
            }
        }
        let insert =
            Query::insert().into_table(Alias::new(kind.table)).columns(columns).values_panic(values).to_owned();
        self.db.execute(&insert).await.expect("a record is stored");
    }

    async fn closure(&self, world: &World) {
        for statement in [
            "DROP TABLE IF EXISTS unit_alone",
            "DROP TABLE IF EXISTS unit_closure",
            match self.backend() {
                DbBackend::Postgres => "CREATE TABLE unit_closure (ancestor_id uuid, descendant_id uuid)",
                _ => "CREATE TABLE unit_closure (ancestor_id blob, descendant_id blob)",
            },
        ] {
            self.db.execute_unprepared(statement).await.expect("the closure is laid");
        }
        let mut insert = Query::insert();
        insert.into_table(Alias::new("unit_closure")).columns(["ancestor_id", "descendant_id"].map(Alias::new));
        for unit in &world.units {
            for above in world.tree.above(unit.id) {
                insert.values_panic([above.into(), unit.id.into()]);
            }
        }
        self.db.execute(&insert).await.expect("the closure is stored");
        // For the sabotage that forgets what lies below.
        let alone = "CREATE TABLE unit_alone AS SELECT * FROM unit_closure WHERE ancestor_id = descendant_id";
        self.db.execute_unprepared(alone).await.expect("the stunted closure is stored");
    }

    /// The ids that a list under this condition shows; `spoil` may tamper with the SQL.
    pub async fn list(
        &self,
        table: &'static str,
        guard: SimpleExpr,
        spoil: impl Fn(String) -> String,
    ) -> BTreeSet<Uuid> {
        let select: SelectStatement = Query::select()
            .column((Alias::new(table), Alias::new("id")))
            .from(Alias::new(table))
            .and_where(guard)
            .to_owned();
        let built = self.backend().build(&select);
        let statement = Statement { sql: spoil(built.sql), ..built };
        let rows = self.db.query_all_raw(statement.clone()).await.unwrap_or_else(|e| panic!("{e}: {statement}"));
        rows.iter().map(|row| row.try_get("", "id").expect("an id")).collect()
    }
}

fn stored(fact: &Fact) -> Option<Value> {
    let one = |literal: &Literal| match literal {
        Literal::Id(id) => Value::from(*id),
        Literal::Text(text) => Value::from(text.as_str()),
        Literal::Long(number) => Value::from(*number),
        Literal::Bool(flag) => Value::from(*flag),
    };
    match fact {
        Fact::Absent => None,
        Fact::One(literal) => Some(one(literal)),
        Fact::Many(list) => Some(Value::from(
            list.iter()
                .map(|literal| match literal {
                    Literal::Id(id) => serde_json::json!(id),
                    Literal::Text(text) => serde_json::json!(text),
                    Literal::Long(number) => serde_json::json!(number),
                    Literal::Bool(flag) => serde_json::json!(flag),
                })
                .collect::<serde_json::Value>(),
        )),
    }
}
