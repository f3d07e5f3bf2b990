//! The files of records: bytes in a folder or an S3 bucket, of which the database keeps name, size and digest.

use super::files::{Contents, Judge, place, unavailable};
use super::{Found, Store};
use crate::caller::Caller;
use crate::resource::{Attached, Content, Error, Outcome};
use bytes::Bytes;
use futures::stream::{Stream, StreamExt};
use isms_authz::Permit;
use isms_entity::Time;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql};
use std::ops::Range;
use std::sync::Arc;
use uuid::Uuid;

/// Since when a file belongs to nothing that is about to go.
const GOING: i64 = -1;
/// A file that no record has after so long is cleared away, microseconds: a day.
const UNCLAIMED: i64 = 24 * 3_600 * 1_000_000;

/// A file that has come in and belongs to no record yet.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its upload.
    pub id: Uuid,
    /// Size, bytes.
    pub size: u64,
    /// SHA-256, in hexadecimal.
    pub digest: String,
}

impl Caller {
    /// Takes a file in for a record that the caller may change. Until [`Caller::claim`] it belongs to nothing, and is
    /// cleared away after a day.
    ///
    /// # Errors
    /// What the judge says, whatever the bytes end with, [`Error::TooManyRequests`] beyond four at once, or a store that
    /// does not answer; nothing of the file stays.
    pub async fn receive<R: Attached, S>(&self, _permit: &Permit<R>, bytes: S, judge: &dyn Judge) -> Outcome<Received>
    where
        S: Stream<Item = Outcome<Bytes>> + Unpin,
    {
        let contents = Arc::clone(&self.store.contents);
        let _turn = contents.turn(self.id())?;
        let id = Uuid::now_v7();
        self.unclaimed(id, self.clock.now()).await?;
        let at = place(self.organisation(), id);
        match contents.write(&at, bytes, judge).await {
            // A file that took long to come has a day from now on, like any other.
            Ok((size, digest)) if self.store.since(id, self.clock.now().0, stays()).await? => {
                Ok(Received { id, size, digest })
            }
            Ok(_) => {
                contents.remove(&at).await?;
                Err(late())
            }
            Err(error) => {
                self.discard(id).await;
                Err(error)
            }
        }
    }

    /// The file is not wanted: it goes with the next that are cleared away.
    pub async fn discard(&self, id: Uuid) {
        if let Err(error) = self.store.since(id, 0, stays()).await {
            tracing::warn!(?error, %id, "a file that is not wanted stays for a day");
        }
    }

    /// From the end of this transaction, the file belongs to a record.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was cleared away meanwhile.
    pub async fn claim(&self, id: Uuid) -> Outcome<()> {
        let delete =
            Sql::delete().from_table(Alias::new("unclaimed_content")).and_where(is(id)).and_where(stays()).to_owned();
        match self.store.run(&delete).await? {
            1 => Ok(()),
            _ => Err(late()),
        }
    }

    /// From the end of this transaction, the file belongs to no record any more, and is cleared away.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn disclaim(&self, id: Uuid) -> Outcome<()> {
        self.unclaimed(id, Time(0)).await
    }

    async fn unclaimed(&self, id: Uuid, since: Time) -> Outcome<()> {
        let insert = Sql::insert()
            .into_table(Alias::new("unclaimed_content"))
            .columns(["id", "organisation_id", "since"].map(Alias::new))
            .values_panic([id.into(), self.organisation().into(), since.0.into()])
            .to_owned();
        self.store.run(&insert).await.map(drop)
    }

    /// These bytes of the file of a record that was read.
    ///
    /// # Errors
    /// When the store does not answer; [`Error::NotFound`] for a file of the past that has been destroyed since.
    pub async fn content<R: Attached>(
        &self,
        found: &Found<R>,
        content: &Content,
        range: Range<u64>,
    ) -> Outcome<impl Stream<Item = Outcome<Bytes>> + use<R>> {
        use isms_entity::Recorded;
        let read = self.store.contents.read(&place(found.row.common().organisation_id, content.id), range).await;
        read.map_err(|error| match error {
            Error::NotFound if self.as_of.is_none() => Error::Unavailable("files: the file is missing".into()),
            other => other,
        })
    }
}

impl Store {
    /// The same store with its files at this place.
    #[must_use]
    pub fn with_contents(self, place: &str) -> Self {
        Self { contents: Arc::new(Contents::at(place)), ..self }
    }

    /// Whether any file is kept already where files are to lie.
    ///
    /// # Errors
    /// When the store of files does not answer.
    pub async fn has_contents(&self) -> Outcome<bool> {
        if self.has_own_contents() {
            // What else a new volume holds is none of ours.
            let folders = std::fs::read_dir(&self.contents.place).into_iter().flatten().flatten();
            let of_ours = |name: std::ffi::OsString| name.to_str().is_some_and(|name| name.parse::<Uuid>().is_ok());
            return Ok(folders.map(|folder| folder.file_name()).any(of_ours));
        }
        self.contents.open()?.list(None).next().await.transpose().map(|first| first.is_some()).map_err(unavailable)
    }

    /// Whether looking for files costs nothing.
    pub(crate) fn has_own_contents(&self) -> bool {
        !self.contents.place.starts_with("s3://")
    }

    /// Makes sure that files can be kept.
    ///
    /// # Errors
    /// When their place cannot be used.
    pub fn open_contents(&self) -> Outcome<()> {
        self.contents.open().map(drop)
    }

    /// Clears away the files that belong to no record: of uploads that came to nothing, and those disposed of. Only
    /// files that this database knows of are touched. One that cannot be removed stays for another time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clear_away(&self, now: Time) -> Outcome<u64> {
        let forgotten = || Expr::col(Alias::new("since")).lt(now.0 - UNCLAIMED);
        let select = Sql::select()
            .columns(["id", "organisation_id"].map(Alias::new))
            .from(Alias::new("unclaimed_content"))
            .and_where(forgotten())
            .to_owned();
        let mut cleared = 0;
        for row in self.all(&select).await? {
            let (id, organisation): (Uuid, Uuid) = (row.try_get("", "id")?, row.try_get("", "organisation_id")?);
            // From here on nobody can claim it, unless somebody just has.
            if !self.since(id, GOING, forgotten()).await? {
                continue;
            }
            match self.contents.remove(&place(organisation, id)).await {
                Ok(()) => {
                    let delete = Sql::delete().from_table(Alias::new("unclaimed_content")).and_where(is(id)).to_owned();
                    self.run(&delete).await?;
                    cleared += 1;
                }
                Err(error) => tracing::warn!(?error, %id, "a file could not be cleared away"),
            }
        }
        Ok(cleared)
    }

    /// Sets from when on a file belongs to nothing, where this holds of it; tells whether it did.
    async fn since(&self, id: Uuid, since: i64, holds: Expr) -> Outcome<bool> {
        let update = Sql::update()
            .table(Alias::new("unclaimed_content"))
            .value(Alias::new("since"), since)
            .and_where(is(id))
            .and_where(holds)
            .to_owned();
        Ok(self.run(&update).await? == 1)
    }
}

fn late() -> Error {
    Error::Conflict("the upload took too long: send the file again".into())
}

/// It is not about to go.
fn stays() -> Expr {
    Expr::col(Alias::new("since")).gt(GOING)
}

fn is(id: Uuid) -> Expr {
    Expr::col(Alias::new("id")).eq(id)
}
