//! Every policy is translated once at start for each shape of record that it speaks about, so that what cannot be
//! translated is found then and not in a request.

use crate::engine::{Asker, RecordType, engine, in_shares, set};
use crate::principal::{Grants, Principal, PrincipalKind, Remit};
use crate::residual::Residual;
use crate::scope::Scoped;
use crate::{Action, Attribute, Engine, PolicyError};
use cedar_policy::PolicySet;
use isms_entity::leadership::responsibility::Duty;
use isms_entity::leadership::role_assignment::Role;
use sea_orm::{ActiveEnum, Iterable};
use std::collections::HashSet;
use uuid::Uuid;

/// Policies that have not been translated before for such a type and verb.
struct Scene<'a> {
    kind: PrincipalKind,
    action: Action,
    record: &'a RecordType,
    policies: PolicySet,
}

impl Engine {
    /// Translates every policy for principals with every right and with none.
    pub(super) fn rehearse(&self, policies: &[Scoped]) -> Result<(), PolicyError> {
        let mut askers = Vec::new();
        for kind in PrincipalKind::ALL {
            for principal in [nobody(kind), everybody(kind, &self.types)] {
                askers.push((kind, Asker::new(self, &principal)?));
            }
        }
        let scenes = self.scenes(policies)?;
        in_shares(&scenes, |scene| {
            askers.iter().filter(|(kind, _)| *kind == scene.kind).try_for_each(|(_, asker)| self.play(asker, scene))
        })
    }

    fn scenes(&self, policies: &[Scoped]) -> Result<Vec<Scene<'_>>, PolicyError> {
        let (mut seen, mut scenes) = (HashSet::new(), Vec::new());
        for kind in PrincipalKind::ALL {
            for record in &self.types {
                for action in Action::all() {
                    let concerned = policies.iter().filter(|policy| policy.concerns(kind, action, record.name));
                    let fresh: Vec<_> =
                        concerned.filter(|policy| seen.insert((kind, policy.shape(action, record)))).collect();
                    if !fresh.is_empty() {
                        scenes.push(Scene { kind, action, record, policies: set(fresh)? });
                    }
                }
            }
        }
        Ok(scenes)
    }

    fn play(&self, asker: &Asker, scene: &Scene<'_>) -> Result<(), PolicyError> {
        let request = asker.request(self, scene.action, scene.record.name)?;
        let response = scene.policies.tpe(&request, &asker.known, &self.schema);
        let response = response.map_err(|e| engine(format!("{e:?}")))?;
        let attributes: Vec<_> = Attribute::COMMON.iter().chain(scene.record.attributes).copied().collect();
        Residual { record_type: scene.record.name, attributes: &attributes }.each(&response)
    }
}

fn nobody(kind: PrincipalKind) -> Principal {
    Principal {
        kind,
        id: Uuid::from_u128(2),
        organisation: Uuid::from_u128(3),
        grants: Grants::new(),
        scopes: Vec::new(),
        within: Vec::new(),
        duties: Vec::new(),
        remit: (kind == PrincipalKind::ExternalAuditor).then(Remit::default),
    }
}

fn everybody(kind: PrincipalKind, types: &[RecordType]) -> Principal {
    let remit = Remit {
        engagement: Uuid::from_u128(4),
        open: true,
        in_window: true,
        units: vec![Uuid::from_u128(1)],
        kinds: types.iter().map(|record| record.plural.to_owned()).collect(),
        controls: vec![Uuid::from_u128(5)],
    };
    Principal {
        remit: (kind == PrincipalKind::ExternalAuditor).then_some(remit),
        grants: Role::iter().map(|role| (role, vec![Uuid::from_u128(1)])).collect(),
        scopes: ["read", "write", "*"].map(str::to_owned).to_vec(),
        within: vec![Uuid::from_u128(1)],
        duties: Duty::iter().map(|duty| duty.to_value()).collect(),
        ..nobody(kind)
    }
}
