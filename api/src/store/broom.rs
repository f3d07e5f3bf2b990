//! Notes of what was read and refused do not grow without end: they are kept for a time, and so many of each who asked.

use super::Store;
use crate::resource::Outcome;
use isms_entity::Time;
use sea_orm::sea_query::{Alias, Cond, Expr, ExprTrait, Order, Query as Sql, SelectStatement};
use uuid::Uuid;

/// A day, microseconds.
const DAY: i64 = 24 * 3_600_000_000;
/// So many are deleted at once; others write in between.
const AT_ONCE: u64 = 2_000;

/// Notes of one kind.
struct Notes {
    table: &'static str,
    /// Who it was that asked.
    whose: &'static str,
    /// How long they are kept, microseconds.
    kept_for: i64,
    /// How many are kept for each who asked, the latest.
    most: u64,
}

/// Four hundred days, so that a yearly review of access can look back; one who is refused all the time does not bury what
/// others were refused.
const DENIALS: Notes = Notes { table: "denial", whose: "principal_id", kept_for: 400 * DAY, most: 10_000 };
/// Four years, longer than a cycle of certification.
const READINGS: Notes = Notes { table: "reading", whose: "auditor_id", kept_for: 1_461 * DAY, most: 100_000 };

impl Store {
    /// Forgets refusals that are old, or too many of one who asked; tells how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_denials(&self, now: Time) -> Outcome<u64> {
        self.forget(&DENIALS, now).await
    }

    /// The same for read receipts.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_readings(&self, now: Time) -> Outcome<u64> {
        self.forget(&READINGS, now).await
    }

    async fn forget(&self, notes: &Notes, now: Time) -> Outcome<u64> {
        let mut forgotten = self.sweep(notes, Cond::all().add(col("at").lt(now.0 - notes.kept_for))).await?;
        let mut busy = select(notes);
        busy.column(Alias::new(notes.whose)).group_by_col(Alias::new(notes.whose));
        busy.and_having(Expr::cust("COUNT(*)").gt(notes.most));
        for row in self.all(&busy).await? {
            let whose: Uuid = row.try_get("", notes.whose)?;
            let own = || col(notes.whose).eq(whose);
            let mut last = select(notes);
            last.column(Alias::new("id")).and_where(own()).order_by(Alias::new("id"), Order::Desc);
            last.offset(notes.most).limit(1);
            if let Some(row) = self.one(&last).await? {
                let last: Uuid = row.try_get("", "id")?;
                forgotten += self.sweep(notes, Cond::all().add(own()).add(col("id").lte(last))).await?;
            }
        }
        Ok(forgotten)
    }

    /// Deletes in parts.
    async fn sweep(&self, notes: &Notes, which: Cond) -> Outcome<u64> {
        let mut swept = 0;
        loop {
            let mut some = select(notes);
            some.column(Alias::new("id")).cond_where(which.clone()).limit(AT_ONCE);
            let delete =
                Sql::delete().from_table(Alias::new(notes.table)).and_where(col("id").in_subquery(some)).to_owned();
            let many = self.run_aside(&delete).await?;
            swept += many;
            if many < AT_ONCE {
                return Ok(swept);
            }
        }
    }
}

fn select(notes: &Notes) -> SelectStatement {
    Sql::select().from(Alias::new(notes.table)).to_owned()
}

fn col(name: &str) -> Expr {
    Expr::col(Alias::new(name))
}
