//! From rows to records: every cell read, everything wrong gathered, all stored or nothing.

use super::cell::{Reading, text};
use super::directory::Directory;
use super::header::{self, Header, Heading, Meaning};
use super::table::Row;
use super::{Import, Scales};
use crate::caller::Caller;
use crate::resource::{Error, FieldError, Outcome, Version, service};
use crate::store::Label;
use isms_entity::Recorded;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;

/// The most mistakes that are told one by one.
const MOST_ERRORS: usize = 200;

/// What came of an import.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ImportReport)]
pub struct Report {
    /// Records made.
    pub created: usize,
    /// Records changed.
    pub updated: usize,
    /// Records that were as the file has them.
    pub unchanged: usize,
    /// Rows of content.
    pub rows: usize,
    /// The row of the headings.
    pub header_row: usize,
    /// Columns that were not brought in.
    pub left_out: Vec<String>,
    /// Whether nothing was kept.
    pub dry_run: bool,
}

/// One row as it will be written.
struct Draft {
    number: usize,
    reference: Option<String>,
    version: Option<i32>,
    fields: Map<String, Value>,
}

/// Rows that change a record, and rows that make one.
type Sorted = (Vec<(Label, Draft)>, Vec<Draft>);

/// Everything that is wrong, told up to a limit and counted beyond.
#[derive(Default)]
struct Faults {
    told: Vec<FieldError>,
    total: usize,
}

impl Faults {
    fn push(&mut self, pointer: String, detail: String) {
        self.total += 1;
        if self.told.len() < MOST_ERRORS {
            self.told.push(FieldError::new(pointer, detail));
        }
    }

    fn refuse_if_any(mut self) -> Outcome<()> {
        if self.total == 0 {
            return Ok(());
        }
        let row = |error: &FieldError| error.pointer.split('/').nth(2).and_then(|number| number.parse::<usize>().ok());
        self.told.sort_by_key(row);
        if self.total > self.told.len() {
            let detail = format!("{} mistakes in all, of which the first {MOST_ERRORS} are told", self.total);
            self.told.push(FieldError::new("/rows", detail));
        }
        Err(Error::Invalid(self.told))
    }
}

/// Brings the rows in.
///
/// # Errors
/// Everything that is wrong, each with `/rows/{row}/{column}`.
pub async fn bring_in<R: Import>(
    caller: &Caller,
    rows: &[Row],
    map: &[(String, String)],
    ignore_unknown: bool,
) -> Outcome<Report> {
    let header = header::read::<R>(rows, map, ignore_unknown)?;
    let content = rows.get(header.skip..).unwrap_or_default();
    // All that is wrong is told at once; rows with a cell that cannot be read are not looked at further.
    let mut faults = Faults::default();
    let drafts = read::<R>(caller, &header, content, &mut faults).await?;
    let there = known::<R>(caller, &header).await?;
    let (old, new) = sort_out::<R>(drafts, &there, &mut faults);
    let mut report = Report {
        rows: content.len(),
        header_row: header.number,
        left_out: header
            .headings
            .iter()
            .filter(|heading| matches!(heading.meaning, Meaning::LeftOut))
            .map(|heading| heading.title.clone())
            .collect(),
        ..Report::default()
    };
    report.created = create::<R>(caller, &header, new, &mut faults).await?;
    change::<R>(caller, &header, old, &mut report, &mut faults).await?;
    faults.refuse_if_any()?;
    Ok(report)
}

async fn read<R: Import>(
    caller: &Caller,
    header: &Header,
    content: &[Row],
    faults: &mut Faults,
) -> Outcome<Vec<Draft>> {
    let scales = R::scales(caller).await?;
    let targets = header.headings.iter().filter_map(|heading| match heading.meaning {
        Meaning::Field(field) => target::<R>(&field.name),
        _ => None,
    });
    let directory = Directory::load(caller, targets.collect()).await?;
    let mut drafts = Vec::with_capacity(content.len());
    for (i, row) in content.iter().enumerate() {
        let before = faults.total;
        let mut draft = Draft { number: row.number, reference: None, version: None, fields: Map::new() };
        for heading in &header.headings {
            if let Err(why) = read_cell::<R>(&mut draft, heading, row, &scales, &directory) {
                let pointer = format!("/rows/{}/{}", row.number, heading.key());
                faults.push(pointer, format!("row {}, {}: {why}", row.number, heading.told()));
            }
        }
        if faults.total == before {
            drafts.push(draft);
        }
        if i % 256 == 0 {
            caller.breathe().await?;
        }
    }
    Ok(drafts)
}

/// The record type that a field points to.
fn target<R: Import>(field: &str) -> Option<&'static str> {
    if field == "unitId" {
        return Some("Unit");
    }
    R::SPEC.references.iter().find(|reference| reference.field == field).map(|reference| reference.target)
}

fn read_cell<R: Import>(
    draft: &mut Draft,
    heading: &Heading,
    row: &Row,
    scales: &Scales,
    directory: &Directory,
) -> Result<(), String> {
    let Some(cell) = row.cells.get(heading.place) else { return Ok(()) };
    match heading.meaning {
        Meaning::LeftOut => {}
        Meaning::Reference => draft.reference = Some(text(cell)?).filter(|text| !text.is_empty()),
        Meaning::Version => {
            let text = text(cell)?;
            if !text.is_empty() {
                draft.version = Some(text.parse().map_err(|_| format!("{text} is not a version"))?);
            }
        }
        Meaning::Field(field) => {
            let scale = scales.get(field.name.as_str()).map(Vec::as_slice).unwrap_or_default();
            let (target, words) = (target::<R>(&field.name), header::words::<R>(&field.name));
            let reading = Reading { field, target, words, scale, directory };
            if let Some(value) = reading.value(cell)? {
                draft.fields.insert(field.name.clone(), value);
            }
        }
    }
    Ok(())
}

/// The records that rows may name by their reference.
async fn known<R: Import>(caller: &Caller, header: &Header) -> Outcome<HashMap<String, Label>> {
    if !header.headings.iter().any(|heading| matches!(heading.meaning, Meaning::Reference)) {
        return Ok(HashMap::new());
    }
    let labels = caller.labels(R::SPEC.name, None).await?;
    Ok(labels.into_iter().map(|label| (label.reference.to_lowercase(), label)).collect())
}

/// Parts the rows that change a record from those that make one.
fn sort_out<R: Import>(drafts: Vec<Draft>, there: &HashMap<String, Label>, faults: &mut Faults) -> Sorted {
    let (mut old, mut new, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for draft in drafts {
        let Some(reference) = draft.reference.clone() else {
            new.push(draft);
            continue;
        };
        let mut refuse = |why: &str| {
            faults
                .push(format!("/rows/{}/reference", draft.number), format!("row {}: {reference} {why}", draft.number));
        };
        match there.get(&reference.to_lowercase()) {
            _ if !seen.insert(reference.to_lowercase()) => refuse("stands in an earlier row already"),
            _ if reference.chars().count() > 100 => refuse("is longer than a reference may be"),
            Some(label) if label.retired => refuse("is retired"),
            Some(label) => old.push((label.clone(), draft)),
            // Ours are given out by counting; one that is unknown is a mistake or another's.
            None if is_ours::<R>(&reference) => refuse("is not there; leave the cell empty to make a new record"),
            None => new.push(draft),
        }
    }
    (old, new)
}

fn is_ours<R: Import>(reference: &str) -> bool {
    let rest = reference.to_uppercase();
    let number = rest.strip_prefix(R::SPEC.prefix).map(|rest| rest.trim_start_matches('-').to_owned());
    number.is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

/// Makes records from rows, and says how many.
async fn create<R: Import>(caller: &Caller, header: &Header, new: Vec<Draft>, faults: &mut Faults) -> Outcome<usize> {
    let numbers: Vec<usize> = new.iter().map(|draft| draft.number).collect();
    let drafts: Vec<New> = new.into_iter().map(|draft| (draft.reference, Value::Object(draft.fields))).collect();
    match attempt::<R>(caller, &drafts).await {
        Ok(made) => Ok(made),
        Err(Error::Invalid(list)) => {
            for error in list {
                let (place, field) =
                    error.pointer.trim_start_matches('/').split_once('/').unwrap_or((&error.pointer, ""));
                let number =
                    place.trim_matches('/').parse::<usize>().ok().and_then(|place| numbers.get(place)).copied();
                blame::<R>(header, number.unwrap_or_default(), field, &error.detail, faults);
            }
            Ok(0)
        }
        Err(error @ Error::Duplicate(_)) => {
            let place = first_taken::<R>(caller, &drafts).await?;
            let number = numbers.get(place).copied().unwrap_or_default();
            blame::<R>(header, number, "", &error.to_string(), faults);
            Ok(0)
        }
        Err(other) => Err(other),
    }
}

/// A record to make, and what it is called.
type New = (Option<String>, Value);

/// Makes these records, or leaves everything as it was.
async fn attempt<R: Import>(caller: &Caller, drafts: &[New]) -> Outcome<usize> {
    let step = caller.nested().await?;
    match service::create_named::<R>(&step, drafts.to_vec()).await {
        Ok(rows) => {
            step.commit().await?;
            Ok(rows.len())
        }
        Err(error) => {
            step.store.rollback().await;
            Err(error)
        }
    }
}

/// The first record with a value that another one has already: halves are tried until one record is left, and what
/// could be made stays for the rest to be held against. The import is undone in any case.
async fn first_taken<R: Import>(caller: &Caller, drafts: &[New]) -> Outcome<usize> {
    let (mut rest, mut before) = (drafts, 0);
    while rest.len() > 1 {
        let (left, right) = rest.split_at(rest.len() / 2);
        match attempt::<R>(caller, left).await {
            Ok(_) => (rest, before) = (right, before + left.len()),
            Err(Error::Duplicate(_)) => rest = left,
            Err(other) => return Err(other),
        }
    }
    Ok(before)
}

/// Tells a mistake by row and column of the file.
fn blame<R: Import>(header: &Header, number: usize, field: &str, detail: &str, faults: &mut Faults) {
    let name = field.split('/').next().unwrap_or_default();
    let heading =
        header.headings.iter().find(|heading| matches!(heading.meaning, Meaning::Field(field) if field.name == name));
    let column =
        heading.map_or_else(|| R::fields().get(name).map(header::column_name).unwrap_or_default(), Heading::key);
    let told = heading.map(|heading| format!(", {}", heading.told())).unwrap_or_default();
    let slash = if column.is_empty() { "" } else { "/" };
    faults.push(format!("/rows/{number}{slash}{column}"), format!("row {number}{told}: {detail}"));
}

/// Merges rows into the records that they name; an empty cell changes nothing.
async fn change<R: Import>(
    caller: &Caller,
    header: &Header,
    old: Vec<(Label, Draft)>,
    report: &mut Report,
    faults: &mut Faults,
) -> Outcome<()> {
    for (label, draft) in old {
        let version = draft.version.map_or(Version::Any, Version::Exactly);
        let patch = Value::Object(draft.fields);
        match service::update::<R>(caller, label.id, version, &patch).await {
            Ok(found) if found.row.common().version == label.version => report.unchanged += 1,
            Ok(_) => report.updated += 1,
            Err(Error::Invalid(list)) => {
                for error in list {
                    blame::<R>(header, draft.number, error.pointer.trim_start_matches('/'), &error.detail, faults);
                }
            }
            Err(error @ (Error::Denied(_) | Error::Conflict(_) | Error::PreconditionFailed | Error::NotFound)) => {
                blame::<R>(header, draft.number, "", &error.to_string(), faults);
            }
            Err(other) => return Err(other),
        }
    }
    Ok(())
}
