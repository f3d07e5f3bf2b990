//! The migrated tables are what the entities say: the same columns, the same that may be null.

use super::rows;
use crate::app::App;
use isms::resource::Resource;
use isms::resources::{self, Visitor};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, IdenStatic, Iterable};
use std::collections::BTreeMap;

/// Columns by name, and whether each may be null.
type Columns = BTreeMap<String, bool>;

fn columns<E: EntityTrait>() -> Columns {
    E::Column::iter().map(|column| (column.as_str().to_owned(), column.def().is_null())).collect()
}

struct Tables(BTreeMap<&'static str, Columns>);

impl Visitor for Tables {
    fn visit<R: Resource>(&mut self) {
        self.0.insert(R::SPEC.table, columns::<R::Entity>());
    }
}

#[tokio::test]
async fn the_migrated_schema_equals_the_entities() {
    let app = App::start().await;
    let database = app.database().await;
    let mut tables = Tables(BTreeMap::new());
    resources::visit(&mut tables);
    tables.0.insert("trail_entry", columns::<isms_entity::ledger::trail_entry::Entity>());
    let mut examined = 0;
    for (table, expected) in &tables.0 {
        let there = match database.get_database_backend() {
            DbBackend::Postgres => {
                let of = |nullable: &str| {
                    format!(
                        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' \
                         AND table_name = '{table}' AND is_nullable = '{nullable}'"
                    )
                };
                both(rows(&database, &of("YES")).await, rows(&database, &of("NO")).await)
            }
            _ => {
                let of = |null: u8| format!("SELECT name FROM pragma_table_info('{table}') WHERE \"notnull\" = {null}");
                both(rows(&database, &of(0)).await, rows(&database, &of(1)).await)
            }
        };
        assert_eq!(&there, expected, "{table}");
        examined += there.len();
    }
    println!("{examined} columns of {} tables examined", tables.0.len());
    assert!(examined > 200);
}

fn both(nullable: Vec<String>, not: Vec<String>) -> Columns {
    nullable.into_iter().map(|name| (name, true)).chain(not.into_iter().map(|name| (name, false))).collect()
}

#[test]
fn what_is_computed_asks_for_no_days_that_only_probes_know() {
    let computed = resources::specs().iter().flat_map(|spec| spec.computed.iter().map(move |field| (spec.name, field)));
    let mut examined = 0;
    for (name, field) in computed {
        for probes in ["{now-", "{now+", "{day", "{me", "{="] {
            assert!(!field.sql.contains(probes), "{name}.{} says {probes}", field.name);
        }
        examined += 1;
    }
    println!("{examined} computed fields examined");
    assert!(examined > 50);
}
