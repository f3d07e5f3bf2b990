//! Who asks: a bearer token turned into a caller with rights, a clock and the one way to the records.

mod access;
mod auditor;
mod authenticate;
mod clock;
mod console;
mod invited;
pub mod me;
mod seal;
pub mod token;
mod user;
mod vouch;

pub use access::{Access, Credential, UnitTree};
pub(crate) use auditor::Window;
pub use authenticate::Authenticator;
pub use clock::Clock;
pub(crate) use invited::{Invited, Whom};
pub use me::{Me, me, register};
pub use seal::Seal;

use vouch::Reach;

use crate::resource::{Error, Outcome, Resource, Spec};
use crate::store::{Found, Rehearsed, RowFacts, Store};
use isms_authz::{Action, Decision, Engine, Facts, Grants, Permit, Principal};
use isms_entity::leadership::role_assignment::Role;
use isms_entity::{Recorded, Time};
use std::borrow::Cow;
use std::sync::Arc;
use uuid::Uuid;

/// Who asks, within one request.
#[derive(Clone)]
pub struct Caller {
    /// Their rights.
    pub access: Arc<Access>,
    /// What time it is for them.
    pub clock: Clock,
    /// The one way to the records.
    pub store: Store,
    /// The request, for logs and the trail.
    pub request_id: Arc<str>,
    /// The instant that they read at, when it is not now.
    pub as_of: Option<Time>,
    /// What they make is made by nobody: neither the record nor its trail names them (A.6.8).
    pub unnamed: bool,
    /// What they have held against the rules as if it were stored.
    pub rehearsed: Option<Arc<Rehearsed>>,
}

impl Caller {
    /// The acting user or service.
    pub fn id(&self) -> Uuid {
        self.access.principal.id
    }

    /// Their organisation.
    pub fn organisation(&self) -> Uuid {
        self.access.principal.organisation
    }

    /// Now, or the instant that they read at.
    pub fn now(&self) -> Time {
        self.as_of.unwrap_or_else(|| self.clock.now())
    }

    /// Today in UTC, or the day that they read at.
    pub fn today(&self) -> chrono::NaiveDate {
        chrono::DateTime::<chrono::Utc>::from(self.now()).date_naive()
    }

    /// The same caller, reading the past; without an instant what they read anyhow, which for external auditors is
    /// the moment at which their engagement was frozen.
    #[must_use]
    pub fn at(&self, as_of: Option<Time>) -> Self {
        let as_of = as_of.or_else(|| self.baseline());
        Self { access: self.access_at(as_of), as_of, ..self.clone() }
    }

    /// The same caller, who takes one connection however much they read at once.
    #[must_use]
    pub fn in_line(&self) -> Self {
        Self { store: self.store.in_line(), ..self.clone() }
    }

    /// The same caller, reading what is.
    #[must_use]
    pub fn present(&self) -> Self {
        Self { as_of: None, ..self.clone() }
    }

    /// The same caller, named in nothing that they make from here on, and with no rights but those that everybody has:
    /// the policies that allow something would tell what they are. Nor does the trail name the request, which would lead
    /// to them.
    #[must_use]
    pub fn unnamed(&self) -> Self {
        let mine = &self.access.principal;
        let anybody =
            Principal { grants: Grants::new(), within: Vec::new(), duties: Vec::new(), remit: None, ..mine.clone() };
        let access = Arc::new(self.rights_of(anybody, Arc::clone(&self.access.engine)));
        Self { access, unnamed: true, request_id: Uuid::new_v4().to_string().into(), ..self.clone() }
    }

    /// The caller as they look at a type: what external auditors and the organisation tell each other is seen as it is.
    pub(crate) fn facing(&self, spec: &Spec) -> Cow<'_, Self> {
        let by_default = spec.live && self.as_of.is_some() && self.as_of == self.baseline();
        if by_default { Cow::Owned(self.present()) } else { Cow::Borrowed(self) }
    }

    fn baseline(&self) -> Option<Time> {
        self.access.window?.baseline(self.clock.now())
    }

    /// Somebody of the organisation as they would ask today, with a token that is good for everything.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn principal_of(&self, user: &isms_entity::leadership::user::Model) -> Outcome<Principal> {
        let scopes = vec!["read".into(), "write".into(), "*".into()];
        let (store, units) = (&self.store, &self.access.units);
        user::User::from(user).principal(store, units, scopes, Reach::Everywhere, self.today()).await
    }

    /// Somebody of the organisation who is active.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn standing(&self, user: Uuid) -> Outcome<Option<isms_entity::leadership::user::Model>> {
        Ok(self.store.standing_of(self.organisation(), user).await?.map(|(_, user)| user))
    }

    /// The same caller with their rights of now, for work that goes on after the request.
    ///
    /// # Errors
    /// [`Error::Denied`] when they are not there any more.
    pub(crate) async fn renewed(&self) -> Outcome<Self> {
        let gone = || Error::Denied("whoever asked for it is not there any more".into());
        let (epoch, user) = self.store.standing_of(self.organisation(), self.id()).await?.ok_or_else(gone)?;
        if epoch == self.access.epoch {
            return Ok(self.clone());
        }
        let units = Arc::new(self.store.unit_tree(self.organisation()).await?);
        let scopes = self.access.principal.scopes.clone();
        let (mine, user, today) = (&self.access, user::User::from(&user), self.today());
        let reach = vouch::reach(&self.store, &user, mine.credential, mine.root, today).await?;
        let principal = user.principal(&self.store, &units, scopes, reach, today).await?;
        let (name, seal, engine) = (mine.name.clone(), mine.seal.clone(), Arc::clone(&mine.engine));
        let access = Access::new(principal, name, mine.credential, mine.root, seal, units, epoch, mine.until, engine);
        Ok(Self { access: Arc::new(access), ..self.clone() })
    }

    /// What somebody would see and may do under a policy set: for explaining it, never for doing it.
    pub(crate) fn acting(&self, principal: Principal, engine: Arc<Engine>) -> Self {
        Self { access: Arc::new(self.rights_of(principal, engine)), ..self.clone() }
    }

    fn rights_of(&self, principal: Principal, engine: Arc<Engine>) -> Access {
        let mine = &self.access;
        let (name, seal, units) = (String::new(), mine.seal.clone(), Arc::clone(&mine.units));
        Access::new(principal, name, mine.credential, mine.root, seal, units, mine.epoch, mine.until, engine)
    }

    /// The latest day that it is anywhere on Earth (UTC+14): a day that somebody tells of is not to come before this.
    pub fn latest_day(&self) -> chrono::NaiveDate {
        (chrono::DateTime::<chrono::Utc>::from(self.now()) + chrono::Duration::hours(14)).date_naive()
    }

    /// Leave to do this with this record, or the refusal with its reasons.
    ///
    /// # Errors
    /// [`Error::Denied`] names the policies that forbid it.
    pub fn permit<R: Resource>(&self, action: Action, row: &R::Row) -> Outcome<Permit<R>> {
        self.permit_knowing(action, row, None)
    }

    /// The same for a record as it was read, with what was asked of the whole organisation about whom it is of.
    ///
    /// # Errors
    /// As [`Caller::permit`].
    pub fn permit_found<R: Resource>(&self, action: Action, found: &Found<R>) -> Outcome<Permit<R>> {
        self.permit_knowing(action, &found.row, found.beyond)
    }

    /// The same for a row, such as one that is not stored yet, where that is known.
    ///
    /// # Errors
    /// As [`Caller::permit`].
    pub fn permit_knowing<R: Resource>(
        &self,
        action: Action,
        row: &R::Row,
        beyond: Option<bool>,
    ) -> Outcome<Permit<R>> {
        let common = row.common();
        let facts = RowFacts::<R>::new(row).beyond(beyond);
        let above = self.access.units.above(common.unit_id);
        let engine = &self.access.engine;
        engine
            .permit(&self.access.principal, action, R::SPEC.policy_type, &facts, &above, common.version)?
            .map_err(|decision| Error::Denied(self.refusal(action, R::SPEC.noun, &decision)))
    }

    fn refusal(&self, action: Action, noun: &str, decision: &Decision) -> String {
        let texts = self.access.engine.texts();
        let intents: Vec<_> =
            texts.iter().filter(|t| decision.reasons.contains(&t.id)).map(|t| t.intent.as_str()).collect();
        if intents.is_empty() {
            format!("no policy lets you {} this {noun}", action.name())
        } else {
            intents.join("; ")
        }
    }

    /// Whether the caller holds a role today at this unit or above it: for rules of the standard that name a role,
    /// such as "by top management", beside what policies allow.
    pub fn holds(&self, role: Role, unit: Uuid) -> bool {
        let above = self.access.units.above(unit);
        self.access.principal.grants.get(&role).is_some_and(|units| units.iter().any(|held| above.contains(held)))
    }

    /// Whether the caller may do this with every record of the type in the organisation.
    ///
    /// # Errors
    /// When what remains of the policies cannot be translated.
    pub fn sees_every<R: Resource>(&self, action: Action) -> Outcome<bool> {
        Ok(self.access.condition(action, R::SPEC.policy_type)?.admits_organisation(self.organisation()))
    }

    /// What a record is called, for those who may list it.
    ///
    /// # Errors
    /// When what remains of the policies cannot be translated.
    pub fn name_of<R: Resource>(&self, row: &R::Row) -> Outcome<String> {
        let seen = self.may::<R>(Action::List, &RowFacts::<R>::new(row))?;
        Ok(if seen { row.common().reference } else { format!("another {}", R::SPEC.noun) })
    }

    /// Whether the caller may do this with this record, as far as its present facts tell.
    ///
    /// # Errors
    /// When what remains of the policies cannot be translated.
    pub fn may<R: Resource>(&self, action: Action, facts: &dyn Facts) -> Outcome<bool> {
        let condition = self.access.condition(action, R::SPEC.policy_type)?;
        Ok(condition.holds(facts, self.access.units.as_ref()))
    }
}
