//! What SQL tells of the database itself: the entries of the trail, and whether each record has its own.

use crate::outcome::Outcome;
use crate::verdict::Wrong;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement};
use std::collections::{HashMap, HashSet};

/// Tables that writes of the storm touch, and of which every version has an entry.
const TABLES: [&str; 8] =
    ["asset", "risk", "evidence", "organisation", "unit", "\"user\"", "role_assignment", "api_token"];
/// Types of records that the storm writes, with their tables.
const TYPES: [(&str, &str); 3] = [("Asset", "asset"), ("Risk", "risk"), ("Evidence", "evidence")];

/// An entry of the trail.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place.
    pub position: i64,
    /// The request that made it.
    pub request: String,
    /// The record, without dashes.
    pub record: String,
    /// The version that it made.
    pub version: i32,
    /// The record as it was then.
    pub after: String,
}

/// The database as the judge reads it.
#[derive(Debug)]
pub struct Scan<'a>(pub &'a DatabaseConnection);

impl Scan<'_> {
    async fn rows(&self, sql: &str) -> Outcome<Vec<QueryResult>> {
        let statement = Statement::from_string(self.0.get_database_backend(), sql);
        Ok(self.0.query_all_raw(statement).await.map_err(|error| format!("{error} ({sql})"))?)
    }

    /// A number that a statement tells.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn number(&self, sql: &str) -> Outcome<i64> {
        let sql = format!("SELECT CAST(({sql}) AS BIGINT) AS n");
        let row = self.rows(&sql).await?.into_iter().next().ok_or("a statement told nothing")?;
        Ok(row.try_get::<Option<i64>>("", "n")?.unwrap_or_default())
    }

    /// An id as text without dashes.
    fn id(&self, column: &str) -> String {
        match self.0.get_database_backend() {
            DbBackend::Sqlite => format!("lower(hex({column}))"),
            _ => format!("replace(CAST({column} AS TEXT), '-', '')"),
        }
    }

    /// Texts in one column.
    async fn texts(&self, sql: &str) -> Outcome<Vec<String>> {
        self.rows(sql).await?.iter().map(|row| Ok(row.try_get("", "t")?)).collect()
    }

    /// Entries after this place.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn entries(&self, after: i64) -> Outcome<Vec<Entry>> {
        let sql = format!(
            "SELECT position, request_id, {} AS record, record_version, CAST(\"after\" AS TEXT) AS told \
             FROM trail_entry WHERE position > {after} ORDER BY position",
            self.id("record_id")
        );
        let entry = |row: &QueryResult| {
            Ok(Entry {
                position: row.try_get("", "position")?,
                request: row.try_get("", "request_id")?,
                record: row.try_get("", "record")?,
                version: row.try_get("", "record_version")?,
                after: row.try_get("", "told")?,
            })
        };
        self.rows(&sql).await?.iter().map(entry).collect()
    }

    /// How many entries each request has left.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn counts(&self) -> Outcome<HashMap<String, usize>> {
        let sql = "SELECT request_id AS t, CAST(COUNT(*) AS BIGINT) AS n FROM trail_entry GROUP BY request_id";
        let count = |row: &QueryResult| {
            let n: i64 = row.try_get("", "n")?;
            Ok((row.try_get("", "t")?, usize::try_from(n).unwrap_or_default()))
        };
        self.rows(sql).await?.iter().map(count).collect()
    }

    /// Idempotency keys whose answer is kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keys(&self) -> Outcome<HashSet<String>> {
        Ok(self.texts("SELECT key AS t FROM idempotency_key").await?.into_iter().collect())
    }

    /// Files that belong to no record.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unclaimed(&self) -> Outcome<HashSet<String>> {
        let sql = format!("SELECT {} AS t FROM unclaimed_content", self.id("id"));
        Ok(self.texts(&sql).await?.into_iter().collect())
    }

    /// The organisation.
    ///
    /// # Errors
    /// When there is none.
    pub async fn organisation(&self) -> Outcome<String> {
        let sql = format!("SELECT {} AS t FROM tenant_counter", self.id("organisation_id"));
        self.texts(&sql).await?.into_iter().next().ok_or_else(|| "there is no organisation".into())
    }

    /// Everything that has to hold of the whole database; tells what does not.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn whole(&self) -> Outcome<Vec<(Wrong, String)>> {
        let mut found = self.trail().await?;
        for table in TABLES {
            let short = self.number(&unaudited(table)).await?;
            if short > 0 {
                found.push((Wrong::Unaudited, format!("{short} records of {table} without an entry for each version")));
            }
            let sql = format!("SELECT COUNT(*) - COUNT(DISTINCT reference) FROM {table}");
            let twice = self.number(&sql).await?;
            if twice > 0 {
                found.push((Wrong::Doubled, format!("{twice} references of {table} given out twice")));
            }
        }
        for (name, table) in TYPES {
            let sql = format!(
                "SELECT COUNT(*) FROM trail_entry e WHERE e.record_type = '{name}' \
                 AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = e.record_id)"
            );
            let gone = self.number(&sql).await?;
            if gone > 0 {
                found.push((Wrong::Lost, format!("{gone} entries whose {table} is not there")));
            }
        }
        Ok(found)
    }

    async fn trail(&self) -> Outcome<Vec<(Wrong, String)>> {
        let mut found = Vec::new();
        let last = self.number("SELECT MAX(position) FROM trail_entry").await?;
        for (sql, has, what) in [
            ("SELECT COUNT(*) FROM trail_entry", last, "entries"),
            ("SELECT COUNT(DISTINCT position) FROM trail_entry", last, "places"),
            ("SELECT MIN(position) FROM trail_entry", 1, "first place"),
            ("SELECT MAX(trail_position) FROM tenant_counter", last, "the counter"),
        ] {
            let is = self.number(sql).await?;
            if is != has {
                found.push((Wrong::Trail, format!("{what}: {is} instead of {has}")));
            }
        }
        for (sql, what) in [
            (
                "SELECT COUNT(*) FROM trail_entry a JOIN trail_entry b ON b.organisation_id = a.organisation_id \
                 AND b.position = a.position + 1 WHERE b.at < a.at",
                "entries older than the one before them",
            ),
            (
                "SELECT COUNT(*) FROM tenant_counter c WHERE c.sealed_size > c.trail_position \
                 OR c.sealed_size <> COALESCE((SELECT MAX(p.size) FROM trail_checkpoint p), 0)",
                "counters that contradict the checkpoints",
            ),
        ] {
            let many = self.number(sql).await?;
            if many > 0 {
                found.push((Wrong::Trail, format!("{many} {what}")));
            }
        }
        Ok(found)
    }
}

/// How many records of a table have not one entry for each version.
fn unaudited(table: &str) -> String {
    format!(
        "SELECT COUNT(*) FROM {table} t LEFT JOIN (SELECT record_id, MAX(record_version) AS newest, COUNT(*) AS many \
         FROM trail_entry GROUP BY record_id) e ON e.record_id = t.id \
         WHERE e.newest IS NULL OR e.newest <> t.version OR e.many <> t.version"
    )
}
