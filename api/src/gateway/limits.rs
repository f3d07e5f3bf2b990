//! What a query may ask for at most, checked before anything is read. Fragments are followed, cycles refused.

use super::shape::{Shape, Size};
use crate::resource::query::MOST;
use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Value, Variables};

/// Bytes of a query.
pub const BYTES: usize = 32 * 1024;
const TOKENS: u64 = 4_000;
const NESTING: u64 = 48;
const DEPTH: u64 = 12;
const INTROSPECTION_DEPTH: u64 = 18;
const INTROSPECTION_LISTS: u64 = 2;
const COMPLEXITY: u64 = 50_000;
/// A question that costs so much is worked out where no request waits: more than a page of fifty records needs.
pub const DEAR: u64 = 1_000;
/// What is read in the past is worked out anew from the trail: so many times what it costs today, and never less than
/// so many times this.
const PAST: u64 = 20;
const PLAIN: u64 = 250;
/// What looks at every record to count it.
const GROUPING: u64 = 250;
const ALIASES: u64 = 50;
const DIRECTIVES: u64 = 30;
const ROOTS: u64 = 20;
const SPREADS: u64 = 2_000;

/// A limit that a query passes.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which limit.
    pub limit: &'static str,
    /// How much it allows.
    pub most: u64,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.limit {
            "cycle" => write!(f, "a fragment contains itself"),
            "first" => write!(f, "first: is a whole number from 1 to {}", self.most),
            limit => write!(f, "the query passes the limit on {limit}: at most {}", self.most),
        }
    }
}

fn within(limit: &'static str, asked: u64, most: u64) -> Result<(), Refusal> {
    if asked > most { Err(Refusal { limit, most }) } else { Ok(()) }
}

/// Checks the text before it is parsed: its length, tokens and nesting.
///
/// # Errors
/// The limit that it passes.
pub fn text(query: &str) -> Result<(), Refusal> {
    within("bytes", query.len().try_into().unwrap_or(u64::MAX), BYTES.try_into().unwrap_or(u64::MAX))?;
    let (mut tokens, mut nesting, mut in_word) = (0_u64, 0_u64, false);
    let mut letters = query.chars().peekable();
    while let Some(letter) = letters.next() {
        let word = letter.is_alphanumeric() || letter == '_';
        tokens += u64::from(!(letter.is_whitespace() || letter == ',' || letter == '#' || (word && in_word)));
        in_word = word;
        match letter {
            '{' | '[' | '(' => nesting += 1,
            '}' | ']' | ')' => nesting = nesting.saturating_sub(1),
            '#' => while letters.next_if(|letter| !matches!(letter, '\n' | '\r')).is_some() {},
            '"' => skip_string(&mut letters),
            _ => {}
        }
        within("nesting", nesting, NESTING)?;
        within("tokens", tokens, TOKENS)?;
    }
    Ok(())
}

/// A query as it is noted: without its comments, and with one space where there are several.
pub fn plain(query: &str) -> String {
    let (mut plain, mut rest) = (String::new(), query);
    while let Some(letter) = rest.chars().next() {
        let many = match letter {
            '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '"' => string(rest),
            letter => letter.len_utf8(),
        };
        let (piece, behind) = rest.split_at_checked(many).unwrap_or((rest, ""));
        match letter {
            '#' => {}
            letter if letter.is_whitespace() => plain.extend((!plain.ends_with(' ')).then_some(' ')),
            _ => plain.push_str(piece),
        }
        rest = behind;
    }
    plain
}

/// How long the string is that a text begins with, bytes.
fn string(text: &str) -> usize {
    if let Some(block) = text.strip_prefix("\"\"\"") {
        let mut ends = block.match_indices("\"\"\"").map(|(at, _)| at);
        let end = ends.find(|at| !block.get(..*at).is_some_and(|before| before.ends_with('\\')));
        return end.map_or(text.len(), |end| end + 6);
    }
    let mut escaped = false;
    let ends = |(_, letter): &(usize, char)| {
        let ends = *letter == '\n' || (*letter == '"' && !escaped);
        escaped = *letter == '\\' && !escaped;
        ends
    };
    text.char_indices().skip(1).find(ends).map_or(text.len(), |(at, _)| at + 1)
}

/// Goes on behind a string; a block string ends at the next three quotes that no backslash stands before.
fn skip_string(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    if letters.clone().take(2).eq(['"', '"']) {
        letters.nth(1);
        let (mut quotes, mut escaped) = (0, false);
        for letter in letters {
            quotes = if letter == '"' && !escaped { quotes + 1 } else { 0 };
            escaped = letter == '\\' || (escaped && letter == '"');
            if quotes == 3 {
                return;
            }
        }
        return;
    }
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '"' | '\n' => return,
            _ => {}
        }
    }
}

/// Checks every operation of a document; tells what the dearest of them costs.
///
/// # Errors
/// The first limit that one passes.
pub fn document(document: &ExecutableDocument, variables: &Variables, shape: &Shape) -> Result<u64, Refusal> {
    let mut dearest = 0;
    for (_, operation) in document.operations.iter() {
        let mut check = Check::new(document, variables, shape, &operation.node);
        check.directives(operation.node.directives.len())?;
        check.selections(&operation.node.selection_set.node, &Place::root("Query"), &mut Vec::new())?;
        dearest = dearest.max(check.cost);
    }
    Ok(dearest)
}

/// Where a selection stands.
#[derive(Clone)]
struct Place<'a> {
    owner: &'a str,
    depth: u64,
    times: u64,
    /// Lists passed within introspection; none outside.
    introspection: Option<u64>,
}

impl<'a> Place<'a> {
    const fn root(owner: &'a str) -> Self {
        Self { owner, depth: 1, times: 1, introspection: None }
    }
}

struct Check<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    shape: &'a Shape,
    operation: &'a OperationDefinition,
    cost: u64,
    aliases: u64,
    directives: u64,
    roots: u64,
    spreads: u64,
}

impl<'a> Check<'a> {
    const fn new(
        document: &'a ExecutableDocument,
        variables: &'a Variables,
        shape: &'a Shape,
        operation: &'a OperationDefinition,
    ) -> Self {
        Self { document, variables, shape, operation, cost: 0, aliases: 0, directives: 0, roots: 0, spreads: 0 }
    }

    fn directives(&mut self, more: usize) -> Result<(), Refusal> {
        self.directives += u64::try_from(more).unwrap_or(u64::MAX);
        within("directives", self.directives, DIRECTIVES)
    }

    fn selections(&mut self, set: &'a SelectionSet, place: &Place<'a>, path: &mut Vec<&'a str>) -> Result<(), Refusal> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(&field.node, place, path)?,
                Selection::InlineFragment(inline) => {
                    self.directives(inline.node.directives.len())?;
                    let owner = inline.node.type_condition.as_ref().map_or(place.owner, |on| on.node.on.node.as_str());
                    self.selections(&inline.node.selection_set.node, &Place { owner, ..place.clone() }, path)?;
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(spread.node.directives.len())?;
                    self.spreads += 1;
                    within("fragment spreads", self.spreads, SPREADS)?;
                    let name = &spread.node.fragment_name.node;
                    // An unknown fragment is told by the validation.
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    if path.contains(&name.as_str()) {
                        return Err(Refusal { limit: "cycle", most: 0 });
                    }
                    path.push(name.as_str());
                    let owner = fragment.node.type_condition.node.on.node.as_str();
                    self.selections(&fragment.node.selection_set.node, &Place { owner, ..place.clone() }, path)?;
                    path.pop();
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &'a Field, place: &Place<'a>, path: &mut Vec<&'a str>) -> Result<(), Refusal> {
        let name = field.name.node.as_str();
        self.directives(field.directives.len())?;
        self.aliases += u64::from(field.alias.is_some());
        within("aliases", self.aliases, ALIASES)?;
        if place.depth == 1 {
            self.roots += 1;
            within("root fields", self.roots, ROOTS)?;
        }
        let introspection = match (place.introspection, name) {
            (None, "__schema" | "__type") => Some(0),
            (Some(lists), "fields" | "interfaces" | "possibleTypes" | "inputFields") => Some(lists + 1),
            (other, _) => other,
        };
        within("introspection lists", introspection.unwrap_or_default(), INTROSPECTION_LISTS)?;
        within("depth", place.depth, if introspection.is_some() { INTROSPECTION_DEPTH } else { DEPTH })?;
        let (owner, size) = self.shape.of(place.owner, name).unwrap_or(("", Size::One));
        let (reads, size) = match size {
            Size::One => (1, 1),
            Size::Reads(reads) => (reads, 1),
            Size::Groups(usual) => (GROUPING, usual),
            Size::First(usual) => (1, self.first(field)?.unwrap_or(usual)),
        };
        let reads = if reads_past(field) { reads.max(PLAIN).saturating_mul(PAST) } else { reads };
        self.cost = self.cost.saturating_add(place.times.saturating_mul(reads));
        within("complexity", self.cost, COMPLEXITY)?;
        let inner = Place { owner, depth: place.depth + 1, times: place.times.saturating_mul(size), introspection };
        self.selections(&field.selection_set.node, &inner, path)
    }

    /// The `first` that is given, also by a variable or its default.
    fn first(&self, field: &Field) -> Result<Option<u64>, Refusal> {
        let Some((_, value)) = field.arguments.iter().find(|(name, _)| name.node == "first") else { return Ok(None) };
        let given = value.node.clone().into_const_with(|name| {
            let definitions = &self.operation.variable_definitions;
            let definition = definitions.iter().find(|definition| definition.node.name.node == name);
            let default = definition.and_then(|definition| definition.node.default_value());
            Ok::<_, ()>(self.variables.get(&name).or(default).cloned().unwrap_or_default())
        });
        match given {
            Ok(Value::Null) => Ok(None),
            Ok(Value::Number(number)) => match number.as_u64().filter(|first| (1..=MOST).contains(first)) {
                Some(first) => Ok(Some(first)),
                None => Err(Refusal { limit: "first", most: MOST }),
            },
            // What is no number is told by the validation.
            _ => Ok(None),
        }
    }
}

/// Whether a field is asked for as of an instant, as far as can be told before it is read: a variable may name one.
fn reads_past(field: &Field) -> bool {
    field.arguments.iter().any(|(name, value)| name.node == "asOf" && value.node.to_string() != "null")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_noted_without_its_comments_and_with_its_texts() {
        let query = "{ me  { id } # \"x\n\t risks(q: \"a # \\\" b\") #\n a(b: \"\"\"c # \\\"\"\" \n d\"\"\") } #end";
        let noted = "{ me { id } risks(q: \"a # \\\" b\") a(b: \"\"\"c # \\\"\"\" \n d\"\"\") } ";
        assert_eq!(plain(query), noted);
        assert_eq!(plain("{ a(b: \"open"), "{ a(b: \"open");
    }

    #[test]
    fn what_stands_behind_a_block_string_is_counted() {
        let deep = "{a".repeat(100);
        for string in [r#""""#, r#""a""#, r#""\"""#, "\"\"\"\n\"\"\"", "\"\"\"\"\"\"", r#""""a "quoted" \""" b""""#] {
            let refusal = text(&format!("{{me(x:{string}){deep}")).err().map(|refusal| refusal.limit);
            assert_eq!(refusal, Some("nesting"), "{string}");
        }
        assert!(text(&format!("{{me(x:\"\"\"{deep}\"\"\")}}")).is_ok());
    }
}
