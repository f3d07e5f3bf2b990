//! Checks in the database that a trail is what was sealed: bodies, leaves and the tree, from the first entry on.

use super::trail::of;
use super::{Keyring, Store, origin, sealed};
use crate::resource::{Error, Outcome};
use isms_entity::Time;
use isms_entity::ledger::trail_entry;
use isms_seal::body::Body;
use isms_seal::course::Course;
use isms_seal::failure::Place;
use isms_seal::seals::{self, Trust};
use isms_seal::tree::Peaks;
use isms_seal::{tree, verify};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Order, Query as Sql};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How far the check of one trail has come: the tree that its entries make, from the first on.
#[derive(Debug, Default)]
pub struct Pass {
    /// The tree so far.
    pub peaks: Peaks,
    /// How many entries it takes to the end: as many as the checkpoint seals that it is checked against.
    pub until: u64,
    /// The root that this checkpoint has signed.
    pub root: [u8; 32],
}

/// So many entries are looked at in one step.
const STEP: u64 = 1_000;
/// So much of what is wrong with one step is told.
const TOLD: usize = 5;

/// What a step came to.
enum Step {
    /// There are more entries to look at.
    On,
    /// All that is sealed is what was sealed.
    Whole,
    /// It is not, and why.
    Broken(String),
    /// There is nothing yet that this key has sealed.
    Unsealed,
}

impl Store {
    /// The next step in the check of every trail that has not been found whole for `rest` microseconds, one after the
    /// other; tells whether one of them goes on. What comes out is noted with the organisation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn check_trails(
        &self,
        keyring: &Keyring,
        passes: &mut HashMap<Uuid, Pass>,
        now: Time,
        rest: i64,
    ) -> Outcome<bool> {
        let checked = || Expr::col(Alias::new("checked_at"));
        let due = Sql::select()
            .column(Alias::new("organisation_id"))
            .from(Alias::new("tenant_counter"))
            // A check to come is none that was made.
            .and_where(checked().is_null().or(checked().lte(now.0 - rest)).or(checked().gt(now.0)))
            .to_owned();
        let mut goes_on = false;
        for row in self.all(&due).await? {
            let organisation: Uuid = row.try_get("", "organisation_id")?;
            let pass = passes.entry(organisation).or_default();
            let step = match self.check_step(organisation, keyring, pass).await {
                // What cannot be read because it is damaged is not what was sealed.
                Err(Error::Unavailable(why)) if is_damage(&why) => Step::Broken(format!("it cannot be read: {why}")),
                other => other?,
            };
            match step {
                Step::On => {
                    goes_on = true;
                    continue;
                }
                Step::Whole => self.note_check(organisation, now, None).await?,
                Step::Broken(fault) => {
                    tracing::error!(%organisation, fault, "a trail is not what was sealed");
                    self.note_check(organisation, now, Some(fault)).await?;
                }
                Step::Unsealed => {}
            }
            passes.remove(&organisation);
        }
        Ok(goes_on)
    }

    /// What is wrong with any trail.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn trail_faults(&self) -> Outcome<Vec<String>> {
        let select = Sql::select()
            .column(Alias::new("trail_fault"))
            .from(Alias::new("tenant_counter"))
            .and_where(Expr::col(Alias::new("trail_fault")).is_not_null())
            .to_owned();
        self.all(&select).await?.iter().map(|row| Ok(row.try_get("", "trail_fault")?)).collect()
    }

    async fn check_step(&self, organisation: Uuid, keyring: &Keyring, pass: &mut Pass) -> Outcome<Step> {
        if pass.until == 0 {
            let Some(newest) = self.checkpoint(organisation).await? else { return Ok(Step::Unsealed) };
            let (origin, keys) = (origin(organisation), [keyring.signer(organisation)?.key()]);
            // Only the key outside the database is believed here: whoever can write rows can write other keys as well.
            let trust = Trust { origin: &origin, keys: &keys, held: &[] };
            match seals::read(&newest.note, Place::Held(0), &trust) {
                Ok(seal) => (pass.until, pass.root) = (seal.checkpoint.size, seal.checkpoint.root),
                Err(why) if self.seals_anew(organisation, &keys).await? => {
                    tracing::debug!(%organisation, %why, "the newest checkpoint is signed with the key before");
                    return Ok(Step::Unsealed);
                }
                Err(why) => return Ok(Step::Broken(format!("the newest checkpoint: {why}"))),
            }
        }
        let from = pass.peaks.size();
        let until = Ord::min(from + STEP, pass.until);
        let entries = self.trail_between(organisation, from, until).await?;
        let mut course = self.course(&entries).await?;
        for (index, entry) in (from..).zip(&entries) {
            match checked(index, entry, &mut course) {
                Ok(leaf) => drop(pass.peaks.push(leaf).map_err(|error| Error::Internal(error.to_string()))?),
                Err(why) => return Ok(Step::Broken(why)),
            }
        }
        let bereft: Vec<Uuid> = course.bereft().filter_map(|record| record.parse().ok()).collect();
        for (record, by) in self.erasures(organisation, &bereft).await? {
            course.erase(&record.to_string(), by);
        }
        let wrong = course.end();
        if !wrong.is_empty() {
            return Ok(Step::Broken(wrong.iter().take(TOLD).map(ToString::to_string).collect::<Vec<_>>().join(", ")));
        }
        Ok(if pass.peaks.size() < until {
            Step::Broken(format!("entry {} is not there", pass.peaks.size() + 1))
        } else if until < pass.until {
            Step::On
        } else if pass.peaks.root() == pass.root {
            Step::Whole
        } else {
            Step::Broken(format!("the first {until} entries are not those that were sealed"))
        })
    }

    /// What the entries before these left of their records, for these to follow on from.
    async fn course(&self, entries: &[trail_entry::Model]) -> Outcome<Course> {
        let mut course = Course::from_the_first();
        let made: HashSet<(Uuid, i32)> = entries.iter().map(|entry| (entry.record_id, entry.record_version)).collect();
        let before = entries.iter().map(|entry| (entry.record_id, entry.record_version - 1));
        let before: Vec<(Uuid, i32)> = before.filter(|found| found.1 > 0 && !made.contains(found)).collect();
        for chunk in before.chunks(500) {
            let is_one = chunk.iter().fold(Condition::any(), |any, (record, version)| {
                let of = Expr::col(Alias::new("record_id")).eq(*record);
                any.add(of.and(Expr::col(Alias::new("record_version")).eq(*version)))
            });
            let select = super::log::entries().cond_where(is_one).to_owned();
            for row in self.all(&select).await? {
                let entry = trail_entry::Model::from_query_result(&row, "")?;
                let told = sealed::told(&entry)?;
                let Some(body) = Body::parse(&told.body) else { continue };
                course.begin(u64::try_from(entry.position - 1).unwrap_or_default(), &body, &told);
            }
        }
        Ok(course)
    }

    /// Whether this key is to sign its first checkpoint, as after another one took its place.
    async fn seals_anew(&self, organisation: Uuid, keys: &[isms_seal::key::Key]) -> Outcome<bool> {
        let known = self.keys(organisation).await?;
        Ok(!keys.iter().any(|key| known.iter().any(|known| known.key == key.to_string())))
    }

    /// The entries from this index on, up to and without that one.
    async fn trail_between(&self, organisation: Uuid, from: u64, until: u64) -> Outcome<Vec<trail_entry::Model>> {
        let position = |index: u64| i64::try_from(index).map_err(|_| Error::NotFound);
        let select = super::log::entries()
            .and_where(of(organisation))
            .and_where(Expr::col(Alias::new("position")).gt(position(from)?))
            .and_where(Expr::col(Alias::new("position")).lte(position(until)?))
            .order_by(Alias::new("position"), Order::Asc)
            .to_owned();
        let rows = self.all(&select).await?;
        rows.iter().map(|row| Ok(trail_entry::Model::from_query_result(row, "")?)).collect()
    }

    async fn note_check(&self, organisation: Uuid, now: Time, fault: Option<String>) -> Outcome<()> {
        let update = Sql::update()
            .table(Alias::new("tenant_counter"))
            .value(Alias::new("checked_at"), now.0)
            .value(Alias::new("trail_fault"), fault)
            .and_where(of(organisation))
            .to_owned();
        self.run(&update).await.map(drop)
    }
}

/// Whether the database says that its own pages are damaged.
pub(super) fn is_damage(why: &str) -> bool {
    ["malformed", "not a database", "invalid page", "data corrupted", "could not read block"]
        .iter()
        .any(|word| why.contains(word))
}

/// The leaf of an entry whose body and commitments are what it says; the `index`th, from 0.
fn checked(index: u64, entry: &trail_entry::Model, course: &mut Course) -> Result<tree::Hash, String> {
    let fault = |why: String| format!("entry {}: {why}", index + 1);
    if u64::try_from(entry.position).ok() != Some(index + 1) {
        return Err(fault("is not there".into()));
    }
    let leaf = sealed::leaf(entry.position, entry.at.0, &entry.body).map_err(|error| fault(error.to_string()))?;
    let told = sealed::told(entry).map_err(|error| fault(error.to_string()))?;
    match verify::tells(index, &leaf, &told) {
        Ok(body) => {
            course.tell(index, &body, &told);
            Ok(tree::leaf(&leaf.encode()))
        }
        Err(wrong) => Err(fault(wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))),
    }
}
