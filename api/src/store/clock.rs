//! Whether this server's clock can be believed: the trail's times are its only order that people read, and a single
//! entry of the future would be in front of all that follow.

use super::{Duty, Store};
use crate::caller::Clock;
use crate::resource::{Error, Outcome};
use isms_entity::Time;
use rustix::time::{ClockId, clock_gettime};
use sea_orm::DbBackend;
use sea_orm::sea_query::{Alias, Expr, Func, Query as Sql};

/// So far may clocks lie apart, microseconds: a minute. Those that are kept right lie within a few milliseconds.
const SKEW: i64 = 60 * 1_000_000;
/// So long may a service have rested without anybody having to say that its clock is right, microseconds: a week.
const REST: i64 = 7 * 24 * 3_600 * 1_000_000;

/// What a clock showed when the service began, beside what has passed since without regard to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Began {
    wall: i64,
    elapsed: i64,
    /// Whether somebody has said that the clock is right, however long the service has rested.
    is_right: bool,
}

impl Began {
    /// Now.
    pub fn now(is_right: bool) -> Self {
        Self { wall: Clock::System.now().0, elapsed: elapsed(), is_right }
    }

    /// By how much the clock was set since, microseconds.
    fn set_by(&self) -> i64 {
        (Clock::System.now().0 - self.wall) - (elapsed() - self.elapsed)
    }
}

/// What passes without regard to any clock; on Linux it counts the time in which the machine sleeps, too.
#[cfg(target_os = "linux")]
const STEADY: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const STEADY: ClockId = ClockId::Monotonic;

/// Microseconds since the machine began, those in which it slept, too.
fn elapsed() -> i64 {
    let time = clock_gettime(STEADY);
    time.tv_sec.saturating_mul(1_000_000).saturating_add(time.tv_nsec / 1_000)
}

/// What a clock is held against.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// The time of the newest entry.
    pub entry: i64,
    /// When a checkpoint was signed last; 0 for never.
    pub sealed: i64,
    /// What the clock of the database shows, where it has one of its own.
    pub database: Option<i64>,
}

impl Marks {
    /// The expressions that they are read with beside the row of the counter.
    pub fn expressions(backend: DbBackend) -> [Expr; 3] {
        let column = |name: &str| Expr::col(Alias::new(name));
        [column("trail_at"), column("sealed_at"), database_now(backend)]
    }

    /// Of a row that has them from this place on.
    pub fn of(row: &sea_orm::QueryResult, from: usize) -> Outcome<Self> {
        Ok(Self {
            entry: row.try_get_by_index::<Option<i64>>(from)?.unwrap_or_default(),
            sealed: row.try_get_by_index::<Option<i64>>(from + 1)?.unwrap_or_default(),
            database: row.try_get_by_index(from + 2)?,
        })
    }
}

fn database_now(backend: DbBackend) -> Expr {
    match backend {
        DbBackend::Postgres => Expr::cust("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)"),
        // It goes by the clock of the machine, as we do.
        _ => Expr::cust("CAST(NULL AS BIGINT)"),
    }
}

impl Store {
    /// The same, where somebody says that the clock is right although the service has rested for long.
    #[must_use]
    pub fn trusting_clock(self, is_right: bool) -> Self {
        Self { began: Began::now(is_right), ..self }
    }

    /// Whether the clock agrees with that of the database and with the newest entry of any trail.
    ///
    /// # Errors
    /// [`Error::Conflict`] with what is wrong; when the database does not answer.
    pub async fn check_clock(&self, clock: &Clock) -> Outcome<()> {
        self.doubt(clock, self.marks().await?).map_or(Ok(()), |(_, why)| Err(Error::Conflict(why)))
    }

    /// The same, where a service may begin: one whose clock is only behind the trail may, for it can be read from.
    ///
    /// # Errors
    /// [`Error::Malformed`] with what is wrong; when the database does not answer.
    pub async fn begin_with_clock(&self, clock: &Clock) -> Outcome<()> {
        match self.doubt(clock, self.marks().await?) {
            Some((Doubt::Entry, why)) => self.pulse.note(Duty::Clock, Some(&why)),
            Some((Doubt::Other, why)) => return Err(Error::Malformed(why)),
            None => {}
        }
        Ok(())
    }

    /// Whether what the clock shows goes with these marks. Clocks that stand where a test puts them are believed.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with what is wrong.
    pub(super) fn believes(&self, clock: &Clock, marks: Marks) -> Outcome<()> {
        self.doubt(clock, marks).map_or(Ok(()), |(_, why)| Err(Error::Unavailable(why)))
    }

    async fn marks(&self) -> Outcome<Marks> {
        let greatest = |name: &str| Func::max(Expr::col(Alias::new(name)));
        let select = Sql::select()
            .expr(greatest("trail_at"))
            .expr(greatest("sealed_at"))
            .expr(database_now(self.backend()))
            .from(Alias::new("tenant_counter"))
            .to_owned();
        self.one(&select).await?.map_or_else(|| Ok(Marks::default()), |row| Marks::of(&row, 0))
    }

    fn doubt(&self, clock: &Clock, marks: Marks) -> Option<(Doubt, String)> {
        if !clock.is_the_machines() {
            return None;
        }
        let now = clock.now();
        let wrong = |doubt: Doubt, what: String| Some((doubt, format!("the clock of this server {what}")));
        if let Some(database) = marks.database.filter(|database| (now.0 - database).abs() > SKEW) {
            let database = told(database);
            return wrong(
                Doubt::Other,
                format!("shows {}, that of the database {database}: set it right", told(now.0)),
            );
        }
        if marks.entry - now.0 > SKEW {
            let (now, entry) = (told(now.0), told(marks.entry));
            let what = format!("shows {now}, and the newest entry of the trail is of {entry}: set it right, or wait");
            return wrong(Doubt::Entry, what);
        }
        let set_by = if marks.database.is_some() { 0 } else { self.began.set_by() };
        if set_by.abs() > SKEW {
            let seconds = set_by / 1_000_000;
            let what = format!("was set by {seconds} s while the service ran: if it is right, start the service again");
            return wrong(Doubt::Other, what);
        }
        if !self.began.is_right && marks.sealed > 0 && now.0 - marks.sealed > REST {
            let (now, sealed) = (told(now.0), told(marks.sealed));
            let what = format!(
                "shows {now}, and the last sign of life is of {sealed}: if the service has rested so long, start it with \
                 --clock-is-right"
            );
            return wrong(Doubt::Other, what);
        }
        None
    }
}

/// What a clock contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    /// Only the newest entry, which is later.
    Entry,
    /// Something else.
    Other,
}

fn told(micros: i64) -> String {
    chrono::DateTime::<chrono::Utc>::from(Time(micros)).to_rfc3339()
}
