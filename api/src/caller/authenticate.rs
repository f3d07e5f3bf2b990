//! From a bearer token to a caller; what is known of a token is kept until it, or anybody's rights, change.

use super::user::User;
use super::{Access, Caller, Clock, Credential, UnitTree, token, vouch};
use crate::resource::{Error, Outcome};
use crate::store::Store;
use isms_authz::Engine;
use isms_entity::Time;
use moka::sync::Cache;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// To which time the use of a token is written down, microseconds: the minute, and once in each.
const NOTED_TO: i64 = 60 * 1_000_000;

/// Knows callers by their tokens.
pub struct Authenticator {
    store: Store,
    engine: Arc<Engine>,
    clock: Clock,
    known: Cache<String, Arc<Access>>,
    trees: Cache<Uuid, (i64, Arc<UnitTree>)>,
    noted: Cache<Uuid, i64>,
    notes: Arc<Mutex<Notes>>,
}

/// Uses of tokens that are still to be written down, by one task at a time, so that no request waits for it and
/// however many wait take one connection.
#[derive(Default)]
struct Notes {
    waiting: HashMap<Uuid, Time>,
    writing: bool,
}

impl Authenticator {
    /// Knows nobody yet.
    pub fn new(store: Store, engine: Arc<Engine>, clock: Clock) -> Self {
        let (known, trees, noted) = (Cache::new(10_000), Cache::new(1_000), Cache::new(10_000));
        Self { store, engine, clock, known, trees, noted, notes: Arc::default() }
    }

    /// The caller who shows this token.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] without telling whether the token ever was good.
    pub async fn caller(&self, bearer: &str, request_id: Arc<str>) -> Outcome<Caller> {
        let caller = self.unnoted(bearer, request_id).await?;
        if let Credential::Token { id, .. } = caller.access.credential {
            self.note(id, self.clock.now());
        }
        Ok(caller)
    }

    /// The same without noting that the token was used: for what is to lead to nobody.
    ///
    /// # Errors
    /// As [`Authenticator::caller`].
    pub async fn unnoted(&self, bearer: &str, request_id: Arc<str>) -> Outcome<Caller> {
        const BAD: Error = Error::Unauthenticated("the token is not good, or not any more");
        let hash = token::hash(bearer).ok_or(BAD)?;
        let now = self.clock.now();
        let access = if let Some(access) = self.known.get(&hash).filter(|access| now < access.until) {
            access
        } else {
            let access = Arc::new(self.read(&hash, now).await?.ok_or(BAD)?);
            self.known.insert(hash, Arc::clone(&access));
            access
        };
        let (clock, store) = (self.clock.clone(), self.store.clone());
        let caller = Caller { access, clock, store, request_id, as_of: None, unnamed: false, rehearsed: None };
        // External auditors see what was frozen for them unless they ask for another day.
        Ok(if caller.access.window.is_some() { caller.at(None) } else { caller })
    }

    /// The user whose token this is, as far as it has been good before.
    pub fn known(&self, bearer: &str) -> Option<Uuid> {
        self.known.get(&token::hash(bearer)?).map(|access| access.principal.id)
    }

    /// Forgets what is known of a token, because somebody's rights have changed.
    pub fn forget(&self, bearer: &str) {
        if let Some(hash) = token::hash(bearer) {
            self.known.invalidate(&hash);
        }
    }

    async fn read(&self, hash: &str, now: Time) -> Outcome<Option<Access>> {
        let found = self.store.find_token(hash).await?;
        let Some(found) = found else { return self.invited(hash, now).await };
        if found.withdrawn || found.expires_at.is_some_and(|end| end <= now) {
            return Ok(None);
        }
        let units = self.units(found.organisation, found.epoch).await?;
        let user =
            User { id: found.user_id, organisation: found.organisation, unit: found.user_unit, kind: found.kind };
        let token = Credential::Token { id: found.token_id, made_by: found.made_by, reach: found.reach };
        let reach = vouch::reach(&self.store, &user, token, found.root, self.clock.today()).await?;
        let principal = user.principal(&self.store, &units, found.scopes, reach, self.clock.today()).await?;
        // Roles are valid by the day.
        let midnight = self.clock.today().succ_opt().and_then(|day| day.and_hms_opt(0, 0, 0));
        let midnight = midnight.map_or(now, |midnight| midnight.and_utc().into());
        let until = found.expires_at.map_or(midnight, |end| end.min(midnight));
        let engine = Arc::clone(&self.engine);
        let (root, seal, epoch) = (found.root, found.seal, found.epoch);
        Ok(Some(Access::new(principal, found.name, token, root, seal, units, epoch, until, engine)))
    }

    /// Somebody known by an invitation: its link, or the token of an external auditor.
    async fn invited(&self, hash: &str, now: Time) -> Outcome<Option<Access>> {
        let Some(invited) = self.store.find_invitation(hash).await? else { return Ok(None) };
        let units = self.units(invited.organisation, invited.epoch).await?;
        Ok(invited.access(units, Arc::clone(&self.engine), now))
    }

    async fn units(&self, organisation: Uuid, epoch: i64) -> Outcome<Arc<UnitTree>> {
        if let Some((_, tree)) = self.trees.get(&organisation).filter(|(known, _)| *known == epoch) {
            return Ok(tree);
        }
        let tree = Arc::new(self.store.unit_tree(organisation).await?);
        self.trees.insert(organisation, (epoch, Arc::clone(&tree)));
        Ok(tree)
    }

    fn note(&self, token: Uuid, now: Time) {
        let minute = now.0 - now.0.rem_euclid(NOTED_TO);
        if self.noted.get(&token) == Some(minute) {
            return;
        }
        self.noted.insert(token, minute);
        let Ok(mut notes) = self.notes.lock() else { return };
        notes.waiting.insert(token, Time(minute));
        if !std::mem::replace(&mut notes.writing, true) {
            tokio::spawn(write_down(self.store.clone(), Arc::clone(&self.notes)));
        }
    }
}

/// Writes down what waits until nothing does.
async fn write_down(store: Store, notes: Arc<Mutex<Notes>>) {
    let next = || {
        let mut notes = notes.lock().ok()?;
        let token = notes.waiting.keys().next().copied();
        notes.writing = token.is_some();
        let token = token?;
        notes.waiting.remove(&token).map(|at| (token, at))
    };
    while let Some((token, at)) = next() {
        // In a task of its own, so that a panic there ends that note and not all that follow.
        let store = store.clone();
        let noted = tokio::spawn(async move { store.note_use(token, at).await }).await;
        if let Err(error) = noted.map_err(|error| Error::Internal(error.to_string())).and_then(|noted| noted) {
            tracing::warn!(?error, "the use of a token could not be noted");
        }
    }
}
