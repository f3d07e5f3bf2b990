//! A short way to write a record's table: the columns and keys that all records have, then its own.

use sea_orm_migration::prelude::*;

/// A table under construction and the indexes that go with it.
pub struct Table {
    name: &'static str,
    create: TableCreateStatement,
    /// Columns for a table that is there already.
    grown: Option<Vec<ColumnDef>>,
    indexes: Vec<IndexCreateStatement>,
}

impl Table {
    /// A table with nothing in it yet.
    pub fn bare(name: &'static str) -> Self {
        let mut create = sea_orm_migration::prelude::Table::create();
        create.table(Alias::new(name));
        Self { name, create, grown: None, indexes: Vec::new() }
    }

    /// A table that is there already and gets more columns, each of which may be null or has a value to begin with.
    pub fn grown(name: &'static str) -> Self {
        Self { grown: Some(Vec::new()), ..Self::bare(name) }
    }

    /// A record's table: the common columns, its unit in the same tenant, and the indexes that every list needs.
    pub fn record(name: &'static str) -> Self {
        let mut table = Self::bare(name)
            .key("id")
            .uuid("organisation_id")
            .uuid("unit_id")
            .text("reference")
            .int("version")
            .big("created_at")
            .uuid("created_by")
            .big("updated_at")
            .uuid("updated_by")
            .opt_big("retired_at")
            .unique(&["organisation_id", "reference"])
            .unique(&["organisation_id", "id"])
            .index(&["unit_id", "id"]);
        if name != "unit" && name != "organisation" {
            table = table.references(&["organisation_id", "unit_id"], "unit", &["organisation_id", "id"]);
        }
        table
    }

    fn column(mut self, name: &str, build: impl FnOnce(&mut ColumnDef) -> &mut ColumnDef) -> Self {
        let mut column = ColumnDef::new(Alias::new(name));
        build(&mut column);
        match &mut self.grown {
            Some(columns) => columns.push(column),
            None => drop(self.create.col(column).to_owned()),
        }
        self
    }

    /// The primary key, a UUID.
    pub fn key(self, name: &str) -> Self {
        self.column(name, |c| c.uuid().not_null().primary_key())
    }
    pub fn uuid(self, name: &str) -> Self {
        self.column(name, |c| c.uuid().not_null())
    }
    pub fn opt_uuid(self, name: &str) -> Self {
        self.column(name, ColumnDef::uuid)
    }
    pub fn text(self, name: &str) -> Self {
        self.column(name, |c| c.text().not_null())
    }
    /// Text that existing rows begin with.
    pub fn text_from(self, name: &str, first: &str) -> Self {
        self.column(name, |c| c.text().not_null().default(first))
    }
    pub fn opt_text(self, name: &str) -> Self {
        self.column(name, ColumnDef::text)
    }
    pub fn int(self, name: &str) -> Self {
        self.column(name, |c| c.integer().not_null())
    }
    pub fn opt_int(self, name: &str) -> Self {
        self.column(name, ColumnDef::integer)
    }
    pub fn big(self, name: &str) -> Self {
        self.column(name, |c| c.big_integer().not_null())
    }
    pub fn opt_big(self, name: &str) -> Self {
        self.column(name, ColumnDef::big_integer)
    }
    /// A number that existing rows begin with.
    pub fn big_from(self, name: &str, first: i64) -> Self {
        self.column(name, |c| c.big_integer().not_null().default(first))
    }
    pub fn flag(self, name: &str) -> Self {
        self.column(name, |c| c.boolean().not_null())
    }
    pub fn opt_flag(self, name: &str) -> Self {
        self.column(name, ColumnDef::boolean)
    }
    pub fn date(self, name: &str) -> Self {
        self.column(name, |c| c.date().not_null())
    }
    pub fn opt_date(self, name: &str) -> Self {
        self.column(name, ColumnDef::date)
    }
    pub fn json(self, name: &str) -> Self {
        self.column(name, |c| c.json_binary().not_null())
    }
    pub fn opt_json(self, name: &str) -> Self {
        self.column(name, ColumnDef::json_binary)
    }

    /// A foreign key.
    pub fn references(mut self, from: &[&str], table: &str, to: &[&str]) -> Self {
        let mut key = ForeignKey::create();
        key.from_tbl(Alias::new(self.name)).to_tbl(Alias::new(table));
        for column in from {
            key.from_col(Alias::new(*column));
        }
        for column in to {
            key.to_col(Alias::new(*column));
        }
        self.create.foreign_key(&mut key);
        self
    }

    /// An index for the lists that filter or sort by these columns.
    pub fn index(self, columns: &[&str]) -> Self {
        self.indexed(columns, false)
    }

    /// An index that also keeps these columns unique.
    pub fn unique(self, columns: &[&str]) -> Self {
        self.indexed(columns, true)
    }

    fn indexed(mut self, columns: &[&str], unique: bool) -> Self {
        let mut index = Index::create();
        index.name(format!("{}_{}", self.name, columns.join("_"))).table(Alias::new(self.name));
        for column in columns {
            index.col(Alias::new(*column));
        }
        if unique {
            index.unique();
        }
        self.indexes.push(index);
        self
    }

    /// Makes the table and its indexes.
    pub async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        match self.grown {
            // SQLite takes one column at a time.
            Some(columns) => {
                for column in columns {
                    let mut alter = sea_orm_migration::prelude::Table::alter();
                    manager.alter_table(alter.table(Alias::new(self.name)).add_column(column).to_owned()).await?;
                }
            }
            None => manager.create_table(self.create).await?,
        }
        for index in self.indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// A step that does nothing but make these tables.
macro_rules! tables {
    ($name:literal; $($table:expr),+ $(,)?) => {
        /// The step.
        pub struct Migration;

        impl ::sea_orm_migration::MigrationName for Migration {
            fn name(&self) -> &str {
                $name
            }
        }

        #[::sea_orm_migration::async_trait::async_trait]
        impl ::sea_orm_migration::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &::sea_orm_migration::SchemaManager,
            ) -> Result<(), ::sea_orm_migration::DbErr> {
                $($table.create(manager).await?;)+
                Ok(())
            }
        }
    };
}
pub(crate) use tables;
