//! A caller who showed no token but sits at the machine: for the command line alone.

use super::access::Credential;
use super::user::User;
use super::vouch::Reach;
use super::{Access, Caller, Clock};
use crate::cli::Console;
use crate::resource::{Error, Outcome};
use crate::store::Store;
use isms_authz::Engine;
use isms_entity::leadership::role_assignment::Role;
use std::sync::Arc;

impl Caller {
    /// Somebody in the database with exactly their rights of today, by address; without one, the first active
    /// administrator. The trail tells that they came by the command line.
    ///
    /// # Errors
    /// When there is nobody like that.
    pub async fn at_console(
        _proof: &Console,
        store: &Store,
        engine: &Arc<Engine>,
        clock: &Clock,
        email: Option<&str>,
    ) -> Outcome<Self> {
        let known = store.find_active(email, clock.today()).await?;
        let who = email.map_or_else(|| "active administrator".to_owned(), |email| format!("active user {email}"));
        let [known] = known.as_slice() else {
            let many = if known.is_empty() { "there is no" } else { "more than one organisation has an" };
            return Err(Error::Malformed(format!("{many} {who}")));
        };
        let units = Arc::new(store.unit_tree(known.organisation).await?);
        let user = User { id: known.id, organisation: known.organisation, unit: known.unit, kind: known.kind };
        let scopes = vec!["read".into(), "write".into()];
        let principal = user.principal(store, &units, scopes, Reach::Everywhere, clock.today()).await?;
        let (engine, name) = (Arc::clone(engine), known.name.clone());
        let credential = Credential::CommandLine;
        let (root, seal, epoch) = (known.root, known.seal.clone(), known.epoch);
        let access = Access::new(principal, name, credential, root, seal, units, epoch, clock.now(), engine);
        Ok(Self {
            access: Arc::new(access),
            clock: clock.clone(),
            store: store.clone(),
            request_id: "command-line".into(),
            as_of: None,
            unnamed: false,
            rehearsed: None,
        })
    }

    /// Whether the caller keeps people and tokens anywhere.
    pub fn is_administrator(&self) -> bool {
        self.access.principal.grants.contains_key(&Role::Administrator)
    }
}
