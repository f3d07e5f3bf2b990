//! Many small questions over many record types in one statement: readiness, tasks and the calendar ask them.

use crate::caller::Caller;
use crate::resource::{Outcome, Spec};
use crate::resources;
use chrono::{Days, NaiveDate};
use isms_authz::{Action, Filter};
use isms_entity::Time;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql, SelectStatement, SimpleExpr, UnionType};
use sea_orm::{DbBackend, QueryResult};
use uuid::Uuid;

/// Microseconds in a day.
pub(super) const DAY: i64 = 86_400_000_000;

/// When something in a record is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It has no day.
    Never,
    /// The day in this column.
    Day(&'static str),
    /// The instant in this column.
    Instant(&'static str),
}

/// One question: which records of a type, that the caller may do this with, are like that?
///
/// `is` is SQL that both databases know, as in [`crate::resource::Computed`], and may also name `{me}` (as text, `{me.text}`), a day so many
/// days from today (`{day-365}`), an instant so many days from now (`{now-30}`), and a computed field (`{=handling}`).
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    /// The record type by name.
    pub of: &'static str,
    /// What the caller may do with the records.
    pub verb: Action,
    /// What holds for them.
    pub is: &'static str,
    /// When they are due; those that are due first come first.
    pub due: Due,
    /// Only those that are due from the first of these days to the last.
    pub span: Option<(NaiveDate, NaiveDate)>,
}

impl Probe {
    /// Records that the caller may list.
    pub const fn list(of: &'static str, is: &'static str) -> Self {
        Self { of, verb: Action::List, is, due: Due::Never, span: None }
    }
}

/// A record that a probe found.
#[derive(Clone, Debug)]
pub struct Probed {
    /// The record.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// What people call it.
    pub title: String,
    /// Who answers for it.
    pub owner_id: Option<Uuid>,
    /// The day that it is due.
    pub due_on: Option<NaiveDate>,
    /// The instant that it is due.
    pub due_at: Option<Time>,
}

/// What a probe found: how many records, and the first of them.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// All of them.
    pub total: u64,
    /// The first ones.
    pub first: Vec<Probed>,
}

/// Where a question looks, and whether under the caller's condition.
#[derive(Clone, Copy, Debug)]
struct Reach {
    /// In this unit and below; everywhere when none is named.
    within: Option<Uuid>,
    /// In the units above it, too.
    above: bool,
    /// Whether above, too, only what the caller may do this with counts.
    guarded: bool,
}

impl Caller {
    /// Asks all of this in one statement, in this unit and below or everywhere; of each answer the first `most` records
    /// are shown. Cost grows with the number of records that the questions look at, not with the answers.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn probe(&self, probes: &[Probe], within: Option<Uuid>, most: u64) -> Outcome<Vec<Answered>> {
        self.answers(probes, Reach { within, above: false, guarded: true }, most).await
    }

    /// Asks about what holds for a unit, as far as the caller may list it: what lies in it, below it or above it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn probe_around(&self, probes: &[Probe], unit: Uuid, most: u64) -> Outcome<Vec<Answered>> {
        self.answers(probes, Reach { within: Some(unit), above: true, guarded: true }, most).await
    }

    /// How many there are with those above the unit that the caller may not list: no more of them may be told than
    /// whether there are enough.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn count_around(&self, probes: &[Probe], unit: Uuid) -> Outcome<Vec<u64>> {
        let answers = self.answers(probes, Reach { within: Some(unit), above: true, guarded: false }, 1).await?;
        Ok(answers.into_iter().map(|answer| answer.total).collect())
    }

    async fn answers(&self, probes: &[Probe], reach: Reach, most: u64) -> Outcome<Vec<Answered>> {
        let mut answers = vec![Answered::default(); probes.len()];
        let mut parts = Vec::with_capacity(probes.len());
        for (key, probe) in probes.iter().enumerate() {
            parts.extend(self.question(key, probe, reach, most)?);
        }
        let mut parts = parts.into_iter();
        let Some(mut whole) = parts.next() else { return Ok(answers) };
        let specs: Vec<&'static Spec> = probes.iter().filter_map(|probe| resources::spec(probe.of)).collect();
        let templates: Vec<&'static str> = probes.iter().map(|probe| probe.is).collect();
        self.lay_out_all(&mut whole, &specs, &templates);
        for part in parts {
            whole.union(UnionType::All, part);
        }
        for row in self.store.all(&whole).await? {
            let key: i32 = row.try_get("", "key")?;
            let total: i64 = row.try_get("", "total")?;
            if let Some(answer) = usize::try_from(key).ok().and_then(|key| answers.get_mut(key)) {
                answer.total = u64::try_from(total).unwrap_or_default();
                answer.first.push(probed(&row)?);
            }
        }
        self.confirm_access().await?;
        if self.knows_no_people()? {
            answers.iter_mut().flat_map(|answer| &mut answer.first).for_each(|found| found.owner_id = None);
        }
        Ok(answers)
    }

    /// One question as a sub-select of its own order and limit; none when the caller may do it with no record.
    fn question(&self, key: usize, probe: &Probe, reach: Reach, most: u64) -> Outcome<Option<SelectStatement>> {
        let Some(spec) = resources::spec(probe.of) else { return Ok(None) };
        if reach.guarded && self.access.rules_out(probe.verb, spec.policy_type)? {
            return Ok(None);
        }
        let column = |name: &str| Expr::col((Alias::new(spec.table), Alias::new(name)));
        let has = |name: &str| resources::columns(spec).iter().any(|column| column.name == name);
        let or_null = |there: bool, name: &str, kind: &str| {
            if there { column(name) } else { Expr::cust(format!("CAST(NULL AS {kind})")) }
        };
        let uuid = if self.store.backend() == DbBackend::Postgres { "uuid" } else { "blob" };
        let title = ["title", "name", "code"].into_iter().find(|name| has(name)).unwrap_or("reference");
        let (day, instant) = match probe.due {
            Due::Never => (None, None),
            Due::Day(name) => (Some(name), None),
            Due::Instant(name) => (None, Some(name)),
        };
        let mut select = Sql::select();
        self.place(&mut select, spec);
        select
            .expr_as(Expr::cust(key.to_string()), Alias::new("key"))
            .expr_as(column("id"), Alias::new("id"))
            .expr_as(column("reference"), Alias::new("reference"))
            .expr_as(column(title), Alias::new("title"))
            .expr_as(or_null(has("owner_id"), "owner_id", uuid), Alias::new("owner_id"))
            .expr_as(or_null(day.is_some(), day.unwrap_or_default(), "date"), Alias::new("due_on"))
            .expr_as(or_null(instant.is_some(), instant.unwrap_or_default(), "bigint"), Alias::new("due_at"))
            .expr_as(Expr::cust("COUNT(*) OVER ()"), Alias::new("total"))
            .and_where(match (reach.guarded, reach.within) {
                (false, Some(unit)) => {
                    let above = self.access.units.above(unit).into_iter().filter(|above| *above != unit);
                    let above = column("unit_id").is_in(above.collect::<Vec<_>>());
                    self.allows(probe.verb, spec)?.or(column("organisation_id").eq(self.organisation()).and(above))
                }
                _ => self.allows(probe.verb, spec)?,
            })
            .and_where(column("retired_at").is_null())
            .and_where(self.holds_for(spec, probe.is));
        if let Some(unit) = reach.within {
            let filter = Filter::over(self.store.backend(), spec.table);
            let below = filter.sql(&isms_authz::Condition::Within(vec![unit]));
            let above = if reach.above { self.access.units.above(unit) } else { Vec::new() };
            select.and_where(below.or(column("unit_id").is_in(above)));
        }
        match (probe.span, day, instant) {
            (Some((from, to)), Some(day), _) => drop(select.and_where(column(day).between(from, to)).to_owned()),
            (Some((from, to)), None, Some(instant)) => {
                let (from, to) = (start_of(from), start_of(to) + DAY - 1);
                drop(select.and_where(column(instant).between(from, to)).to_owned());
            }
            _ => {}
        }
        if let Some(due) = day.or(instant) {
            select.order_by((Alias::new(spec.table), Alias::new(due)), sea_orm::sea_query::Order::Asc);
        }
        select.order_by((Alias::new(spec.table), Alias::new("id")), sea_orm::sea_query::Order::Asc).limit(most);
        let mut outer = Sql::select();
        outer
            .columns(["key", "id", "reference", "title", "owner_id", "due_on", "due_at", "total"].map(Alias::new))
            .from_subquery(select, Alias::new(format!("probe_{key}")));
        Ok(Some(outer))
    }

    fn holds_for(&self, spec: &Spec, is: &str) -> SimpleExpr {
        let mut sql = is.to_owned();
        for computed in spec.computed {
            sql = sql.replace(&format!("{{={}}}", computed.name), &format!("({})", computed.sql));
        }
        sql = sql.replace("{me.text}", &self.id().to_string());
        sql = shifted(&sql, "{day", |days| format!("'{}'", day_on(self.today(), days)));
        let holds = self.computed(spec, &sql);
        Expr::cust_with_exprs(if self.store.backend() == DbBackend::Postgres { "($1)" } else { "(?)" }, [holds])
    }
}

/// The day's first instant, in microseconds.
fn start_of(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros()
}

fn day_on(today: NaiveDate, days: i64) -> NaiveDate {
    let span = Days::new(days.unsigned_abs());
    let day = if days < 0 { today.checked_sub_days(span) } else { today.checked_add_days(span) };
    day.unwrap_or(today)
}

/// Puts something in the place of each `{start+n}`.
fn shifted(text: &str, start: &str, put: impl Fn(i64) -> String) -> String {
    let mut parts = text.split(start);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('}').unwrap_or((part, ""));
        whole.push_str(&put(number.parse().unwrap_or_default()));
        whole.push_str(rest);
    }
    whole
}

fn probed(row: &QueryResult) -> Outcome<Probed> {
    Ok(Probed {
        id: row.try_get("", "id")?,
        reference: row.try_get("", "reference")?,
        title: row.try_get("", "title")?,
        owner_id: row.try_get("", "owner_id")?,
        due_on: row.try_get("", "due_on")?,
        due_at: row.try_get("", "due_at")?,
    })
}
