//! Who asks, as policies know them.

use crate::engine::{PolicyError, engine, reference, uid};
use cedar_policy::{Entity, RestrictedExpression};
use isms_entity::leadership::role_assignment::Role;
use sea_orm::Iterable;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Whether a person, a program or an auditor from outside asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// A person.
    User,
    /// A program.
    Service,
    /// Somebody outside the organisation, within an engagement.
    ExternalAuditor,
}

impl PrincipalKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::User, Self::Service, Self::ExternalAuditor];

    /// The Cedar type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Service => "Service",
            Self::ExternalAuditor => "ExternalAuditor",
        }
    }
}

/// Units by role: where the principal holds it.
pub type Grants = BTreeMap<Role, Vec<Uuid>>;

/// What an external auditor's engagement covers: their grant, as data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remit {
    /// The engagement.
    pub engagement: Uuid,
    /// Whether it is open today and they have accepted its terms.
    pub open: bool,
    /// Whether the instant that they read at lies in its window.
    pub in_window: bool,
    /// The units, each with all below it.
    pub units: Vec<Uuid>,
    /// The kinds of record, by their plural names.
    pub kinds: Vec<String>,
    /// The only controls; none for all.
    pub controls: Vec<Uuid>,
}

/// Who asks, with everything that policies may know of them.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Person or program.
    pub kind: PrincipalKind,
    /// The user's id, or that of the external auditor's invitation.
    pub id: Uuid,
    /// Their organisation.
    pub organisation: Uuid,
    /// The roles they hold today and where.
    pub grants: Grants,
    /// What their token allows of it.
    pub scopes: Vec<String>,
    /// The units that they belong to, by work or by role, and every unit above those.
    pub within: Vec<Uuid>,
    /// The responsibilities in the ISMS that they hold today (5.3).
    pub duties: Vec<String>,
    /// What an external auditor may look into; nobody else has one.
    pub remit: Option<Remit>,
}

/// The principal as policies see them.
pub(super) fn principal_entity(principal: &Principal) -> Result<Entity, PolicyError> {
    let texts = |list: &[String]| {
        RestrictedExpression::new_set(list.iter().map(|text| RestrictedExpression::new_string(text.clone())))
    };
    let units = |list: &[Uuid]| -> Result<_, PolicyError> {
        let units = list.iter().map(|unit| reference("Unit", *unit)).collect::<Result<Vec<_>, _>>()?;
        Ok(RestrictedExpression::new_set(units))
    };
    let mut attributes = HashMap::from([
        ("organisation".to_owned(), reference("Organisation", principal.organisation)?),
        ("scopes".to_owned(), texts(&principal.scopes)),
    ]);
    if principal.kind == PrincipalKind::ExternalAuditor {
        // Without an engagement nothing is open to them.
        let remit = principal.remit.clone().unwrap_or_default();
        let controls = remit.controls.iter().map(|control| reference("Control", *control));
        let controls = controls.collect::<Result<Vec<_>, _>>()?;
        attributes.insert("everyControl".to_owned(), RestrictedExpression::new_bool(controls.is_empty()));
        attributes.insert("controls".to_owned(), RestrictedExpression::new_set(controls));
        attributes.insert("engagement".to_owned(), reference("Engagement", remit.engagement)?);
        attributes.insert("open".to_owned(), RestrictedExpression::new_bool(remit.open));
        attributes.insert("inWindow".to_owned(), RestrictedExpression::new_bool(remit.in_window));
        attributes.insert("units".to_owned(), units(&remit.units)?);
        attributes.insert("kinds".to_owned(), texts(&remit.kinds));
    } else {
        attributes.insert("within".to_owned(), units(&principal.within)?);
        attributes.insert("duties".to_owned(), texts(&principal.duties));
        for role in Role::iter() {
            let held = principal.grants.get(&role).map(Vec::as_slice).unwrap_or_default();
            attributes.insert(grant_name(role).to_owned(), units(held)?);
        }
    }
    let uid = uid(principal.kind.name(), &principal.id.to_string())?;
    Entity::new(uid, attributes, HashSet::new()).map_err(engine)
}

/// The principal's attribute that holds the units of a role.
const fn grant_name(role: Role) -> &'static str {
    match role {
        Role::Member => "memberAt",
        Role::Owner => "ownerAt",
        Role::Manager => "managerAt",
        Role::Management => "managementAt",
        Role::Auditor => "auditorAt",
        Role::Administrator => "administratorAt",
        Role::Integrator => "integratorAt",
    }
}
