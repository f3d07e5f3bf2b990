//! Random worlds: two organisations with trees of units, people, services, and records that reach for the extremes.

use isms::caller::UnitTree;
use isms_authz::{Attribute, Fact, Facts, Grants, Kind, Literal, Principal, PrincipalKind, Remit};
use isms_entity::leadership::responsibility::Duty;
use isms_entity::leadership::role_assignment::Role;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use sea_orm::{ActiveEnum, Iterable};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Texts that databases, patterns and quoting get wrong. PostgreSQL stores no NUL, so no value holds one.
pub const TEXTS: &[&str] = &[
    "", "a", "A", "ab", "aB", "a%b", "a_b", "a*b", "a?b", "[a]", "a[b]c", "]", "^a", "\\", "a\\b", "it's", "\"q\"",
    "äÖ", "ÄÖ", "e\u{301}", "é", "日本", "🦀", "a\nb", " a ", "draft", "Draft", "$1", "?", "null", "[]", "--",
];

/// Whole numbers at the edges.
pub const NUMBERS: &[i64] = &[
    i64::MIN,
    i64::MIN + 1,
    -9_007_199_254_740_993,
    -2_147_483_649,
    -1,
    0,
    1,
    2,
    2_147_483_648,
    9_007_199_254_740_992,
    9_007_199_254_740_993,
    i64::MAX - 1,
    i64::MAX,
];

/// A record type under test.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// Name in policies.
    pub name: &'static str,
    /// Table.
    pub table: &'static str,
    /// What it has beyond the common attributes.
    pub attributes: &'static [Attribute],
}

impl Type {
    /// All attributes, the common ones first.
    pub fn all(&self) -> impl Iterator<Item = &'static Attribute> {
        Attribute::COMMON.iter().chain(self.attributes)
    }
}

/// A unit.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    pub id: Uuid,
    pub organisation: Uuid,
    pub parent: Option<Uuid>,
}

/// A record: its place and what its columns hold.
#[derive(Clone, Debug)]
pub struct Record {
    pub id: Uuid,
    pub unit: Uuid,
    pub columns: BTreeMap<&'static str, Fact>,
}

impl Facts for Record {
    fn id(&self) -> Uuid {
        self.id
    }

    fn unit(&self) -> Uuid {
        self.unit
    }

    fn fact(&self, attribute: &Attribute) -> Fact {
        self.columns.get(attribute.column).cloned().unwrap_or(Fact::Absent)
    }
}

/// Everything there is, once.
pub struct World {
    pub organisations: [Uuid; 2],
    pub units: Vec<Unit>,
    pub tree: UnitTree,
    pub principals: Vec<Principal>,
    pub people: Vec<Uuid>,
    pub records: BTreeMap<&'static str, Vec<Record>>,
}

/// One of these.
pub fn pick<'a, T>(rng: &mut StdRng, list: &'a [T]) -> &'a T {
    list.choose(rng).expect("a list that is not empty")
}

fn id(rng: &mut StdRng) -> Uuid {
    Uuid::from_u128(rng.random())
}

impl World {
    /// A world with trees of up to five levels; with `single_root`, each organisation has one root, as in the product.
    pub fn random(rng: &mut StdRng, types: &[Type], records: usize, single_root: bool) -> Self {
        let organisations = [id(rng), id(rng)];
        let mut units: Vec<Unit> = Vec::new();
        for organisation in organisations {
            let first = units.len();
            for n in 0..rng.random_range(3..7) {
                let own = &units[first..];
                let root = n == 0 || (!single_root && rng.random_bool(0.2));
                // The newest unit is a likely parent, so that trees grow deep and not only broad.
                let parent =
                    (!root).then(|| if rng.random_bool(0.5) { own[own.len() - 1] } else { *pick(rng, own) }.id);
                units.push(Unit { id: id(rng), organisation, parent });
            }
        }
        let tree = UnitTree::new(units.iter().map(|unit| (unit.id, unit.parent)), []);
        let people: Vec<Uuid> = (0..6).map(|_| id(rng)).collect();
        let mut world = Self { organisations, units, tree, principals: Vec::new(), people, records: BTreeMap::new() };
        world.principals = (0..9).map(|n| world.principal(rng, n)).collect();
        for kind in types {
            let list = world.populate(rng, kind, records);
            world.records.insert(kind.name, list);
        }
        world
    }

    /// The first unit of an organisation, which has no unit above it.
    pub fn root(&self, organisation: Uuid) -> Uuid {
        self.units.iter().find(|unit| unit.organisation == organisation).expect("an organisation has units").id
    }

    fn principal(&self, rng: &mut StdRng, n: usize) -> Principal {
        let organisation = self.organisations[usize::from(n % 3 == 2)];
        let (service, auditor) = (n >= 4, n >= 6);
        let own: Vec<_> = self.units.iter().filter(|unit| unit.organisation == organisation).collect();
        let mut grants = Grants::new();
        for role in Role::iter().filter(|role| (*role == Role::Integrator) == service) {
            let chance = if service { 0.9 } else { 0.6 };
            if rng.random_bool(chance) {
                let count = rng.random_range(0..=3);
                grants.insert(role, (0..count).map(|_| pick(rng, &own).id).collect());
            }
        }
        let mut scopes: Vec<String> = Vec::new();
        let plurals = isms::resources::specs().iter().map(|spec| (spec.plural, 0.5));
        for (scope, chance) in [("read", 0.95), ("write", 0.95), ("*", 0.3)].into_iter().chain(plurals) {
            if rng.random_bool(chance) {
                scopes.push(scope.to_owned());
            }
        }
        let kind = match (auditor, service) {
            (true, _) => PrincipalKind::ExternalAuditor,
            (_, true) => PrincipalKind::Service,
            _ => PrincipalKind::User,
        };
        let id = self.people[n % self.people.len()];
        let remit = auditor.then(|| Remit {
            engagement: self.person(rng),
            open: rng.random_bool(0.9),
            in_window: rng.random_bool(0.9),
            units: (0..rng.random_range(0..=3)).map(|_| pick(rng, &own).id).collect(),
            kinds: isms::resources::specs()
                .iter()
                .map(|spec| spec.plural.to_owned())
                .filter(|_| rng.random_bool(0.8))
                .collect(),
            controls: (0..rng.random_range(0..=2)).map(|_| self.person(rng)).collect(),
        });
        let within = self.tree.around(grants.values().flatten().copied().chain([pick(rng, &own).id]));
        let duties = Duty::iter().filter(|_| rng.random_bool(0.4)).map(|duty| duty.to_value()).collect();
        Principal { kind, id, organisation, grants, scopes, within, duties, remit }
    }

    fn populate(&self, rng: &mut StdRng, kind: &Type, count: usize) -> Vec<Record> {
        match kind.name {
            // A unit's row lies in the unit above it, the root's in itself.
            "Unit" => self
                .units
                .iter()
                .map(|u| self.record(rng, kind, u.id, u.parent.unwrap_or(u.id), u.organisation))
                .collect(),
            "Organisation" => {
                self.organisations.iter().map(|o| self.record(rng, kind, *o, self.root(*o), *o)).collect()
            }
            _ => (0..count)
                .map(|n| {
                    let unit = *pick(rng, &self.units);
                    let person = self.people.get(n).filter(|_| kind.name == "Account");
                    let id = person.copied().unwrap_or_else(|| id(rng));
                    self.record(rng, kind, id, unit.id, unit.organisation)
                })
                .collect(),
        }
    }

    fn record(&self, rng: &mut StdRng, kind: &Type, id: Uuid, unit: Uuid, organisation: Uuid) -> Record {
        let mut columns = BTreeMap::new();
        for attribute in kind.all() {
            let fact = match attribute.column {
                "organisation_id" => Fact::One(Literal::Id(organisation)),
                "unit_id" => Fact::One(Literal::Id(unit)),
                "id" => Fact::One(Literal::Id(id)),
                _ if attribute.optional && rng.random_bool(0.35) => Fact::Absent,
                _ => self.fact(rng, attribute.kind),
            };
            columns.insert(attribute.column, fact);
        }
        Record { id, unit, columns }
    }

    /// A person, or now and then the id of nobody.
    pub fn person(&self, rng: &mut StdRng) -> Uuid {
        if rng.random_bool(0.1) { id(rng) } else { *pick(rng, &self.people) }
    }

    fn fact(&self, rng: &mut StdRng, kind: Kind) -> Fact {
        let texts = ["draft", "approved", "requested", "inReview", "open"];
        match kind {
            Kind::Entity(_) => Fact::One(Literal::Id(self.person(rng))),
            Kind::Text if rng.random_bool(0.4) => Fact::One(Literal::Text((*pick(rng, &texts)).to_owned())),
            Kind::Text => Fact::One(Literal::Text((*pick(rng, TEXTS)).to_owned())),
            Kind::Long => Fact::One(Literal::Long(*pick(rng, NUMBERS))),
            Kind::Bool => Fact::One(Literal::Bool(rng.random())),
            Kind::Presence if rng.random_bool(0.7) => Fact::Absent,
            Kind::Presence => Fact::One(Literal::Long(1)),
            Kind::Entities(_) => {
                Fact::Many((0..rng.random_range(0..4)).map(|_| Literal::Id(self.person(rng))).collect())
            }
            Kind::Texts => Fact::Many(
                (0..rng.random_range(0..4)).map(|_| Literal::Text((*pick(rng, &TEXTS[..12])).to_owned())).collect(),
            ),
        }
    }
}
