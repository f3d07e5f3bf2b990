//! Who is asked about, with the rights that they have today, and what they are asked about.

use crate::caller::Caller;
use crate::evaluation::engagement::Engagement;
use crate::evaluation::invitation::Invitation;
use crate::leadership::user::User;
use crate::resource::{Error, Outcome, Resource, Spec, found_or, if_found};
use crate::resources::{self, Visitor};
use crate::store::RowFacts;
use futures::future::BoxFuture;
use isms_authz::{Attribute, Engine, Fact, Facts, Kind, Literal, Principal, PrincipalKind};
use isms_entity::{Common, Recorded};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Somebody who is asked about.
pub(super) async fn principal(caller: &Caller, id: Uuid) -> Outcome<Principal> {
    if id == caller.id() {
        return Ok(caller.access.principal.clone());
    }
    if let Some(user) = if_found(caller.fetch::<User>(id).await)? {
        return caller.principal_of(&user.row).await;
    }
    let invitation = caller.fetch::<Invitation>(id).await;
    let invitation = found_or(invitation, || Error::field("/principalId", format!("there is nobody {id}")))?;
    let Some(engagement) = invitation.row.engagement_id else {
        return Err(Error::field("/principalId", "is an invitation of a person: ask about the person"));
    };
    let engagement = caller.fetch::<Engagement>(engagement).await?;
    Ok(caller.auditor_of(&engagement.row, &invitation.row))
}

/// What a principal is, as policies see them.
pub(super) fn facts_of(principal: &Principal) -> Value {
    let roles = principal.grants.iter().flat_map(|(role, units)| {
        units.iter().map(move |unit| json!({"role": crate::resource::word(role), "unitId": unit}))
    });
    let mut facts = Map::from_iter([
        ("id".to_owned(), json!(principal.id)),
        ("kind".to_owned(), json!(principal.kind.name())),
        ("scopes".to_owned(), json!(principal.scopes)),
    ]);
    if let Some(remit) = &principal.remit {
        facts.insert("engagementId".into(), json!(remit.engagement));
        facts.insert("open".into(), json!(remit.open));
        facts.insert("inWindow".into(), json!(remit.in_window));
        facts.insert("unitIds".into(), json!(remit.units));
        facts.insert("kinds".into(), json!(remit.kinds));
        facts.insert("controlIds".into(), json!(remit.controls));
    } else {
        facts.insert("roles".into(), roles.collect());
        facts.insert("duties".into(), json!(principal.duties));
        facts.insert("within".into(), json!(principal.within));
    }
    facts.into()
}

/// A record that is asked about: as it is, for the policies, and as the caller sees it.
pub(super) struct Record {
    /// Its type.
    pub spec: &'static Spec,
    /// Whose it is and where it lies.
    pub common: Common,
    facts: Box<dyn Facts + Send + Sync>,
    beyond: Option<bool>,
    /// What policies ask of it, as far as the caller may see it.
    pub shown: Map<String, Value>,
}

impl Record {
    /// Reads a record that the caller may read.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they may not.
    pub async fn read(caller: &Caller, spec: &'static Spec, id: Uuid) -> Outcome<Self> {
        struct Read<'a> {
            caller: &'a Caller,
            name: &'static str,
            id: Uuid,
            reading: Option<BoxFuture<'a, Outcome<Record>>>,
        }
        impl Visitor for Read<'_> {
            fn visit<R: Resource>(&mut self) {
                if R::SPEC.name == self.name {
                    let (caller, id) = (self.caller, self.id);
                    self.reading = Some(Box::pin(async move { Ok(Record::of::<R>(&caller.fetch::<R>(id).await?)) }));
                }
            }
        }
        let mut read = Read { caller, name: spec.name, id, reading: None };
        resources::visit(&mut read);
        read.reading.ok_or(Error::NotFound)?.await
    }

    fn of<R: Resource>(found: &crate::store::Found<R>) -> Self {
        let shown = RowFacts::<R>::new(found.shown());
        let spec = resources::spec(R::SPEC.name).unwrap_or(const { &R::SPEC });
        let known = Attribute::COMMON.iter().chain(R::SPEC.attributes);
        let shown = known.map(|attribute| (attribute.name.to_owned(), told(shown.fact(attribute), attribute.kind)));
        Self {
            spec,
            common: found.row.common(),
            shown: shown.collect(),
            facts: Box::new(Kept::<R> { row: found.row.clone() }),
            beyond: None,
        }
    }

    /// Looks at it with the eyes of somebody: whether the person whom it is of holds something where they do not
    /// administer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn faces(&mut self, caller: &Caller, principal: &Principal) -> Outcome<()> {
        if self.spec.person.is_some() {
            let them = caller.acting(principal.clone(), Arc::clone(&caller.access.engine));
            self.beyond = them.knows_beyond(self.spec, self.common.id).await?;
            self.shown.insert(Attribute::HELD_BEYOND.name.into(), json!(self.beyond));
        }
        Ok(())
    }

    /// Whether the policies let somebody do this with it, and which ones decide.
    ///
    /// # Errors
    /// When they cannot be asked.
    pub fn decide(
        &self,
        caller: &Caller,
        engine: &Arc<Engine>,
        principal: &Principal,
        action: isms_authz::Action,
    ) -> Outcome<isms_authz::Decision> {
        let above = caller.access.units.above(self.common.unit_id);
        Ok(engine.decide(principal, action, self.spec.policy_type, self, &above)?)
    }
}

impl Facts for Record {
    fn id(&self) -> Uuid {
        self.common.id
    }

    fn unit(&self) -> Uuid {
        self.common.unit_id
    }

    fn fact(&self, attribute: &Attribute) -> Fact {
        if *attribute == Attribute::HELD_BEYOND {
            return self.beyond.map_or(Fact::Absent, |beyond| Fact::One(Literal::Bool(beyond)));
        }
        self.facts.fact(attribute)
    }
}

/// A row that is kept to be asked.
struct Kept<R: Resource> {
    row: R::Row,
}

impl<R: Resource> Facts for Kept<R> {
    fn id(&self) -> Uuid {
        self.row.common().id
    }

    fn unit(&self) -> Uuid {
        self.row.common().unit_id
    }

    fn fact(&self, attribute: &Attribute) -> Fact {
        RowFacts::<R>::new(&self.row).fact(attribute)
    }
}

fn told(fact: Fact, kind: Kind) -> Value {
    let one = |literal: &Literal| match literal {
        Literal::Id(id) => json!(id),
        Literal::Text(text) => json!(text),
        Literal::Long(number) => json!(number),
        Literal::Bool(flag) => json!(flag),
    };
    match fact {
        _ if kind == Kind::Presence => json!(fact != Fact::Absent),
        Fact::Absent => Value::Null,
        Fact::One(literal) => one(&literal),
        Fact::Many(list) => list.iter().map(one).collect(),
    }
}

/// Whether somebody is a person or program of the organisation, and not an auditor from outside.
pub(super) fn is_inside(principal: &Principal) -> bool {
    principal.kind != PrincipalKind::ExternalAuditor
}
