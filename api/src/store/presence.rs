//! Whether the files that records name are there and are what they were: told before somebody asks for one.

use super::Store;
use super::files::place;
use crate::resource::{Outcome, Spec};
use crate::resources;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query as Sql};
use std::collections::HashMap;
use uuid::Uuid;

/// So many files are looked at in one step.
const STEP: u64 = 200;
/// So much of files is read in one step, bytes.
const READ: u64 = 16 << 20;

/// What only reading a file finds out.
const CHANGED: &str = "was changed";
/// What only the database's own look at itself finds out.
const DAMAGED: &str = "the database is damaged";

fn is_found_by_reading(fault: &str) -> bool {
    fault.ends_with(CHANGED) || fault.starts_with(DAMAGED)
}

/// How far the check of all files has come.
#[derive(Debug, Default)]
pub(crate) struct Round {
    /// Which record type, by its place among those that keep files.
    of: usize,
    /// After which record.
    after: Option<Uuid>,
    /// Whether the bytes are read, too, or only looked for.
    pub reads: bool,
    /// What is wrong, by organisation: the first of it.
    faults: HashMap<Uuid, String>,
}

impl Round {
    const fn is_at_its_beginning(&self) -> bool {
        self.of == 0 && self.after.is_none()
    }
}

/// A file as its record tells of it.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The record.
    pub id: Uuid,
    /// Its organisation.
    pub organisation: Uuid,
    /// What people call it.
    pub reference: String,
    /// The file.
    pub content: Uuid,
    /// Its size, bytes.
    pub size: i64,
    /// Its SHA-256, in hexadecimal.
    pub digest: String,
}

/// The record types that keep files.
pub(crate) fn keepers() -> Vec<&'static Spec> {
    let keeps = |spec: &&Spec| resources::columns(spec).iter().any(|column| column.name == "content_id");
    resources::specs().iter().filter(keeps).collect()
}

impl Store {
    /// The files of a record type's records after this one, by id; those that were disposed of are not there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn kept(&self, spec: &Spec, after: Option<Uuid>, limit: u64) -> Outcome<Vec<Kept>> {
        let columns = ["id", "organisation_id", "reference", "content_id", "content_size", "content_digest"];
        let mut select = Sql::select();
        select
            .columns(columns.map(Alias::new))
            .from(Alias::new(spec.table))
            .and_where(Expr::col(Alias::new("content_id")).is_not_null())
            .order_by(Alias::new("id"), Order::Asc)
            .limit(limit);
        if let Some(after) = after {
            select.and_where(Expr::col(Alias::new("id")).gt(after));
        }
        if resources::columns(spec).iter().any(|column| column.name == "disposed_at") {
            select.and_where(Expr::col(Alias::new("disposed_at")).is_null());
        }
        let rows = self.all(&select).await?;
        rows.iter()
            .map(|row| {
                Ok(Kept {
                    id: row.try_get("", "id")?,
                    organisation: row.try_get("", "organisation_id")?,
                    reference: row.try_get("", "reference")?,
                    content: row.try_get("", "content_id")?,
                    size: row.try_get::<Option<i64>>("", "content_size")?.unwrap_or_default(),
                    digest: row.try_get::<Option<String>>("", "content_digest")?.unwrap_or_default(),
                })
            })
            .collect()
    }

    /// The next step of a round; tells whether the round is over, with what it found noted.
    ///
    /// # Errors
    /// When database or store of files do not answer.
    pub(crate) async fn check_contents(&self, round: &mut Round) -> Outcome<bool> {
        let keepers = keepers();
        if round.reads && round.is_at_its_beginning() {
            self.check_pages(round).await?;
        }
        let Some(spec) = keepers.get(round.of) else {
            let over = std::mem::take(round);
            self.note_contents(&over).await?;
            return Ok(true);
        };
        let files = self.kept(spec, round.after, STEP).await?;
        if files.is_empty() {
            (round.of, round.after) = (round.of + 1, None);
        }
        let mut read = 0;
        for file in &files {
            if let Some(fault) = self.fault_of(file, round.reads).await? {
                tracing::error!(organisation = %file.organisation, fault, "a file is not what was kept");
                round.faults.entry(file.organisation).or_insert(fault);
            }
            round.after = Some(file.id);
            read += if round.reads { u64::try_from(file.size).unwrap_or_default() } else { 0 };
            if read >= READ {
                break;
            }
        }
        Ok(false)
    }

    /// Has the database look whether its own pages are sound. What is damaged concerns every organisation.
    async fn check_pages(&self, round: &mut Round) -> Outcome<()> {
        let Some(damage) = self.damage().await? else { return Ok(()) };
        tracing::error!(damage, "the database is damaged");
        let all = Sql::select().column(Alias::new("organisation_id")).from(Alias::new("tenant_counter")).to_owned();
        for row in self.all(&all).await? {
            round.faults.insert(row.try_get("", "organisation_id")?, format!("{DAMAGED}: {damage}"));
        }
        Ok(())
    }

    /// What is wrong with a file, where its record still names it; `reads` has its bytes looked at, too.
    ///
    /// # Errors
    /// When database or store of files do not answer.
    pub(crate) async fn fault_of(&self, file: &Kept, reads: bool) -> Outcome<Option<String>> {
        let fault = |what: &str| Ok(Some(format!("the file of {} {what}", file.reference)));
        let at = place(file.organisation, file.content);
        let size = u64::try_from(file.size).unwrap_or_default();
        match self.contents.size(&at).await? {
            None => return self.unless_disposed(file, "is missing").await,
            Some(there) if there != size => return fault("has another size than was kept"),
            Some(_) if !reads || size == 0 => return Ok(None),
            Some(_) => {}
        }
        match self.digest_there(file.organisation, file.content).await? {
            Some(digest) if digest == file.digest => Ok(None),
            _ => fault(CHANGED),
        }
    }

    /// It may have been disposed of, or replaced, since its record was read.
    async fn unless_disposed(&self, file: &Kept, what: &str) -> Outcome<Option<String>> {
        let going = Sql::select()
            .column(Alias::new("id"))
            .from(Alias::new("unclaimed_content"))
            .and_where(Expr::col(Alias::new("id")).eq(file.content))
            .to_owned();
        if self.one(&going).await?.is_some() {
            return Ok(None);
        }
        for spec in keepers() {
            let still = Sql::select()
                .column(Alias::new("id"))
                .from(Alias::new(spec.table))
                .and_where(Expr::col(Alias::new("id")).eq(file.id))
                .and_where(Expr::col(Alias::new("content_id")).eq(file.content))
                .to_owned();
            if self.one(&still).await?.is_some() {
                return Ok(Some(format!("the file of {} {what}", file.reference)));
            }
        }
        Ok(None)
    }

    /// Notes what is wrong with the files of each organisation, where that has changed.
    async fn note_contents(&self, round: &Round) -> Outcome<()> {
        let column = || Alias::new("content_fault");
        let select = Sql::select()
            .columns([Alias::new("organisation_id"), column()])
            .from(Alias::new("tenant_counter"))
            .to_owned();
        for row in self.all(&select).await? {
            let (organisation, known): (Uuid, Option<String>) =
                (row.try_get("", "organisation_id")?, row.try_get("", "content_fault")?);
            let found = round.faults.get(&organisation);
            // Who has only looked cannot take back what somebody has found by reading.
            let stays =
                found.is_none() && !round.reads && known.as_ref().is_some_and(|known| is_found_by_reading(known));
            if known.as_ref() != found && !stays {
                let update = Sql::update()
                    .table(Alias::new("tenant_counter"))
                    .value(column(), found.cloned())
                    .and_where(super::trail::of(organisation))
                    .to_owned();
                self.run_aside(&update).await?;
            }
        }
        Ok(())
    }

    /// Whether anything that is kept was found not to be what it was.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn is_whole(&self) -> Outcome<bool> {
        let wrong = |name: &str| Expr::col(Alias::new(name)).is_not_null();
        let select = Sql::select()
            .column(Alias::new("organisation_id"))
            .from(Alias::new("tenant_counter"))
            .and_where(wrong("trail_fault").or(wrong("content_fault")))
            .limit(1)
            .to_owned();
        Ok(self.one(&select).await?.is_none())
    }
}
