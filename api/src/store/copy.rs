//! What a backup is made of: a copy of the database while others write in it, and the files that its records name.

use super::files::place;
use super::pool::Pool;
use super::presence::Kept;
use super::{Connection, Store, keepers};
use crate::caller::token;
use crate::resource::{Error, Outcome};
use futures::StreamExt;
use object_store::{ObjectStoreExt, PutPayload, WriteMultipart};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use sha2::{Digest, Sha256};
use std::io::{Read, Write};
use std::path::Path;
use uuid::Uuid;

/// So many records are asked for their files at once.
const PAGE: u64 = 1_000;
/// So much of a file is written at once, bytes.
const PART: usize = 5 << 20;

impl Store {
    /// Copies SQLite's database as it is now into a new file, which is whole by itself. Others go on writing.
    ///
    /// # Errors
    /// When the file is there already, or cannot be written; for other databases.
    pub async fn copy_to(&self, file: &Path) -> Outcome<()> {
        let Connection::Pool(Pool::Sqlite { writer, .. }) = &self.connection else {
            return Err(Error::Internal("only SQLite copies itself".into()));
        };
        let name = file.to_str().ok_or_else(|| Error::Malformed(format!("{}: is no text", file.display())))?;
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [name.into()]);
        let lane = writer.take().await?;
        let copied = lane.connection().execute_raw(statement).await;
        lane.done();
        copied?;
        Ok(())
    }

    /// Whether the database's own structure is sound, as far as it can tell; else what is wrong.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn damage(&self) -> Outcome<Option<String>> {
        if self.backend() == DbBackend::Postgres {
            return Ok(None);
        }
        let check = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check(5)");
        let rows = match self.all_built(check).await {
            Ok(rows) => rows,
            Err(Error::Unavailable(why)) if super::check::is_damage(&why) => return Ok(Some(why)),
            Err(error) => return Err(error),
        };
        let told: Vec<String> = rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect::<Outcome<_>>()?;
        Ok(Some(told.join("; ")).filter(|told| told != "ok"))
    }

    /// The files of all records.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn all_kept(&self) -> Outcome<Vec<Kept>> {
        let mut all = Vec::new();
        for spec in keepers() {
            let mut after = None;
            loop {
                let page = self.kept(spec, after, PAGE).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                all.extend(page);
            }
        }
        Ok(all)
    }

    /// Copies a record's file out; tells its SHA-256, in hexadecimal, or nothing when it is not there.
    ///
    /// # Errors
    /// When either side cannot be read or written.
    pub(crate) async fn bring_out(&self, kept: &Kept, to: &Path) -> Outcome<Option<String>> {
        let at = place(kept.organisation, kept.content);
        let Some(size) = self.contents.size(&at).await? else { return Ok(None) };
        let wrong = |error: std::io::Error| Error::Unavailable(format!("{}: {error}", to.display()));
        let (mut file, mut hash) = (std::fs::File::create(to).map_err(wrong)?, Sha256::new());
        if size > 0 {
            let mut bytes = Box::pin(self.contents.read(&at, 0..size).await?);
            while let Some(chunk) = bytes.next().await {
                let chunk = chunk?;
                hash.update(&chunk);
                file.write_all(&chunk).map_err(wrong)?;
            }
        }
        file.sync_all().map_err(wrong)?;
        Ok(Some(token::hex(&hash.finalize())))
    }

    /// The SHA-256, in hexadecimal, of the file that lies where records look for this one; none when there is none.
    ///
    /// # Errors
    /// When the store of files does not answer.
    pub(crate) async fn digest_there(&self, organisation: Uuid, content: Uuid) -> Outcome<Option<String>> {
        let at = place(organisation, content);
        let Some(size) = self.contents.size(&at).await? else { return Ok(None) };
        let mut hash = Sha256::new();
        if size > 0 {
            let mut bytes = Box::pin(self.contents.read(&at, 0..size).await?);
            while let Some(chunk) = bytes.next().await {
                hash.update(&chunk?);
            }
        }
        Ok(Some(token::hex(&hash.finalize())))
    }

    /// Copies a file in to where records look for it.
    ///
    /// # Errors
    /// When either side cannot be read or written.
    pub(crate) async fn bring_in(&self, from: &Path, organisation: Uuid, content: Uuid) -> Outcome<()> {
        let wrong = |error: std::io::Error| Error::Unavailable(format!("{}: {error}", from.display()));
        let refused = |error: object_store::Error| Error::Unavailable(format!("files: {error}"));
        let (at, store) = (place(organisation, content), self.contents.open()?);
        let mut file = std::fs::File::open(from).map_err(wrong)?;
        if file.metadata().map_err(wrong)?.len() == 0 {
            return store.put(&at, PutPayload::new()).await.map(drop).map_err(refused);
        }
        let mut upload = WriteMultipart::new(store.put_multipart(&at).await.map_err(refused)?);
        let mut part = vec![0; PART];
        loop {
            let read = file.read(&mut part).map_err(wrong)?;
            let Some(bytes) = part.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            upload.wait_for_capacity(1).await.map_err(refused)?;
            upload.write(bytes);
        }
        upload.finish().await.map(drop).map_err(refused)
    }
}
