//! Records with a file: taken in once, sniffed, hashed, and given out as nothing that a browser would run.

mod media;
mod rest;
mod served;

pub use media::KEPT;
pub use rest::{register, register_reading};

use super::view::is_editable;
use super::{Error, Outcome, Resource, Version};
use crate::caller::Caller;
use crate::store::{Found, Judge};
use bytes::Bytes;
use futures::Stream;
use isms_authz::{Action, Permit};
use isms_entity::Recorded;
use media::Media;
use std::cell::Cell;
use uuid::Uuid;

/// What the database keeps of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Which upload it is.
    pub id: Uuid,
    /// Name to save it under.
    pub name: String,
    /// Media type, as its first bytes tell.
    pub media_type: String,
    /// Size, bytes.
    pub size: i64,
    /// SHA-256, in hexadecimal.
    pub digest: String,
}

/// A record type whose records may have a file.
pub trait Attached: Resource {
    /// Whether another file may take the place of the first while the content can be changed.
    const REPLACEABLE: bool;

    /// The record's file.
    fn content(row: &Self::Row) -> Option<Content>;

    /// Puts a file into the row.
    fn set_content(row: &mut Self::Row, content: Content);
}

/// Says that a record type keeps a file in the columns `content_*`.
macro_rules! attached {
    ($record:ty, replaceable: $replaceable:literal) => {
        impl crate::resource::Attached for $record {
            const REPLACEABLE: bool = $replaceable;

            fn content(row: &Self::Row) -> Option<crate::resource::Content> {
                Some(crate::resource::Content {
                    id: row.content_id?,
                    name: row.content_name.clone()?,
                    media_type: row.content_type.clone()?,
                    size: row.content_size?,
                    digest: row.content_digest.clone()?,
                })
            }

            fn set_content(row: &mut Self::Row, content: crate::resource::Content) {
                row.content_id = Some(content.id);
                row.content_name = Some(content.name);
                row.content_type = Some(content.media_type);
                row.content_size = Some(content.size);
                row.content_digest = Some(content.digest);
            }
        }
    };
}
pub(crate) use attached;

/// Which files are kept.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The largest, bytes.
    pub most: u64,
    /// Their types; `*` stands for any end.
    pub types: Vec<String>,
}

/// What a client says of the file that it sends.
#[derive(Clone, Debug, Default)]
pub struct Announced {
    /// Its name.
    pub name: Option<String>,
    /// Its SHA-256 (RFC 9530), in hexadecimal.
    pub digest: Option<String>,
}

/// A record that may take a file now, by somebody who may change it.
pub struct Open<R: Attached> {
    permit: Permit<R>,
    reference: String,
}

/// Whether the record takes a file from the caller: asked before any of it is read.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`] or, for the state it is in, [`Error::Conflict`].
pub async fn open<R: Attached>(caller: &Caller, id: Uuid) -> Outcome<Open<R>> {
    let row = caller.fetch::<R>(id).await?.row;
    let permit = caller.permit::<R>(Action::Update, &row)?;
    refuse_closed::<R>(&row)?;
    Ok(Open { permit, reference: row.common().reference })
}

/// What is asked of a file as it comes.
struct Asked<'a> {
    limits: &'a Limits,
    announced: &'a Announced,
    media: Cell<Option<Media>>,
}

impl Judge for Asked<'_> {
    fn most(&self) -> u64 {
        self.limits.most
    }

    fn begins(&self, head: &[u8]) -> Outcome<()> {
        if head.is_empty() {
            return Err(Error::field("", "an empty file proves nothing"));
        }
        let media = media::sniff(head);
        self.media.set(Some(media));
        media::refuse_others(media, &self.limits.types)
    }

    fn is_whole(&self, digest: &str) -> Outcome<()> {
        match &self.announced.digest {
            Some(announced) if announced != digest => {
                Err(Error::field("", format!("the SHA-256 of what came is {digest}, not what was announced")))
            }
            _ => Ok(()),
        }
    }
}

/// Takes a file in.
///
/// # Errors
/// [`Error::TooLarge`] or [`Error::UnsupportedMediaType`] beyond the limits; [`Error::Invalid`] for an empty file or
/// another digest than was announced.
pub async fn receive<R: Attached, S>(
    caller: &Caller,
    open: &Open<R>,
    announced: &Announced,
    bytes: S,
    limits: &Limits,
) -> Outcome<Content>
where
    S: Stream<Item = Outcome<Bytes>> + Unpin,
{
    let asked = Asked { limits, announced, media: Cell::default() };
    let received = caller.receive(&open.permit, bytes, &asked).await?;
    let media = asked.media.get().ok_or_else(|| Error::Internal("nobody looked at the file".into()))?;
    let name = media::name(announced.name.as_deref(), &open.reference, media);
    let size = i64::try_from(received.size).map_err(|_| Error::TooLarge)?;
    Ok(Content { id: received.id, name, media_type: media.name.to_owned(), size, digest: received.digest })
}

/// Gives a record the file that has come in; the same file again changes nothing.
///
/// # Errors
/// [`Error::PreconditionFailed`] for another version than the client named; [`Error::Conflict`] where another file is
/// there already, or the record has left the state for it meanwhile.
pub async fn attach<R: Attached>(caller: &Caller, id: Uuid, version: Version, content: &Content) -> Outcome<Found<R>> {
    let found = caller.fetch::<R>(id).await?;
    let permit = caller.permit::<R>(Action::Update, &found.row)?;
    refuse_closed::<R>(&found.row)?;
    let before = R::content(&found.row);
    if before.as_ref().is_none_or(|before| before.digest != content.digest) {
        version.check(&found.row.common())?;
    }
    match before {
        Some(before) if before.digest == content.digest => return Ok(found),
        Some(_) if !R::REPLACEABLE => {
            let detail = "its file has come in and is not overwritten: make another record that replaces it (I-47)";
            return Err(Error::Conflict(detail.into()));
        }
        Some(before) => caller.disclaim(before.id).await?,
        None => {}
    }
    caller.claim(content.id).await?;
    let mut after = found.row.clone();
    R::set_content(&mut after, content.clone());
    R::settle(caller, Some(&found.row), &mut after).await?;
    caller.update(permit, &found.row, after, "attach").await?;
    caller.fetch(id).await
}

fn refuse_closed<R: Attached>(row: &R::Row) -> Outcome<()> {
    if row.common().retired_at.is_some() {
        return Err(Error::Conflict(format!("a retired {} is restored before it is changed", R::SPEC.noun)));
    }
    // What is there already may come again, as after an answer that was lost.
    if is_editable::<R>(row) || R::content(row).is_some() && !R::REPLACEABLE {
        return Ok(());
    }
    let state = R::state(row).unwrap_or_default();
    Err(Error::Conflict(format!("a {} takes no file while it is {state}", R::SPEC.noun)))
}
