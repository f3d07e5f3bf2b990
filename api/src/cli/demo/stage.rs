//! The stage that the company's year is played on: a clock that is moved, people who act, records by their keys.

use crate::caller::{Caller, Clock};
use crate::cli::{Operator, told};
use crate::resource::{Act, Error, Outcome, Resource, Version, service};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use futures::future::LocalBoxFuture;
use isms_entity::Recorded;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Where the company's people get their mail.
pub(super) const HOST: &str = "halvren.example";

/// Something that happens on a day.
type Scene = Box<dyn for<'a> FnOnce(&'a mut Stage) -> LocalBoxFuture<'a, Outcome<()>>>;

/// The stage.
pub(super) struct Stage {
    operator: Operator,
    /// The clock that everybody on the stage looks at.
    pub(super) clock: Clock,
    today: DateTime<Utc>,
    ids: HashMap<String, Uuid>,
    callers: HashMap<String, Caller>,
    scenes: Vec<(i64, Scene)>,
}

impl Stage {
    /// An empty stage, so many days before today.
    pub(super) fn new(operator: Operator, days: i64) -> Self {
        let today = DateTime::<Utc>::from(Clock::System.now());
        let clock = Clock::pinned(today - Duration::days(days));
        Self { operator, clock, today, ids: HashMap::new(), callers: HashMap::new(), scenes: Vec::new() }
    }

    /// What the operator works with.
    pub(super) const fn operator(&self) -> &Operator {
        &self.operator
    }

    /// The day so many days from today.
    pub(super) fn day(&self, offset: i64) -> NaiveDate {
        (self.today + Duration::days(offset)).date_naive()
    }

    /// Plans something for a day, counted from today.
    pub(super) fn on<F>(&mut self, day: i64, scene: F)
    where
        F: for<'a> FnOnce(&'a mut Self) -> LocalBoxFuture<'a, Outcome<()>> + 'static,
    {
        self.scenes.push((day, Box::new(scene)));
    }

    /// Plans an act for a day.
    pub(super) fn act_on<A: Act>(&mut self, day: i64, who: &str, key: &str, input: Value) {
        let (who, key) = (who.to_owned(), key.to_owned());
        self.on(day, move |stage| Box::pin(async move { stage.act::<A>(&who, &key, input).await }));
    }

    /// Plays what was planned until that day, in order of days.
    pub(super) async fn play(&mut self, until: i64) -> Outcome<()> {
        let (mut scenes, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.scenes).into_iter().partition(|(day, _)| *day <= until);
        self.scenes = later;
        scenes.sort_by_key(|(day, _)| *day);
        for (day, scene) in scenes {
            self.move_to(day);
            scene(self).await?;
        }
        Ok(())
    }

    /// Puts the clock where the machine's stands.
    pub(super) fn return_to_present(&self) {
        self.clock.advance(Duration::microseconds(Clock::System.now().0 - self.clock.now().0));
    }

    /// Eight in the morning of that day, or a little later than now; never the future.
    fn move_to(&self, day: i64) {
        let now = DateTime::<Utc>::from(self.clock.now());
        let morning = self.day(day).and_hms_opt(8, 0, 0).map_or(now, |morning| morning.and_utc());
        let target = morning.max(now + Duration::seconds(140)).min(self.today).max(now);
        self.clock.advance(target - now);
    }

    /// Remembers a record.
    pub(super) fn remember(&mut self, key: impl Into<String>, id: Uuid) {
        self.ids.insert(key.into(), id);
    }

    /// A record by its key.
    pub(super) fn id(&self, key: &str) -> Outcome<Uuid> {
        self.ids.get(key).copied().ok_or_else(|| Error::Internal(format!("the demo knows no {key}")))
    }

    /// Records by their keys.
    pub(super) fn ids<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Outcome<Vec<Uuid>> {
        keys.into_iter().map(|key| self.id(key)).collect()
    }

    /// Somebody, with their rights.
    pub(super) async fn caller(&mut self, who: &str) -> Outcome<Caller> {
        if let Some(caller) = self.callers.get(who) {
            return Ok(caller.clone());
        }
        let caller = self.operator.person(&format!("{who}@{HOST}"), &self.clock).await?;
        self.callers.insert(who.to_owned(), caller.clone());
        Ok(caller)
    }

    /// Forgets what everybody's rights were.
    pub(super) fn read_rights_anew(&mut self) {
        self.callers.clear();
    }

    /// Somebody makes records.
    pub(super) async fn create<R: Resource>(&mut self, who: &str, drafts: Vec<(String, Value)>) -> Outcome<()> {
        let caller = self.caller(who).await?.begin().await?;
        let (keys, drafts): (Vec<_>, Vec<_>) = drafts.into_iter().unzip();
        let rows = service::create_all::<R>(&caller, drafts).await;
        let rows = rows.map_err(|error| spoiled(who, R::SPEC.plural, &error))?;
        caller.commit().await?;
        for (key, row) in keys.into_iter().zip(&rows) {
            self.remember(key, row.common().id);
        }
        if R::SPEC.grants_access {
            self.read_rights_anew();
        }
        Ok(())
    }

    /// Somebody changes a record.
    pub(super) async fn change<R: Resource>(&mut self, who: &str, key: &str, patch: &Value) -> Outcome<()> {
        self.change_all::<R>(who, vec![(key.to_owned(), patch.clone())]).await
    }

    /// Somebody changes records of one type in one go.
    pub(super) async fn change_all<R: Resource>(&mut self, who: &str, patches: Vec<(String, Value)>) -> Outcome<()> {
        let caller = self.caller(who).await?.begin().await?;
        for (key, patch) in patches {
            let changed = service::update::<R>(&caller, self.id(&key)?, Version::Any, &patch).await;
            changed.map_err(|error| spoiled(who, &key, &error))?;
        }
        caller.commit().await?;
        if R::SPEC.grants_access {
            self.read_rights_anew();
        }
        Ok(())
    }

    /// Somebody does a named act on a record.
    pub(super) async fn act<A: Act>(&mut self, who: &str, key: &str, input: Value) -> Outcome<()> {
        let id = self.id(key)?;
        let caller = self.caller(who).await?.begin().await?;
        let input = service::parse_input::<A::Input>(input)?;
        let done = service::act::<A>(&caller, id, Version::Any, input).await;
        done.map_err(|error| spoiled(who, &format!("{} {key}", A::SPEC.name), &error))?;
        caller.commit().await?;
        if <A::Of as Resource>::SPEC.grants_access {
            self.read_rights_anew();
        }
        Ok(())
    }

    /// So many days after a day, as clients write it.
    pub(super) fn date(&self, offset: i64) -> Value {
        Value::String(self.day(offset).to_string())
    }
}

fn spoiled(who: &str, what: &str, error: &Error) -> Error {
    Error::Internal(format!("the demo does not follow its own rules: {who}, {what}: {}", told(error)))
}
