//! The policy set: loaded and refused as a whole, then asked about one record or compiled for many.

use crate::principal::{Principal, PrincipalKind, principal_entity};
use crate::residual::Residual;
use crate::scope::Scoped;
use crate::validation;
use crate::{Action, Attribute, Bundle, Condition, Fact, Facts, Kind, Literal, holds};
use cedar_policy::{
    Authorizer, Context, Decision as CedarDecision, Effect, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PartialEntities, PartialEntityUid, PartialRequest, Policy, PolicyId, PolicySet, Request, RestrictedExpression,
    Schema,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use thiserror::Error;
use uuid::Uuid;

/// Why a policy set is refused, or a question cannot be answered. Either way nothing is allowed.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// The text does not parse.
    #[error("{file}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// What the parser says.
        message: String,
    },
    /// A policy lacks its `@id` or shares it.
    #[error("{file}: every policy carries an @id of its own, and an @intent: {message}")]
    Identity {
        /// The file.
        file: String,
        /// Which one.
        message: String,
    },
    /// Strict validation against the schema fails.
    #[error("policies do not fit the schema: {0}")]
    Invalid(String),
    /// A policy says what does not translate exactly.
    #[error("policy {policy} steps outside the dialect: {what}")]
    OutsideDialect {
        /// The policy's id.
        policy: String,
        /// What it says.
        what: String,
    },
    /// A residual that cannot be translated.
    #[error("cannot be translated exactly: {0}")]
    Untranslatable(String),
    /// Cedar refuses the question.
    #[error("policy engine: {0}")]
    Engine(String),
}

/// What Cedar says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Allowed or not.
    pub allowed: bool,
    /// The `@id`s of the policies that decided.
    pub reasons: Vec<String>,
}

/// A record type as policies know it.
#[derive(Clone, Copy, Debug)]
pub(super) struct RecordType {
    pub(super) name: &'static str,
    pub(super) plural: &'static str,
    pub(super) attributes: &'static [Attribute],
}

/// One policy, for people.
#[derive(Clone, Debug)]
pub struct PolicyText {
    /// `@id`.
    pub id: String,
    /// `@intent`: one line with the clause.
    pub intent: String,
    /// The file it stands in.
    pub file: String,
    /// Its text in Cedar.
    pub text: String,
    /// Whether it forbids; it permits otherwise.
    pub forbids: bool,
}

/// The loaded policy set, sliced by who asks, what for and of which type.
pub struct Engine {
    pub(super) schema: Schema,
    authorizer: Authorizer,
    pub(super) types: Vec<RecordType>,
    slices: HashMap<(PrincipalKind, Action, &'static str), Arc<PolicySet>>,
    texts: Vec<PolicyText>,
}

pub(super) fn engine(error: impl std::fmt::Display) -> PolicyError {
    PolicyError::Engine(error.to_string())
}

pub(super) fn uid(kind: &str, id: &str) -> Result<EntityUid, PolicyError> {
    Ok(EntityUid::from_type_name_and_id(kind.parse::<EntityTypeName>().map_err(engine)?, EntityId::new(id)))
}

pub(super) fn reference(kind: &str, id: Uuid) -> Result<RestrictedExpression, PolicyError> {
    Ok(RestrictedExpression::new_entity_uid(uid(kind, &id.to_string())?))
}

/// Does the work on all cores at once, each with its share; the first refusal is told.
pub(super) fn in_shares<T: Sync>(
    all: &[T],
    work: impl Fn(&T) -> Result<(), PolicyError> + Sync,
) -> Result<(), PolicyError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let work = &work;
    std::thread::scope(|scope| {
        // Dealt out in turns, so that what takes long is not all in one share.
        let turns = |first: usize| move || all.iter().skip(first).step_by(cores).try_for_each(work);
        let runs: Vec<_> = (0..cores).map(|first| scope.spawn(turns(first))).collect();
        runs.into_iter().try_for_each(|run| run.join().map_err(|_| engine("a share of the work broke off"))?)
    })
}

impl Engine {
    /// Parses, validates strictly and slices the set; refuses it as a whole when anything is wrong.
    ///
    /// # Errors
    /// Names what is wrong with which policy.
    pub fn load(
        bundle: &Bundle,
        types: impl IntoIterator<Item = (&'static str, &'static str, &'static [Attribute])>,
    ) -> Result<Self, PolicyError> {
        let types: Vec<_> =
            types.into_iter().map(|(name, plural, attributes)| RecordType { name, plural, attributes }).collect();
        let files = bundle.schemas.iter().map(|(file, text)| (file.as_str(), text.as_str()));
        let fragments = validation::fragments(files)?;
        let schema = validation::schema(&fragments, &types)?;
        let (policies, texts) = parse(bundle)?;
        let attributes: Vec<_> =
            Attribute::COMMON.iter().chain(types.iter().flat_map(|t| t.attributes)).copied().collect();
        let policies: Vec<Policy> = policies.policies().cloned().collect();
        validation::validate(&schema, &fragments, &types, &policies)?;
        let scoped = policies.iter().map(|policy| Scoped::new(policy, &attributes)).collect::<Result<Vec<_>, _>>()?;
        let mut loaded = Self { schema, authorizer: Authorizer::new(), types, slices: HashMap::new(), texts };
        loaded.slice(&scoped)?;
        loaded.agree()?;
        loaded.rehearse(&scoped)?;
        Ok(loaded)
    }

    /// Every policy with its intent.
    pub fn texts(&self) -> &[PolicyText] {
        &self.texts
    }

    /// Whether another set says word for word the same of this kind of principal, verb and type.
    pub fn speaks_like(&self, other: &Self, kind: PrincipalKind, action: Action, record: &'static str) -> bool {
        let words = |engine: &Self| {
            let slice = engine.slices.get(&(kind, action, record));
            let texts = slice.map(|slice| slice.policies().map(ToString::to_string).collect::<Vec<_>>());
            texts.map(|mut texts| {
                texts.sort_unstable();
                texts
            })
        };
        std::ptr::eq(self, other) || words(self) == words(other)
    }

    /// Types about which the same policies speak share a slice.
    fn slice(&mut self, policies: &[Scoped]) -> Result<(), PolicyError> {
        let mut known: HashMap<Vec<usize>, Arc<PolicySet>> = HashMap::new();
        for kind in PrincipalKind::ALL {
            for action in Action::all() {
                for record in &self.types {
                    let concerned = policies.iter().enumerate().filter(|(_, p)| p.concerns(kind, action, record.name));
                    let (places, concerned): (Vec<_>, Vec<_>) = concerned.unzip();
                    let slice = match known.get(&places) {
                        Some(slice) => Arc::clone(slice),
                        None => Arc::new(set(concerned)?),
                    };
                    known.entry(places).or_insert_with(|| Arc::clone(&slice));
                    self.slices.insert((kind, action, record.name), slice);
                }
            }
        }
        Ok(())
    }

    fn record_type(&self, name: &str) -> Result<RecordType, PolicyError> {
        self.types.iter().find(|t| t.name == name).copied().ok_or_else(|| engine(format!("unknown type {name}")))
    }

    fn policies(&self, principal: &Principal, action: Action, record: &'static str) -> Result<&PolicySet, PolicyError> {
        let slice = self.slices.get(&(principal.kind, action, record)).map(Arc::as_ref);
        slice.ok_or_else(|| engine(format!("unknown type {record}")))
    }

    /// May this principal do this to this record? `above` holds the record's unit and all units above it.
    ///
    /// # Errors
    /// When the policies cannot be asked about such a record.
    pub fn decide(
        &self,
        principal: &Principal,
        action: Action,
        record_type: &'static str,
        record: &dyn Facts,
        above: &[Uuid],
    ) -> Result<Decision, PolicyError> {
        let kind = self.record_type(record_type)?;
        let asker = principal_entity(principal)?;
        let resource = record_entity(kind, record, above)?;
        let request = Request::new(
            asker.uid(),
            uid("Action", action.name())?,
            resource.uid(),
            Context::empty(),
            Some(&self.schema),
        )
        .map_err(engine)?;
        let entities = Entities::from_entities([asker, resource], Some(&self.schema)).map_err(engine)?;
        let policies = self.policies(principal, action, record_type)?;
        let answer = self.authorizer.is_authorized(&request, policies, &entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(engine(error));
        }
        let mut reasons: Vec<_> = answer.diagnostics().reason().map(ToString::to_string).collect();
        reasons.sort_unstable();
        Ok(Decision { allowed: answer.decision() == CedarDecision::Allow, reasons })
    }

    /// What remains of the policies when everything but the record is known.
    ///
    /// # Errors
    /// When what remains cannot be translated.
    pub fn condition(
        &self,
        principal: &Principal,
        action: Action,
        record_type: &'static str,
    ) -> Result<Condition, PolicyError> {
        let kind = self.record_type(record_type)?;
        let asker = Asker::new(self, principal)?;
        let request = asker.request(self, action, record_type)?;
        let policies = self.policies(principal, action, record_type)?;
        let response = policies.tpe(&request, &asker.known, &self.schema).map_err(|e| engine(format!("{e:?}")))?;
        let attributes: Vec<_> = Attribute::COMMON.iter().chain(kind.attributes).copied().collect();
        Residual { record_type, attributes: &attributes }.condition(&response)
    }
}

/// Every verb applies to every record type, so that a new type needs no line in a file that all share.
pub(super) fn verbs(types: &[&str]) -> String {
    let records = types.join(", ");
    let principals = PrincipalKind::ALL.map(PrincipalKind::name).join(", ");
    let names = Action::all().map(|action| format!("\"{}\"", action.name())).collect::<Vec<_>>().join(", ");
    format!("\naction {names} appliesTo {{ principal: [{principals}], resource: [{records}] }};\n")
}

pub(super) fn parse(bundle: &Bundle) -> Result<(PolicySet, Vec<PolicyText>), PolicyError> {
    let (mut all, mut texts) = (PolicySet::new(), Vec::new());
    for (file, text) in &bundle.policies {
        let set: PolicySet =
            text.parse().map_err(|e| PolicyError::Syntax { file: file.clone(), message: format!("{e}") })?;
        let identity = |message: String| PolicyError::Identity { file: file.clone(), message };
        if let Some(template) = set.templates().next() {
            return Err(identity(format!("{template} is a template, which nothing fills")));
        }
        for policy in set.policies() {
            let id = policy.annotation("id").ok_or_else(|| identity(format!("none in {policy}")))?.to_owned();
            let intent = policy.annotation("intent").filter(|text| !text.is_empty());
            let intent = intent.ok_or_else(|| identity(format!("{id} has no @intent")))?.to_owned();
            all.add(policy.new_id(PolicyId::new(&id))).map_err(|e| identity(format!("{id}: {e}")))?;
            let (text, forbids) = (policy.to_string(), policy.effect() == Effect::Forbid);
            texts.push(PolicyText { id, intent, file: file.clone(), text, forbids });
        }
    }
    if texts.is_empty() {
        return Err(PolicyError::Invalid("there are none".into()));
    }
    texts.sort_by(|a, b| a.id.cmp(&b.id));
    Ok((all, texts))
}

/// Who asks, as partial evaluation takes them.
pub(super) struct Asker {
    uid: EntityUid,
    pub(super) known: PartialEntities,
}

impl Asker {
    pub(super) fn new(of: &Engine, principal: &Principal) -> Result<Self, PolicyError> {
        let entity = principal_entity(principal)?;
        let uid = entity.uid();
        let known = Entities::from_entities([entity], Some(&of.schema)).map_err(engine)?;
        Ok(Self { uid, known: PartialEntities::from_concrete(known, &of.schema).map_err(engine)? })
    }

    /// A question about any record of a type.
    pub(super) fn request(
        &self,
        of: &Engine,
        action: Action,
        record_type: &str,
    ) -> Result<PartialRequest, PolicyError> {
        PartialRequest::new(
            PartialEntityUid::from_concrete(self.uid.clone()),
            uid("Action", action.name())?,
            PartialEntityUid::new(record_type.parse::<EntityTypeName>().map_err(engine)?, None),
            Some(Context::empty()),
            &of.schema,
        )
        .map_err(engine)
    }
}

/// These policies as a set.
pub(super) fn set<'p>(policies: impl IntoIterator<Item = &'p Scoped>) -> Result<PolicySet, PolicyError> {
    let mut set = PolicySet::new();
    for policy in policies {
        set.add(policy.policy.clone()).map_err(engine)?;
    }
    Ok(set)
}

pub(super) fn record_entity(kind: RecordType, record: &dyn Facts, above: &[Uuid]) -> Result<Entity, PolicyError> {
    let value = |kind: Kind, literal: &Literal| match (kind, literal) {
        (Kind::Entity(of) | Kind::Entities(of), Literal::Id(id)) => reference(of, *id),
        (_, Literal::Id(id)) => Ok(RestrictedExpression::new_string(id.to_string())),
        (_, Literal::Text(text)) => Ok(RestrictedExpression::new_string(text.clone())),
        (_, Literal::Long(n)) => Ok(RestrictedExpression::new_long(*n)),
        (_, Literal::Bool(b)) => Ok(RestrictedExpression::new_bool(*b)),
    };
    let mut attributes = HashMap::new();
    for attribute in Attribute::COMMON.iter().chain(kind.attributes) {
        let expression = match holds::fact(record, attribute) {
            Fact::Absent => continue,
            Fact::One(literal) => value(attribute.kind, &literal)?,
            Fact::Many(list) => RestrictedExpression::new_set(
                list.iter().map(|literal| value(attribute.kind, literal)).collect::<Result<Vec<_>, _>>()?,
            ),
        };
        attributes.insert(attribute.name.to_owned(), expression);
    }
    let id = uid(kind.name, &record.id().to_string())?;
    let parents = above
        .iter()
        .map(|unit| uid("Unit", &unit.to_string()))
        .filter(|unit| unit.as_ref().map_or(true, |unit| *unit != id))
        .collect::<Result<HashSet<_>, _>>()?;
    Entity::new(id, attributes, parents).map_err(engine)
}
