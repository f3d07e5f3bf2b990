//! The files of records: bytes in a folder or an S3 bucket, of which the database keeps name, size and digest.

use super::{Found, Store};
use crate::authz::Permit;
use crate::caller::{Caller, token};
use crate::resource::{Attached, Content, Error, Outcome};
use bytes::Bytes;
use futures::stream::{Stream, StreamExt, TryStreamExt};
use isms_entity::Time;
use object_store::ClientConfigKey;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use uuid::Uuid;

/// So many parts of a file, 5 MiB each, are under way to the store at once: what an upload takes of memory.
const UNDER_WAY: usize = 2;
/// So much of a file tells its type, bytes.
const HEAD: usize = 8 * 1024;
/// So many uploads may somebody have under way.
const AT_ONCE: usize = 4;
/// Since when a file belongs to nothing that is about to go.
const GOING: i64 = -1;
/// A file that no record has after so long is cleared away, microseconds: a day.
const UNCLAIMED: i64 = 24 * 3_600 * 1_000_000;

/// Where files lie. Opened when the first is asked for.
#[derive(Debug, Default)]
pub struct Contents {
    place: String,
    opened: OnceLock<Arc<dyn ObjectStore>>,
    coming: Mutex<HashMap<Uuid, usize>>,
}

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

/// What is asked of a file while it comes in: no byte of one that is refused stays.
pub trait Judge {
    /// The most bytes that it may have.
    fn most(&self) -> u64;

    /// Whether a file that begins so is taken.
    ///
    /// # Errors
    /// The refusal.
    fn begins(&self, head: &[u8]) -> Outcome<()>;

    /// Whether a file of this SHA-256 (hexadecimal) is taken.
    ///
    /// # Errors
    /// The refusal.
    fn is_whole(&self, digest: &str) -> Outcome<()>;
}

/// One of the few uploads that somebody may have under way.
struct Turn<'a> {
    contents: &'a Contents,
    of: Uuid,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut coming = self.contents.coming.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = coming.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                coming.remove(&self.of);
            }
        }
    }
}

impl Contents {
    /// Files at this place: a folder, or `s3://bucket/prefix` with key, secret, region and endpoint in the
    /// environment, as the tools of that store have them (`AWS_ACCESS_KEY_ID` and so on).
    pub fn at(place: &str) -> Self {
        Self { place: place.to_owned(), ..Self::default() }
    }

    /// Makes sure that the place can be used.
    ///
    /// # Errors
    /// When the folder cannot be made or the bucket makes no sense.
    pub fn open(&self) -> Outcome<&dyn ObjectStore> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened.as_ref());
        }
        let opened = open(&self.place).map_err(|why| Error::Unavailable(format!("files at {}: {why}", self.place)))?;
        Ok(self.opened.get_or_init(|| opened).as_ref())
    }

    /// Whoever has as many uploads under way as anybody may waits for one of them.
    fn turn(&self, of: Uuid) -> Outcome<Turn<'_>> {
        let mut coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        let count = coming.entry(of).or_default();
        if *count >= AT_ONCE {
            return Err(Error::TooManyRequests(5));
        }
        *count += 1;
        Ok(Turn { contents: self, of })
    }

    async fn write<S>(&self, at: &Path, mut bytes: S, judge: &dyn Judge) -> Outcome<(u64, String)>
    where
        S: Stream<Item = Outcome<Bytes>> + Unpin,
    {
        let mut upload = WriteMultipart::new(self.open()?.put_multipart(at).await.map_err(unavailable)?);
        match pour(&mut bytes, &mut upload, judge).await {
            Ok(told) => {
                upload.finish().await.map_err(unavailable)?;
                Ok(told)
            }
            Err(error) => {
                upload.abort().await.map_err(unavailable)?;
                Err(error)
            }
        }
    }

    /// Removes a file or, where it never became whole, what a process that was killed left of it in the folder.
    async fn remove(&self, at: &Path) -> Outcome<()> {
        match self.open()?.delete(at).await {
            Err(object_store::Error::NotFound { .. }) => self.remove_begun(at),
            other => other.map_err(unavailable),
        }
    }

    fn remove_begun(&self, at: &Path) -> Outcome<()> {
        let file = std::path::Path::new(&self.place).join(at.as_ref());
        let (Some(folder), Some(name)) = (file.parent(), at.filename()) else { return Ok(()) };
        let begun = format!("{name}#");
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_some_and(|name| name.starts_with(&begun)) {
                std::fs::remove_file(entry.path()).map_err(|error| Error::Unavailable(format!("files: {error}")))?;
            }
        }
        Ok(())
    }

    async fn read(&self, at: &Path, range: Range<u64>) -> Outcome<impl Stream<Item = Outcome<Bytes>> + use<>> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let got = self.open()?.get_opts(at, options).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => Error::NotFound,
            other => unavailable(other),
        })?;
        Ok(got.into_stream().map_err(unavailable))
    }
}

fn open(place: &str) -> Result<Arc<dyn ObjectStore>, object_store::Error> {
    let Some(rest) = place.strip_prefix("s3://") else {
        let wrong = |error: std::io::Error| object_store::Error::Generic { store: "folder", source: error.into() };
        std::fs::create_dir_all(place).map_err(wrong)?;
        return Ok(Arc::new(LocalFileSystem::new_with_prefix(place)?.with_fsync(true)));
    };
    crate::running::choose_tls();
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    // A file may be long on its way; what counts is that it goes on.
    let bucket = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "24h")
        .with_config(AmazonS3ConfigKey::Client(ClientConfigKey::ReadTimeout), "60s")
        .build()?;
    Ok(Arc::new(PrefixStore::new(bucket, Path::parse(prefix)?)))
}

/// Passes bytes on as they come; tells how many, and their digest.
async fn pour<S>(bytes: &mut S, upload: &mut WriteMultipart, judge: &dyn Judge) -> Outcome<(u64, String)>
where
    S: Stream<Item = Outcome<Bytes>> + Unpin,
{
    let (mut size, mut hash, mut head, mut judged) = (0, Sha256::new(), Vec::new(), false);
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk?;
        size += chunk.len() as u64;
        if size > judge.most() {
            return Err(Error::TooLarge);
        }
        hash.update(&chunk);
        if !judged {
            head.extend(chunk.iter().take(HEAD - head.len()));
            judged = head.len() >= HEAD;
            if judged {
                judge.begins(&head)?;
            }
        }
        upload.wait_for_capacity(UNDER_WAY).await.map_err(unavailable)?;
        upload.write(&chunk);
    }
    if !judged {
        judge.begins(&head)?;
    }
    let digest = token::hex(&hash.finalize());
    judge.is_whole(&digest)?;
    Ok((size, digest))
}

fn unavailable(error: object_store::Error) -> Error {
    Error::Unavailable(format!("files: {error}"))
}

fn place(organisation: Uuid, id: Uuid) -> Path {
    Path::from_iter([organisation.to_string(), id.to_string()])
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
