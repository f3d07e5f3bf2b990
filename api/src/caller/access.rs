//! A caller's rights as they stood when they were read, with every condition compiled from them so far.

use super::{Seal, Window};
use crate::resource::Outcome;
use crate::store::Prepared;
use isms_authz::{Action, Ancestry, Condition, Engine, Principal};
use isms_entity::Time;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, RwLock};
use uuid::Uuid;

/// The units of an organisation, each with the one above it.
#[derive(Debug, Default)]
pub struct UnitTree {
    parents: HashMap<Uuid, Option<Uuid>>,
    retired: HashSet<Uuid>,
}

impl UnitTree {
    /// A tree of these units and their parents; `retired` names those of them that take no more records.
    pub fn new(units: impl IntoIterator<Item = (Uuid, Option<Uuid>)>, retired: impl IntoIterator<Item = Uuid>) -> Self {
        Self { parents: units.into_iter().collect(), retired: retired.into_iter().collect() }
    }

    /// Whether the organisation has this unit and it takes new records.
    pub fn is_open(&self, unit: Uuid) -> bool {
        self.parents.contains_key(&unit) && !self.retired.contains(&unit)
    }

    /// Every unit at or above one of these.
    pub fn around(&self, units: impl IntoIterator<Item = Uuid>) -> Vec<Uuid> {
        let mut around: Vec<Uuid> = units.into_iter().flat_map(|unit| self.above(unit)).collect();
        around.sort_unstable();
        around.dedup();
        around
    }

    /// The unit and all above it, nearest first.
    pub fn above(&self, unit: Uuid) -> Vec<Uuid> {
        let mut path = Vec::new();
        let mut next = Some(unit);
        while let Some(at) = next.filter(|at| self.parents.contains_key(at) && !path.contains(at)) {
            path.push(at);
            next = self.parents.get(&at).copied().flatten();
        }
        path
    }
}

/// The most units that a condition spells out.
const SPELLED_OUT: usize = 50;

impl UnitTree {
    /// These units and all below them, if they are few.
    pub fn few_below(&self, units: &[Uuid]) -> Option<Vec<Uuid>> {
        let mut below: Vec<Uuid> = units.to_vec();
        let mut next = 0;
        while let Some(at) = below.get(next).copied() {
            next += 1;
            let children = self.parents.iter().filter(|(_, parent)| **parent == Some(at)).map(|(child, _)| *child);
            below.extend(children.filter(|child| !units.contains(child)).collect::<Vec<_>>());
            if below.len() > SPELLED_OUT {
                return None;
            }
        }
        below.sort_unstable();
        below.dedup();
        Some(below)
    }
}

impl Ancestry for UnitTree {
    /// Asked for every record that is shown, so it walks and gathers nothing; a path is no longer than the tree is large.
    fn within(&self, unit: Uuid, ancestor: Uuid) -> bool {
        let mut at = unit;
        for _ in 0..self.parents.len() {
            match self.parents.get(&at) {
                Some(_) if at == ancestor => return true,
                Some(Some(parent)) => at = *parent,
                _ => return false,
            }
        }
        false
    }
}

/// What a caller was known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The token that they showed.
    Token {
        /// The token.
        id: Uuid,
        /// Who made it.
        made_by: Uuid,
        /// The unit beyond which it does not reach; none for everywhere.
        reach: Option<Uuid>,
    },
    /// An invitation: its link, or the token that an external auditor's link became.
    Invitation {
        /// The invitation.
        id: Uuid,
        /// Who invited.
        made_by: Uuid,
    },
    /// None: they sit at the machine.
    CommandLine,
}

impl Credential {
    /// For the trail: the method, the credential's id and who made it, never the credential.
    pub fn told(self) -> serde_json::Value {
        match self {
            Self::Token { id, made_by, .. } => serde_json::json!({"method": "token", "tokenId": id, "madeBy": made_by}),
            Self::Invitation { id, made_by } => {
                serde_json::json!({"method": "invitation", "invitationId": id, "madeBy": made_by})
            }
            Self::CommandLine => serde_json::json!({"method": "command line"}),
        }
    }
}

/// A caller's rights. Good as long as the organisation's access epoch stands and `until` has not come.
pub struct Access {
    /// Who asks, as policies see them.
    pub principal: Principal,
    /// Their name, for people.
    pub name: String,
    /// What they were known by.
    pub credential: Credential,
    /// The organisation's one root unit.
    pub root: Uuid,
    /// Marks what the organisation's people are given to bring back.
    pub seal: Seal,
    /// The organisation's units.
    pub units: Arc<UnitTree>,
    /// Counts every change of tokens, people, roles and units in the organisation.
    pub epoch: i64,
    /// When the token or a role's day ends.
    pub until: Time,
    /// The policy set.
    pub engine: Arc<Engine>,
    /// The days that an external auditor may see records as of; nobody else has one.
    pub window: Option<Window>,
    conditions: RwLock<HashMap<(Action, &'static str), Arc<Condition>>>,
    statements: RwLock<HashMap<(&'static str, bool), Arc<Prepared>>>,
    lists: RwLock<HashMap<Listed, Arc<Prepared>>>,
}

/// A list: of which type, for which verb, and what it asks for.
type Listed = (&'static str, Action, String);

/// So many lists are remembered for each caller before the old ones are forgotten.
const LISTS: usize = 8;

impl Access {
    /// Rights with nothing compiled yet.
    #[expect(clippy::too_many_arguments, reason = "each is one fact of the caller, named at the call")]
    pub fn new(
        principal: Principal,
        name: String,
        credential: Credential,
        root: Uuid,
        seal: Seal,
        units: Arc<UnitTree>,
        epoch: i64,
        until: Time,
        engine: Arc<Engine>,
    ) -> Self {
        Self {
            principal,
            name,
            credential,
            root,
            seal,
            units,
            epoch,
            until,
            engine,
            window: None,
            conditions: RwLock::default(),
            statements: RwLock::default(),
            lists: RwLock::default(),
        }
    }

    /// The condition under which this caller may do this to records of this type; compiled once.
    ///
    /// # Errors
    /// When what remains of the policies cannot be translated.
    pub fn condition(&self, action: Action, record_type: &'static str) -> Outcome<Arc<Condition>> {
        let key = (action, record_type);
        let known = self.conditions.read().ok().and_then(|map| map.get(&key).cloned());
        if let Some(condition) = known {
            return Ok(condition);
        }
        let condition = self.engine.condition(&self.principal, action, record_type)?;
        let condition = condition.with_root(self.root, self.principal.organisation);
        let condition = Arc::new(condition.with_units(&|units| self.units.few_below(units)));
        if let Ok(mut map) = self.conditions.write() {
            map.insert(key, Arc::clone(&condition));
        }
        Ok(condition)
    }

    /// Whether the policies let this caller do this with no record of the type at all, whatever it says.
    ///
    /// # Errors
    /// When what remains of the policies cannot be translated.
    pub fn rules_out(&self, action: Action, record_type: &'static str) -> Outcome<bool> {
        Ok(*self.condition(action, record_type)? == Condition::Never)
    }

    /// A list that follows from these rights, by what it asks for; written once as long as few others are asked for.
    pub(crate) fn listing(&self, key: Listed, write: impl FnOnce() -> Outcome<Prepared>) -> Outcome<Arc<Prepared>> {
        let known = self.lists.read().ok().and_then(|map| map.get(&key).cloned());
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = Arc::new(write()?);
        if let Ok(mut map) = self.lists.write() {
            if map.len() >= LISTS {
                map.clear();
            }
            map.insert(key, Arc::clone(&statement));
        }
        Ok(statement)
    }

    /// A statement that follows from these rights; written once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn prepared(
        &self,
        key: (&'static str, bool),
        write: impl FnOnce() -> Outcome<Prepared>,
    ) -> Outcome<Arc<Prepared>> {
        let known = self.statements.read().ok().and_then(|map| map.get(&key).cloned());
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = Arc::new(write()?);
        if let Ok(mut map) = self.statements.write() {
            map.insert(key, Arc::clone(&statement));
        }
        Ok(statement)
    }
}
