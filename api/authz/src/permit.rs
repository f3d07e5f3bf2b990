//! A permit: the only thing that a write takes, and only a decision makes one.

use crate::{Action, Decision, Engine, Facts, PolicyError, Principal};
use std::marker::PhantomData;
use uuid::Uuid;

/// Leave to do one thing to one version of one record, with the policies that gave it.
/// It cannot be made, copied or kept outside `authz/`: a write consumes it.
#[derive(Debug)]
#[must_use = "a permit that no write consumes allows nothing"]
pub struct Permit<R> {
    action: Action,
    record: Uuid,
    version: i32,
    reasons: Vec<String>,
    of: PhantomData<fn() -> R>,
}

impl<R> Permit<R> {
    const fn grant(action: Action, record: Uuid, version: i32, reasons: Vec<String>) -> Self {
        Self { action, record, version, reasons, of: PhantomData }
    }

    /// The verb.
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Whether it is for this version of this record.
    pub fn covers(&self, record: Uuid, version: i32) -> bool {
        self.record == record && self.version == version
    }

    /// The policies that gave it, for the trail.
    pub fn into_reasons(self) -> Vec<String> {
        self.reasons
    }
}

impl Engine {
    /// Decides on one version of one record: a permit, or the decision that refuses it.
    ///
    /// # Errors
    /// When the policies cannot be asked about such a record.
    pub fn permit<R>(
        &self,
        principal: &Principal,
        action: Action,
        record_type: &'static str,
        record: &dyn Facts,
        above: &[Uuid],
        version: i32,
    ) -> Result<Result<Permit<R>, Decision>, PolicyError> {
        let decision = self.decide(principal, action, record_type, record, above)?;
        Ok(if decision.allowed {
            Ok(Permit::grant(action, record.id(), version, decision.reasons))
        } else {
            Err(decision)
        })
    }
}
