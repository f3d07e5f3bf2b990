//! The query string of a list: reserved words and typed filters, checked against the type's fields.

use super::{Error, Field, FieldKind, Known, Outcome, Resource, Spec};
use crate::caller::{Caller, Seal};
use crate::store::{After, Operand, Query, Retired, Sort, Test};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use isms_entity::Time;
use serde_json::{Value, json};
use std::borrow::Cow;
use uuid::Uuid;

/// The most records on a page.
pub const MOST: u64 = 200;
/// The records on a page unless said otherwise.
pub const USUAL: u64 = 50;
/// The most words that are searched for at once; each is looked for in every record.
const MOST_WORDS: usize = 10;
/// The longest word that is searched for, characters.
const LONGEST_WORD: usize = 100;
/// The most values that one filter takes.
pub const MOST_VALUES: usize = 100;
/// The most fields that a list is sorted by.
pub const MOST_SORTS: usize = 4;

/// Words of lists, exports and samples: a field that bears one of these names is not asked for by it.
pub(super) const RESERVED: [&str; 11] =
    ["limit", "cursor", "q", "within", "sort", "asOf", "count", "retired", "format", "seed", "size"];

/// A list as it was asked for.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What is asked for.
    pub query: Query,
    /// As of when.
    pub as_of: Option<Time>,
    /// Ties cursors to what they were made for.
    fingerprint: String,
    /// Marks cursors as the organisation's own.
    seal: Seal,
}

fn wrong<T>(name: &str, detail: impl Into<String>) -> Outcome<T> {
    Err(Error::Malformed(format!("{name}: {}", detail.into())))
}

impl Listing {
    /// Reads name and value pairs.
    ///
    /// # Errors
    /// [`Error::Malformed`] names the parameter.
    pub fn parse<R: Resource>(caller: &Caller, pairs: &[(String, String)]) -> Outcome<Self> {
        Self::parse_for(Known::of::<R>(), caller, pairs)
    }

    /// The same for a record type without its type.
    ///
    /// # Errors
    /// [`Error::Malformed`] names the parameter.
    pub fn parse_for(known: Known, caller: &Caller, pairs: &[(String, String)]) -> Outcome<Self> {
        let query = Query { limit: Some(USUAL), ..Query::default() };
        let mut listing = Self { query, as_of: None, fingerprint: String::new(), seal: caller.access.seal.clone() };
        let mut cursor = None;
        let pairs = gathered(pairs)?;
        for (name, value) in &pairs {
            let name = *name;
            if value.contains('\0') {
                return wrong(name, "contains a NUL character");
            }
            match name {
                "limit" => listing.query.limit = Some(limit(value)?),
                "cursor" => cursor = Some(value.as_ref()),
                "q" => listing.query.text = words(value)?,
                "sort" => {
                    listing.query.sort = sort(known, value)?;
                    // An order tells of what it goes by.
                    for Sort { column, .. } in &listing.query.sort {
                        if caller.is_masked(known.spec, column)? {
                            return wrong(name, format!("{column} is withheld from you"));
                        }
                    }
                }
                "asOf" => listing.as_of = Some(instant("asOf", value)?),
                "count" => listing.query.count = flag(name, value)?,
                "retired" => {
                    listing.query.retired = match value.as_ref() {
                        "false" => Retired::Hide,
                        "true" => Retired::Only,
                        "any" => Retired::Show,
                        _ => return wrong(name, "is false, true or any"),
                    }
                }
                "within" => match value.parse() {
                    Ok(unit) => listing.query.tests.push(Test::Within(unit)),
                    Err(_) => return wrong(name, "is not a UUID"),
                },
                _ => listing.query.tests.push(test(known, name, value)?),
            }
        }
        listing.fingerprint = fingerprint(known, &listing);
        if let Some(cursor) = cursor {
            listing.query.after = Some(listing.open(known, cursor)?);
        }
        Ok(listing)
    }

    /// The cursor of the next page: where it begins, sealed with a secret, so that only what a list gave is taken
    /// back, and only by the same list.
    pub fn seal(&self, after: &After) -> String {
        let keys: Vec<Value> =
            after.keys.iter().map(|key| key.as_ref().map_or(Value::Null, Operand::to_json)).collect();
        let body = json!([keys, after.id]).to_string();
        let mut bytes = self.seal.mark(&self.fingerprint, &body);
        bytes.extend_from_slice(body.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open(&self, known: Known, cursor: &str) -> Outcome<After> {
        let refuse = || Error::Malformed("cursor: is not one that this list gave".into());
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| refuse())?;
        let (mark, body) = bytes.split_at_checked(Seal::LENGTH).ok_or_else(refuse)?;
        let body = std::str::from_utf8(body).map_err(|_| refuse())?;
        if !self.seal.made(&self.fingerprint, body, mark) {
            return Err(refuse());
        }
        let (keys, id): (Vec<Value>, Uuid) = serde_json::from_str(body).map_err(|_| refuse())?;
        let keys = keys.iter().map(Operand::from_json).collect::<Option<Vec<_>>>().ok_or_else(refuse)?;
        // A list may have been sorted otherwise by an earlier version of the service.
        let fits = |(sort, key): (&Sort, &Option<Operand>)| key.as_ref().is_none_or(|key| goes_with(known, sort, key));
        if keys.len() != self.query.sort.len() || !self.query.sort.iter().zip(&keys).all(fits) {
            return Err(refuse());
        }
        Ok(After { keys, id })
    }
}

/// Each parameter once. A list may be given as one text or by its name more than once, as clients write lists in either
/// way; what takes one value is not given twice.
fn gathered(pairs: &[(String, String)]) -> Outcome<Vec<(&str, Cow<'_, str>)>> {
    let mut all: Vec<(&str, Cow<'_, str>)> = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let is_list =
            name == "sort" || !RESERVED.contains(&name.as_str()) && (!name.ends_with(']') || name.ends_with("[ne]"));
        match all.iter_mut().find(|(earlier, _)| earlier == name) {
            None => all.push((name, value.into())),
            Some((_, values)) if is_list => *values = format!("{values},{value}").into(),
            Some(_) => return wrong(name, "is given twice"),
        }
    }
    Ok(all)
}

/// Whether the column that is sorted by holds such values.
fn goes_with(known: Known, sort: &Sort, key: &Operand) -> bool {
    let field = known.fields.list.iter().find(|field| field.column == Some(sort.column));
    field.is_some_and(|field| match field.kind {
        FieldKind::Integer | FieldKind::Figure | FieldKind::Time => key.is_number(),
        FieldKind::Flag => key.is_flag(),
        FieldKind::Id => key.is_id(),
        FieldKind::Date => key.is_day(),
        FieldKind::Text | FieldKind::Enum(..) => key.is_text(),
        FieldKind::Ids | FieldKind::Words | FieldKind::Structure => false,
    })
}

/// The words to search for, if any.
fn words(text: &str) -> Outcome<Option<String>> {
    if text.split_whitespace().count() > MOST_WORDS {
        return wrong("q", format!("has more than {MOST_WORDS} words"));
    }
    if text.split_whitespace().any(|word| word.chars().count() > LONGEST_WORD) {
        return wrong("q", format!("has a word of more than {LONGEST_WORD} characters"));
    }
    Ok(Some(text.to_owned()).filter(|text| !text.trim().is_empty()))
}

/// The values of one filter, parted by commas; `\,` is a comma in a value, `\\` a backslash.
fn values(name: &str, value: &str) -> Outcome<Vec<String>> {
    let (mut all, mut one, mut letters) = (Vec::new(), String::new(), value.chars());
    while let Some(letter) = letters.next() {
        match letter {
            ',' => all.push(std::mem::take(&mut one)),
            '\\' => match letters.next() {
                Some(next @ (',' | '\\')) => one.push(next),
                next => one.extend(['\\'].into_iter().chain(next)),
            },
            letter => one.push(letter),
        }
        if all.len() >= MOST_VALUES {
            return wrong(name, format!("has more than {MOST_VALUES} values"));
        }
    }
    all.push(one);
    Ok(all)
}

fn fingerprint(known: Known, listing: &Listing) -> String {
    let query = &listing.query;
    let mut tests: Vec<String> = query.tests.iter().map(|test| format!("{test:?}")).collect();
    // In whichever order the filters are given, the list is the same.
    tests.sort_unstable();
    format!("{}{:?}{:?}{:?}{:?}{:?}", known.spec.name, query.sort, tests, query.text, query.retired, listing.as_of)
}

fn limit(value: &str) -> Outcome<u64> {
    match value.parse() {
        Ok(n) if (1..=MOST).contains(&n) => Ok(n),
        _ => wrong("limit", format!("is a whole number from 1 to {MOST}")),
    }
}

fn flag(name: &str, value: &str) -> Outcome<bool> {
    value.parse().or_else(|_| wrong(name, "is true or false"))
}

/// A day of the years 1 to 9999, which both databases hold and sort alike.
pub fn day(value: &str) -> Option<NaiveDate> {
    let day = value.parse::<NaiveDate>().ok()?;
    (value.len() == 10 && (1..=9_999).contains(&day.year())).then_some(day)
}

/// An instant (RFC 3339), or a day, which stands for its end.
///
/// # Errors
/// [`Error::Malformed`] names the parameter.
pub fn instant(name: &str, value: &str) -> Outcome<Time> {
    let parsed = DateTime::parse_from_rfc3339(value).ok().filter(|at| (1..=9_999).contains(&at.naive_utc().year()));
    if let Some(instant) = parsed {
        return Ok(instant.with_timezone(&Utc).into());
    }
    let end = day(value).and_then(|day| day.and_hms_micro_opt(23, 59, 59, 999_999));
    match end {
        Some(end) => Ok(end.and_utc().into()),
        None => wrong(name, "is an instant like 2026-03-31T12:00:00Z or a day like 2026-03-31"),
    }
}

fn sort(known: Known, value: &str) -> Outcome<Vec<Sort>> {
    let names = || value.split(',').map(|key| key.strip_prefix('-').unwrap_or(key));
    if names().count() > MOST_SORTS || names().enumerate().any(|(i, name)| names().take(i).any(|n| n == name)) {
        return wrong("sort", format!("names one to {MOST_SORTS} different fields"));
    }
    value
        .split(',')
        .map(|key| {
            let (name, descending) = key.strip_prefix('-').map_or((key, false), |name| (name, true));
            let column = known.fields.get(name).and_then(|field| field.column);
            match column
                .filter(|_| known.spec.sorts.contains(&name) || matches!(name, "createdAt" | "reference" | "id"))
            {
                Some("created_at" | "id") => Ok(Sort { column: "id", descending }),
                Some(column) => Ok(Sort { column, descending }),
                None => {
                    let sorts = known.spec.sorts.join(", ");
                    wrong("sort", format!("{name} is not among createdAt, reference, {sorts}"))
                }
            }
        })
        .collect()
}

/// One filter: `status=open,closed`, `score[gte]=3`, `ownerId[null]=true`.
///
/// # Errors
/// [`Error::Malformed`] names the parameter.
pub fn test(known: Known, name: &str, value: &str) -> Outcome<Test> {
    let (field_name, operator) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((field, operator)) => (field, operator),
        None => (name, "eq"),
    };
    // Lists of references are asked for by the name of one: `assetId=` for `assetIds`.
    let field = known.fields.get(field_name).or_else(|| known.fields.get(&format!("{field_name}s")));
    let Some(field) = field.filter(|field| is_filter(known.spec, field)) else {
        return wrong(name, "is not a parameter of this list");
    };
    let Some(column) = field.column else {
        return if operator == "eq" {
            computed(known, name, field, value)
        } else {
            wrong(name, format!("[{operator}] does not go with this field"))
        };
    };
    if operator != "eq" && !operators(field).contains(&operator) {
        return wrong(name, format!("[{operator}] does not go with this field"));
    }
    match (operator, &field.kind) {
        ("null", _) => Ok(Test::Absent(column, flag(name, value)?)),
        (_, FieldKind::Ids) => {
            let reference = known.spec.references.iter().find(|r| r.field == field.name);
            let Some(reference) = reference else { return wrong(name, "cannot be asked for") };
            let ids = values(name, value)?.into_iter();
            let ids = ids.map(|id| id.parse().or_else(|_| wrong(name, format!("{id} is not a UUID"))));
            Ok(Test::Links(reference.field, ids.collect::<Outcome<_>>()?))
        }
        (_, FieldKind::Words) => Ok(Test::Words(column, values(name, value)?)),
        ("eq", FieldKind::Time) => Ok(Test::During(column, spans(name, value)?)),
        ("ne", FieldKind::Time) => Ok(Test::Outside(column, spans(name, value)?)),
        ("eq", _) => Ok(Test::OneOf(column, operands(name, field, value)?)),
        ("ne", _) => Ok(Test::NoneOf(column, operands(name, field, value)?)),
        (order, kind) => {
            // A bare day is the whole day: what is after it begins with the next, what is from it on begins with it.
            let value = match (kind, order) {
                (FieldKind::Time, "gte" | "lt") => span(name, value)?.0.into(),
                (FieldKind::Time, _) => span(name, value)?.1.into(),
                _ => operand(name, field, value)?,
            };
            let order = match order {
                "gt" => ">",
                "gte" => ">=",
                "lt" => "<",
                _ => "<=",
            };
            Ok(Test::Compare(column, order, value))
        }
    }
}

/// The operators that a filter by a field takes beside equality; none for what is computed.
pub fn operators(field: &Field) -> Vec<&'static str> {
    let mut operators = Vec::new();
    if field.column.is_none() || matches!(field.kind, FieldKind::Ids | FieldKind::Words | FieldKind::Structure) {
        return operators;
    }
    if matches!(field.kind, FieldKind::Integer | FieldKind::Figure | FieldKind::Date | FieldKind::Time) {
        operators.extend(["gt", "gte", "lt", "lte"]);
    }
    operators.push("ne");
    if field.nullable {
        operators.push("null");
    }
    operators
}

/// Whether a list can be filtered by a field: not by a structure, nor by what is computed and no flag or word.
pub fn is_filter(spec: &Spec, field: &Field) -> bool {
    match field.kind {
        FieldKind::Structure => false,
        _ if RESERVED.contains(&field.name.as_str()) => false,
        FieldKind::Ids => spec.references.iter().any(|r| r.field == field.name),
        _ => field.column.is_some() || matches!(field.kind, FieldKind::Flag | FieldKind::Enum(..)),
    }
}

/// The first and the last instant that a text names: the same, or those of a day.
fn span(name: &str, value: &str) -> Outcome<(Time, Time)> {
    let to = instant(name, value)?;
    let from = day(value).and_then(|day| day.and_hms_opt(0, 0, 0));
    Ok((from.map_or(to, |from| from.and_utc().into()), to))
}

fn spans(name: &str, value: &str) -> Outcome<Vec<(Operand, Operand)>> {
    let spans = values(name, value)?.into_iter().map(|value| span(name, &value));
    spans.map(|span| span.map(|(from, to)| (from.into(), to.into()))).collect()
}

fn computed(known: Known, name: &str, field: &Field, value: &str) -> Outcome<Test> {
    let column = super::field::snake(&field.name);
    match known.spec.computed.iter().find(|c| c.name == column) {
        Some(c) if matches!(field.kind, FieldKind::Flag | FieldKind::Enum(..)) => {
            Ok(Test::Computed(c.name, operands(name, field, value)?))
        }
        _ => wrong(name, "cannot be asked for"),
    }
}

fn operands(name: &str, field: &Field, value: &str) -> Outcome<Vec<Operand>> {
    values(name, value)?.iter().map(|value| operand(name, field, value)).collect()
}

fn operand(name: &str, field: &Field, value: &str) -> Outcome<Operand> {
    match &field.kind {
        FieldKind::Id => value.parse::<Uuid>().map(Into::into).or_else(|_| wrong(name, "is not a UUID")),
        FieldKind::Integer => value.parse::<i64>().map(Into::into).or_else(|_| wrong(name, "is not a whole number")),
        FieldKind::Figure => match serde_json::from_str::<isms_entity::Figure>(value) {
            Ok(figure) => Ok(figure.0.into()),
            Err(_) => wrong(name, "is not a number"),
        },
        FieldKind::Flag => Ok(flag(name, value)?.into()),
        FieldKind::Date => day(value).map_or_else(|| wrong(name, "is not a day like 2026-03-31"), |day| Ok(day.into())),
        FieldKind::Time => Ok(instant(name, value)?.into()),
        FieldKind::Enum(_, words) if !words.iter().any(|word| word == value) => {
            wrong(name, format!("{value} is not among {}", words.join(", ")))
        }
        _ => Ok(value.into()),
    }
}
