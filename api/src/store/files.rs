//! Where files lie: a folder or an S3 bucket, written to and read from as bytes come.

use crate::caller::token;
use crate::resource::{Error, Outcome};
use bytes::Bytes;
use futures::stream::{Stream, StreamExt, TryStreamExt};
use object_store::ClientConfigKey;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, WriteMultipart};
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
/// Where files lie. Opened when the first is asked for.
#[derive(Debug, Default)]
pub struct Contents {
    pub(super) place: String,
    opened: OnceLock<Arc<dyn ObjectStore>>,
    coming: Mutex<HashMap<Uuid, usize>>,
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
pub(super) struct Turn<'a> {
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
    pub(super) fn turn(&self, of: Uuid) -> Outcome<Turn<'_>> {
        let mut coming = self.coming.lock().unwrap_or_else(PoisonError::into_inner);
        let count = coming.entry(of).or_default();
        if *count >= AT_ONCE {
            return Err(Error::TooManyRequests(5));
        }
        *count += 1;
        Ok(Turn { contents: self, of })
    }

    /// Writes a file there, as far as it is taken; tells its size and digest.
    pub(super) async fn write<S>(&self, at: &Path, mut bytes: S, judge: &dyn Judge) -> Outcome<(u64, String)>
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
    pub(super) async fn remove(&self, at: &Path) -> Outcome<()> {
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

    /// How large the file is, bytes; none when it is not there.
    pub(super) async fn size(&self, at: &Path) -> Outcome<Option<u64>> {
        match self.open()?.head(at).await {
            Ok(told) => Ok(Some(told.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(other) => Err(unavailable(other)),
        }
    }

    /// These bytes of it.
    pub(super) async fn read(
        &self,
        at: &Path,
        range: Range<u64>,
    ) -> Outcome<impl Stream<Item = Outcome<Bytes>> + use<>> {
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
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(place).map_err(wrong)?;
        return Ok(Arc::new(LocalFileSystem::new_with_prefix(place)?.with_fsync(true)));
    };
    choose_tls();
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

/// What the store of files does not do now.
pub(super) fn unavailable(error: object_store::Error) -> Error {
    Error::Unavailable(format!("files: {error}"))
}

/// Where a file lies.
pub(super) fn place(organisation: Uuid, id: Uuid) -> Path {
    Path::from_iter([organisation.to_string(), id.to_string()])
}

/// Chooses what speaks TLS when this process asks others. What another part has chosen already stays.
pub fn choose_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
