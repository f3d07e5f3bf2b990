//! The files of records: bytes in a folder or an S3 bucket, of which the database keeps name, size and digest.

use super::{Found, Store};
use crate::authz::Permit;
use crate::caller::Caller;
use crate::resource::{Attached, Content, Error, Outcome};
use actix_web::web::Bytes;
use futures::stream::{Stream, StreamExt, TryStreamExt};
use isms_entity::Time;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Sql};
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// So many parts of a file, 5 MiB each, are under way to the store at once: what an upload takes of memory.
const UNDER_WAY: usize = 2;
/// So much of a file tells its type, bytes.
const HEAD: usize = 8 * 1024;
/// A file that no record has after so long is cleared away, microseconds: a day.
const UNCLAIMED: i64 = 24 * 3_600 * 1_000_000;

/// Where files lie. Opened when the first is asked for.
#[derive(Debug, Default)]
pub struct Contents {
    place: String,
    opened: OnceLock<Arc<dyn ObjectStore>>,
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
    /// Its first bytes.
    pub head: Vec<u8>,
}

impl Contents {
    /// Files at this place: a folder, or `s3://bucket/prefix` with key, secret, region and endpoint in the
    /// environment, as the tools of that store have them (`AWS_ACCESS_KEY_ID` and so on).
    pub fn at(place: &str) -> Self {
        Self { place: place.to_owned(), opened: OnceLock::new() }
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

    async fn write<S>(&self, at: &Path, mut bytes: S, most: u64) -> Outcome<(u64, String, Vec<u8>)>
    where
        S: Stream<Item = Outcome<Bytes>> + Unpin,
    {
        let mut upload = WriteMultipart::new(self.open()?.put_multipart(at).await.map_err(unavailable)?);
        match pour(&mut bytes, &mut upload, most).await {
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

    async fn read(&self, at: &Path, range: Range<u64>) -> Outcome<impl Stream<Item = Outcome<Bytes>> + use<>> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let got = self.open()?.get_opts(at, options).await.map_err(unavailable)?;
        Ok(got.into_stream().map_err(unavailable))
    }
}

fn open(place: &str) -> Result<Arc<dyn ObjectStore>, object_store::Error> {
    let Some(rest) = place.strip_prefix("s3://") else {
        let wrong = |error: std::io::Error| object_store::Error::Generic { store: "folder", source: error.into() };
        std::fs::create_dir_all(place).map_err(wrong)?;
        return Ok(Arc::new(LocalFileSystem::new_with_prefix(place)?.with_fsync(true)));
    };
    // Another part of the process may have chosen one already; then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let bucket = AmazonS3Builder::from_env().with_bucket_name(bucket).build()?;
    Ok(Arc::new(PrefixStore::new(bucket, Path::parse(prefix)?)))
}

/// Passes bytes on as they come; tells how many, their digest and the first of them.
async fn pour<S>(bytes: &mut S, upload: &mut WriteMultipart, most: u64) -> Outcome<(u64, String, Vec<u8>)>
where
    S: Stream<Item = Outcome<Bytes>> + Unpin,
{
    let (mut size, mut hash, mut head) = (0, Sha256::new(), Vec::new());
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk?;
        size += chunk.len() as u64;
        if size > most {
            return Err(Error::TooLarge);
        }
        hash.update(&chunk);
        head.extend(chunk.iter().take(HEAD - head.len()));
        upload.wait_for_capacity(UNDER_WAY).await.map_err(unavailable)?;
        upload.write(&chunk);
    }
    Ok((size, format!("{:x}", hash.finalize()), head))
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
    /// [`Error::TooLarge`] for more than `most` bytes, whatever the bytes end with, or a store that does not answer.
    pub async fn receive<R: Attached, S>(&self, _permit: &Permit<R>, bytes: S, most: u64) -> Outcome<Received>
    where
        S: Stream<Item = Outcome<Bytes>> + Unpin,
    {
        let id = Uuid::now_v7();
        self.unclaimed(id, self.clock.now()).await?;
        let at = place(self.organisation(), id);
        let (size, digest, head) = self.store.contents.write(&at, bytes, most).await?;
        Ok(Received { id, size, digest, head })
    }

    /// From the end of this transaction, the file belongs to a record.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was cleared away meanwhile.
    pub async fn claim(&self, id: Uuid) -> Outcome<()> {
        let delete = Sql::delete().from_table(Alias::new("unclaimed_content")).and_where(is(id)).to_owned();
        match self.store.run(&delete).await? {
            1 => Ok(()),
            _ => Err(Error::Conflict("the upload took too long: send the file again".into())),
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
    /// When the store does not answer.
    pub async fn content<R: Attached>(
        &self,
        found: &Found<R>,
        content: &Content,
        range: Range<u64>,
    ) -> Outcome<impl Stream<Item = Outcome<Bytes>> + use<R>> {
        use isms_entity::Recorded;
        self.store.contents.read(&place(found.row.common().organisation_id, content.id), range).await
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
    /// files that this database knows of are touched.
    ///
    /// # Errors
    /// When the database or the store does not answer.
    pub async fn clear_away(&self, now: Time) -> Outcome<u64> {
        let select = Sql::select()
            .columns(["id", "organisation_id"].map(Alias::new))
            .from(Alias::new("unclaimed_content"))
            .and_where(Expr::col(Alias::new("since")).lt(now.0 - UNCLAIMED))
            .to_owned();
        let mut cleared = 0;
        for row in self.all(&select).await? {
            let (id, organisation): (Uuid, Uuid) = (row.try_get("", "id")?, row.try_get("", "organisation_id")?);
            cleared += u64::from(self.clear(id, organisation).await?);
        }
        Ok(cleared)
    }

    /// Nobody can claim the file while it goes; where it cannot be removed, it stays for another time.
    async fn clear(&self, id: Uuid, organisation: Uuid) -> Outcome<bool> {
        let transaction = self.begin().await?;
        let delete = Sql::delete().from_table(Alias::new("unclaimed_content")).and_where(is(id)).to_owned();
        let is_free = transaction.run(&delete).await? == 1;
        if is_free {
            match self.contents.open()?.delete(&place(organisation, id)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => {
                    transaction.rollback().await;
                    return Err(unavailable(error));
                }
            }
        }
        transaction.commit().await?;
        Ok(is_free)
    }
}

fn is(id: Uuid) -> Expr {
    Expr::col(Alias::new("id")).eq(id)
}
