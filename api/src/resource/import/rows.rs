//! From rows to records: every cell read, everything wrong gathered, all held against the rules before anybody has to
//! wait for it.

use super::cell::{Reading, text};
use super::directory::Directory;
use super::faults::Faults;
use super::header::{self, Header, Heading, Meaning};
use super::plan::{Change, Plan};
use super::table::Row;
use super::{Import, Scales};
use crate::caller::Caller;
use crate::resource::service::{self, Drafts, Settled};
use crate::resource::{Error, Outcome, Version};
use crate::store::Label;
use isms_entity::Recorded;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use utoipa::ToSchema;

/// After so many rows others get on.
const PAUSE: usize = 256;
/// So many rows are asked about at once.
const CHUNK: usize = 500;
/// The most bytes that what rows come to takes up in memory; a text that many cells name is written as often.
const PLANNED: usize = 48 << 20;
/// After so many mistakes no further row is looked at.
const HOPELESS: usize = 1_000;
/// What a field takes up beside its name and value, bytes.
const FIELD: usize = 96;

/// What came of an import.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
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

/// Holds rows against the rules, as the caller and what others have written stand now; nothing is written.
///
/// # Errors
/// Everything that is wrong, each with `/rows/{row}/{column}`.
pub async fn plan<R: Import>(caller: &Caller, rows: Vec<Row>, header: Header) -> Outcome<Plan<R>> {
    // Asked first: what is written from here on is looked at again.
    let position = caller.position().await?;
    let mut faults = Faults::default();
    let left_out = header.headings.iter().filter(|heading| matches!(heading.meaning, Meaning::LeftOut));
    let mut report = Report {
        rows: rows.len().saturating_sub(header.skip),
        header_row: header.number,
        left_out: left_out.map(|heading| heading.title.clone()).collect(),
        ..Report::default()
    };
    // All that is wrong is told at once; rows with a cell that cannot be read are not looked at further.
    let (new, old) = read::<R>(caller, &header, rows, &mut faults).await?;
    let new = creations(caller, &header, new, &mut faults).await?;
    report.created = new.permitted.len();
    let old = changes::<R>(caller, &header, old, &mut faults).await?;
    report.updated = old.iter().filter(|change| change.patch.is_some()).count();
    report.unchanged = old.len() - report.updated;
    faults.refuse_if_any()?;
    Ok(Plan::new(caller, position, header, report, new, old))
}

/// Rows that make a record, and rows that change one.
type Sorted<R> = (Drafts<R>, Vec<(Label, Draft)>);

async fn read<R: Import>(caller: &Caller, header: &Header, rows: Vec<Row>, faults: &mut Faults) -> Outcome<Sorted<R>> {
    let scales = R::scales(caller).await?;
    let targets = header.headings.iter().filter_map(|heading| match heading.meaning {
        Meaning::Field(field) => target::<R>(&field.name),
        _ => None,
    });
    let directory = Directory::load(caller, targets.collect()).await?;
    let there = known::<R>(caller, header).await?;
    let (mut new, mut old, mut seen) = (Drafts::default(), Vec::new(), HashSet::new());
    let (mut named, mut left) = (Vec::new(), PLANNED);
    for (i, row) in rows.into_iter().skip(header.skip).enumerate() {
        let before = faults.total();
        let mut draft = Draft { number: row.number, reference: None, version: None, fields: Map::new() };
        for heading in &header.headings {
            if let Err(why) = read_cell::<R>(&mut draft, heading, &row, &scales, &directory) {
                let pointer = format!("/rows/{}/{}", row.number, heading.key());
                faults.push(pointer, format!("row {}, {}: {why}", row.number, heading.told()));
            }
        }
        if faults.total() + new.wrong() > HOPELESS {
            faults.break_off(row.number);
            break;
        }
        if faults.total() == before {
            match standing::<R>(&draft, &there, &mut seen) {
                Err(why) => refuse_reference(&draft, &why, faults),
                Ok(Some(label)) => {
                    left = left.checked_sub(size_of::<(Label, Draft)>() + texts(&draft, FIELD)).ok_or_else(too_much)?;
                    old.push((label.clone(), draft));
                }
                Ok(None) => {
                    let taken = size_of::<R::Row>() + texts(&draft, 0);
                    left = left.checked_sub(taken).ok_or_else(too_much)?;
                    named.extend(draft.reference.iter().map(|reference| (draft.number, reference.clone())));
                    new.add(caller, draft.number, draft.reference, Value::Object(draft.fields))?;
                }
            }
        }
        if i % PAUSE == 0 {
            caller.breathe().await?;
        }
    }
    refuse_taken::<R>(caller, &named, faults).await?;
    Ok((new, old))
}

fn too_much() -> Error {
    Error::Malformed(format!("the rows come to more than {} MiB; bring them in in parts", PLANNED >> 20))
}

/// What the values of a draft take up in memory, with so many bytes for each field beside them.
fn texts(draft: &Draft, beside: usize) -> usize {
    draft.fields.values().map(|value| value.as_str().map_or(beside, |text| beside + text.len())).sum()
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

/// The record that a row changes; none when it makes one.
///
/// # Errors
/// Why its reference cannot be taken.
fn standing<'a, R: Import>(
    draft: &Draft,
    there: &'a HashMap<String, Label>,
    seen: &mut HashSet<String>,
) -> Result<Option<&'a Label>, String> {
    let Some(reference) = &draft.reference else { return Ok(None) };
    if reference.chars().count() > 100 {
        return Err("is longer than a reference may be".into());
    }
    if !seen.insert(reference.to_lowercase()) {
        return Err("stands in an earlier row already".into());
    }
    match there.get(&reference.to_lowercase()) {
        Some(label) if label.retired => Err("is retired".into()),
        Some(label) => Ok(Some(label)),
        // Ours are given out by counting; one that is unknown is a mistake or another's.
        None if is_ours::<R>(reference) => Err("is not there; leave the cell empty to make a new record".into()),
        None => Ok(None),
    }
}

fn refuse_reference(draft: &Draft, why: &str, faults: &mut Faults) {
    let reference: String = draft.reference.iter().flat_map(|reference| reference.chars()).take(100).collect();
    faults.push(format!("/rows/{}/reference", draft.number), format!("row {}: {reference} {why}", draft.number));
}

/// References that records have which the caller does not see are another's.
async fn refuse_taken<R: Import>(caller: &Caller, named: &[(usize, String)], faults: &mut Faults) -> Outcome<()> {
    let references: Vec<String> = named.iter().map(|(_, reference)| reference.clone()).collect();
    let taken = caller.taken::<R>(&references).await?;
    for (number, _) in named.iter().filter(|(_, reference)| taken.contains(reference)) {
        let why = "a record with this unique value is already there";
        faults.push(format!("/rows/{number}"), format!("row {number}: {why}"));
    }
    Ok(())
}

fn is_ours<R: Import>(reference: &str) -> bool {
    let rest = reference.to_uppercase();
    let number = rest.strip_prefix(R::SPEC.prefix).map(|rest| rest.trim_start_matches('-').to_owned());
    number.is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
}

/// Holds rows that make records against the rules, and looks whether what they point to is there.
async fn creations<R: Import>(
    caller: &Caller,
    header: &Header,
    new: Drafts<R>,
    faults: &mut Faults,
) -> Outcome<Settled<R>> {
    if !new.is_empty() {
        service::may_make::<R>(caller)?;
    }
    let mut settled = new.settled(caller).await?;
    for error in std::mem::take(&mut settled.errors) {
        faults.blame_place::<R>(header, &error, Some);
    }
    for (rows, numbers) in settled.permitted.chunks(CHUNK).zip(settled.places.chunks(CHUNK)) {
        let rows: Vec<&R::Row> = rows.iter().map(|(_, row)| row).collect();
        match caller.check_new::<R>(&rows).await {
            Err(Error::Invalid(list)) => {
                for error in list {
                    faults.blame_place::<R>(header, &error, |place| numbers.get(place).copied());
                }
            }
            other => other?,
        }
        caller.breathe().await?;
    }
    Ok(settled)
}

/// Holds rows that change records against the rules; an empty cell changes nothing.
async fn changes<R: Import>(
    caller: &Caller,
    header: &Header,
    old: Vec<(Label, Draft)>,
    faults: &mut Faults,
) -> Outcome<Vec<Change>> {
    let mut changes = Vec::with_capacity(old.len());
    // Of two rows that lead to each other the second one is refused, as it is when the first one is stored.
    let caller = &caller.rehearsing();
    for (label, draft) in old {
        let wanted = draft.version.map_or(Version::Any, Version::Exactly);
        let patch = Value::Object(draft.fields);
        match revised::<R>(caller, &label, wanted, &patch).await {
            Ok(changed) => {
                let (number, id, version) = (draft.number, label.id, label.version);
                changes.push(Change { number, id, version, patch: changed.then_some(patch) });
            }
            Err(error) => faults.blame::<R>(header, draft.number, error)?,
        }
    }
    Ok(changes)
}

/// Whether a patch changes a record; it could be stored.
async fn revised<R: Import>(caller: &Caller, label: &Label, wanted: Version, patch: &Value) -> Outcome<bool> {
    let revised = service::revised::<R>(caller, label.id, wanted, patch).await?;
    // Somebody has changed it since the names were read: all is worked out anew.
    if revised.before.common().version != label.version {
        return Err(Error::StaleAccess);
    }
    if revised.before == revised.after {
        return Ok(false);
    }
    caller.check_change::<R>(&revised.before, &revised.after).await?;
    Ok(true)
}
