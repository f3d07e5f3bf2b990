//! Random policies over the dialect, written as text, reaching for the extremes.

use super::world::{NUMBERS, TEXTS, Type, World, pick};
use isms_authz::{Action, Attribute, Bundle, Kind};
use rand::Rng;
use rand::rngs::StdRng;
use std::fmt::Write;

/// A record type with attributes of every kind, present and absent.
pub const THING: Type = Type {
    name: "Thing",
    table: "thing",
    attributes: &[
        Attribute::new("owner", "owner_id", Kind::Entity("User")),
        Attribute::optional("keeper", "keeper_id", Kind::Entity("User")),
        Attribute::new("title", "title", Kind::Text),
        Attribute::optional("note", "note", Kind::Text),
        Attribute::new("rank", "rank", Kind::Long),
        Attribute::optional("score", "score", Kind::Long),
        Attribute::new("flag", "flag", Kind::Bool),
        Attribute::new("closed", "closed_at", Kind::Presence),
        Attribute::new("tags", "tags", Kind::Texts),
        Attribute::optional("labels", "labels", Kind::Texts),
        Attribute::new("people", "people_ids", Kind::Entities("User")),
    ],
};

/// The types that random policies live among.
pub const TYPES: &[Type] = &[
    Type { name: "Organisation", table: "organisation", attributes: &[] },
    Type { name: "Unit", table: "unit", attributes: &[] },
    THING,
];

const SCHEMA: &str = "entity Engagement; entity Control; entity Thing in [Unit] = {
  organisation: Organisation, unit: Unit, createdBy: User, retired: Bool,
  owner: User, keeper?: User, title: String, note?: String, rank: Long, score?: Long,
  flag: Bool, closed: Bool, tags: Set<String>, labels?: Set<String>, people: Set<User>,
};";

/// The shipped schema of principals and units, the type above, and these policies.
pub fn bundle(policies: &str) -> Bundle {
    let mut bundle = Bundle::embedded();
    bundle.schemas.retain(|(file, _)| {
        file.ends_with("base.cedarschema")
            || file.ends_with("unit.cedarschema")
            || file.ends_with("organisation.cedarschema")
    });
    bundle.schemas.push(("thing.cedarschema".into(), SCHEMA.into()));
    bundle.policies = vec![("thing.cedar".into(), policies.into())];
    bundle
}

/// Writes policies about one type in one world.
pub struct Writer<'a> {
    pub rng: &'a mut StdRng,
    pub world: &'a World,
    pub kind: Type,
    /// Whether only people are meant, so that they may be compared with what refers to people.
    user: bool,
}

impl<'a> Writer<'a> {
    /// A writer.
    pub fn new(rng: &'a mut StdRng, world: &'a World, kind: Type) -> Self {
        Self { rng, world, kind, user: true }
    }

    /// Two to four policies, at least one of which permits.
    pub fn set(&mut self) -> String {
        let count = self.rng.random_range(2..5);
        (0..count).fold(String::new(), |mut text, n| {
            let effect = if n == 0 || self.rng.random_bool(0.5) { "permit" } else { "forbid" };
            let policy = self.policy(n, effect);
            let _ = writeln!(text, "{policy}");
            text
        })
    }

    fn policy(&mut self, n: usize, effect: &str) -> String {
        self.user = self.rng.random_bool(0.7);
        let principal = if self.user { "principal is User" } else { "principal" };
        let action = match self.rng.random_range(0..4) {
            0 => "action == Action::\"list\"",
            1 => "action in [Action::\"list\", Action::\"update\"]",
            _ => "action",
        };
        let mut text =
            format!("@id(\"p{n}\") @intent(\"p{n}\") {effect} ({principal}, {action}, resource is {})", self.kind.name);
        for clause in ["when", "unless"] {
            if clause == "when" || self.rng.random_bool(0.3) {
                let _ = write!(text, " {clause} {{ {} }}", self.boolean(3));
            }
        }
        text + ";"
    }

    fn boolean(&mut self, depth: usize) -> String {
        if depth == 0 || self.rng.random_bool(0.2) {
            return self.atom();
        }
        let (a, b) = (self.boolean(depth - 1), self.boolean(depth - 1));
        match self.rng.random_range(0..7) {
            0 | 1 => format!("({a} && {b})"),
            2 | 3 => format!("({a} || {b})"),
            4 => format!("!({a})"),
            5 => format!("(if {} then {a} else {b})", self.atom()),
            _ => format!("(!({a}) && {b})"),
        }
    }

    fn atom(&mut self) -> String {
        match self.rng.random_range(0..10) {
            0 => self.place(),
            1 => self.asker(),
            2 => format!("{} == {}", self.entity(1), self.entity(1)),
            _ => {
                let attribute = *pick(self.rng, &self.kind.all().copied().collect::<Vec<_>>());
                self.about(&attribute)
            }
        }
    }

    fn place(&mut self) -> String {
        match self.rng.random_range(0..6) {
            0 | 1 => format!("resource in principal.{}", self.role()),
            2 => format!("resource in {}", self.unit()),
            3 => format!("resource in [{}, {}]", self.unit(), self.unit()),
            4 => format!("resource == {}", self.itself()),
            _ => format!("resource in [{}, {}, {}]", self.unit(), self.unit(), self.unit()),
        }
    }

    fn asker(&mut self) -> String {
        match self.rng.random_range(0..5) {
            0 => format!("principal.scopes.contains(\"{}\")", pick(self.rng, &["read", "write", "*"])),
            1 => format!("principal.{}.isEmpty()", self.role()),
            2 => "principal.organisation == resource.organisation".into(),
            3 => "principal.scopes.containsAny([\"*\", \"assets\"])".into(),
            _ => format!("resource is {}", self.kind.name),
        }
    }

    fn role(&mut self) -> &'static str {
        pick::<&str>(self.rng, &["ownerAt", "managerAt", "managementAt", "auditorAt", "memberAt", "integratorAt"])
    }

    fn unit(&mut self) -> String {
        let unit = pick(self.rng, &self.world.units).id.to_string();
        self.uid("Unit", unit)
    }

    fn itself(&mut self) -> String {
        let record = self.world.records.get(self.kind.name).map(|list| pick(self.rng, list).id.to_string());
        self.uid(self.kind.name, record.unwrap_or_default())
    }

    fn someone(&mut self) -> String {
        let person = self.world.person(self.rng).to_string();
        self.uid("User", person)
    }

    /// An entity; at times its id is spelt otherwise, or is none at all, which Cedar holds for another entity.
    fn uid(&mut self, kind: &str, id: String) -> String {
        let id = match self.rng.random_range(0..20) {
            0 => id.to_uppercase(),
            1 => id.replace('-', ""),
            2 => "nobody".into(),
            3 => "'; DROP TABLE thing; --".into(),
            _ => id,
        };
        format!("{kind}::{}", quote(&id))
    }

    /// Something true or false of one attribute, guarded when it may be absent.
    fn about(&mut self, attribute: &Attribute) -> String {
        let name = attribute.name;
        let of = format!("resource.{name}");
        let atom = match attribute.kind {
            Kind::Entity("User") => self.about_person(&of),
            Kind::Entity("Unit") => format!("{of} == {}", self.unit()),
            Kind::Entity(_) => format!("{of} == principal.organisation"),
            Kind::Text => self.about_text(&of),
            Kind::Long => self.about_number(&of),
            Kind::Bool | Kind::Presence => match self.rng.random_range(0..4) {
                0 => format!("{of} == {}", self.rng.random::<bool>()),
                1 => format!("!{of}"),
                2 => format!("{of} != {}", self.rng.random::<bool>()),
                _ => of,
            },
            Kind::Texts => self.about_set(&of, |writer| quote(pick::<&str>(writer.rng, &TEXTS[..12]))),
            Kind::Entities(_) => self.about_set(&of, Self::someone),
        };
        match (attribute.optional, self.rng.random_range(0..6)) {
            (false, _) => atom,
            (true, 0) => format!("resource has {name}"),
            (true, 1) => format!("!(resource has {name})"),
            (true, 2) => format!("(!(resource has {name}) || {atom})"),
            (true, 3) => format!("(if resource has {name} then {atom} else {})", self.place()),
            (true, 4) => format!("(resource has {name} && !({atom}))"),
            (true, _) => format!("(resource has {name} && {atom})"),
        }
    }

    fn about_person(&mut self, of: &str) -> String {
        match self.rng.random_range(0..5) {
            0 => format!("{of} == {}", self.someone()),
            1 => format!("[{}, {}].contains({of})", self.someone(), self.someone()),
            2 => format!("{of} == {}", self.entity(2)),
            3 => format!("{of} != {}", self.entity(1)),
            _ if self.user => format!("{of} == principal"),
            _ => format!("resource.createdBy == {of}"),
        }
    }

    /// A person, named, referred to, or one of two by a condition.
    fn entity(&mut self, depth: usize) -> String {
        match self.rng.random_range(0..4) {
            0 if depth > 0 => {
                format!("(if {} then {} else {})", self.place(), self.entity(depth - 1), self.entity(depth - 1))
            }
            1 => "resource.createdBy".into(),
            2 if self.user => "principal".into(),
            _ => self.someone(),
        }
    }

    fn about_text(&mut self, of: &str) -> String {
        match self.rng.random_range(0..7) {
            0 => format!("{of} != {}", self.text()),
            1 => format!("[{}, {}, {}].contains({of})", self.text(), self.text(), self.text()),
            2 => format!("{of} == (if {} then {} else {})", self.place(), self.text(), self.text()),
            3 => format!("(if {} then {} else {of}) == {}", self.place(), self.text(), self.text()),
            4 => format!("{of} == {}", self.text()),
            _ => format!("{of} like {}", self.pattern()),
        }
    }

    fn text(&mut self) -> String {
        match self.rng.random_range(0..12) {
            0 => quote("a\0b"),
            1 => quote("\0"),
            2 => quote("approved"),
            3 => quote("draft"),
            _ => quote(pick::<&str>(self.rng, TEXTS)),
        }
    }

    /// A pattern made from a text: some of its characters become wildcards.
    fn pattern(&mut self) -> String {
        let text = if self.rng.random_bool(0.1) { "a\0b" } else { *pick(self.rng, TEXTS) };
        let mut out = String::from("\"");
        if self.rng.random_bool(0.3) {
            out.push('*');
        }
        for c in text.chars() {
            match c {
                _ if self.rng.random_bool(0.25) => out.push('*'),
                '*' => out.push_str("\\*"),
                _ => escape(c, &mut out),
            }
        }
        if self.rng.random_bool(0.4) {
            out.push('*');
        }
        out + "\""
    }

    fn about_number(&mut self, of: &str) -> String {
        let order = *pick(self.rng, &["<", "<=", ">", ">=", "==", "!="]);
        let one = self.number(2, of);
        let two = self.number(1, of);
        match self.rng.random_range(0..5) {
            0 | 1 => format!("{of} {order} {two}"),
            2 => format!("{two} {order} {of}"),
            3 => format!("[{}, {}].contains({of})", pick(self.rng, NUMBERS), pick(self.rng, NUMBERS)),
            _ => format!("{one} {order} {two}"),
        }
    }

    fn number(&mut self, depth: usize, of: &str) -> String {
        match self.rng.random_range(0..5) {
            0 if depth > 0 => {
                format!("(if {} then {} else {})", self.place(), self.number(depth - 1, of), self.number(depth - 1, of))
            }
            1 => of.to_owned(),
            2 if self.kind.name == "Thing" => "resource.rank".into(),
            _ => pick(self.rng, NUMBERS).to_string(),
        }
    }

    fn about_set(&mut self, of: &str, item: impl Fn(&mut Self) -> String) -> String {
        let (a, b) = (item(self), item(self));
        match self.rng.random_range(0..5) {
            0 => format!("{of}.containsAny([{a}, {b}])"),
            1 => format!("{of}.containsAll([{a}, {b}])"),
            2 => format!("{of}.isEmpty()"),
            3 if of.ends_with("people") && self.user => format!("{of}.contains(principal)"),
            _ => format!("{of}.contains({a})"),
        }
    }
}

/// A text as a Cedar literal.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    text.chars().for_each(|c| escape(c, &mut out));
    out + "\""
}

fn escape(c: char, out: &mut String) {
    match c {
        '"' | '\\' => out.extend(['\\', c]),
        '\0' => out.push_str("\\0"),
        '\n' => out.push_str("\\n"),
        _ => out.push(c),
    }
}

/// The verbs that random policies tell apart.
pub const VERBS: [Action; 3] = [Action::List, Action::Update, Action::Close];
