//! A file on its way out: only what was kept under its digest, and only as long as who asks may have it.

use super::{Attached, Content};
use crate::caller::token;
use crate::resource::http::{State, Who};
use crate::resource::{Error, Outcome};
use crate::store::Found;
use actix_web::web;
use bytes::{Bytes, BytesMut};
use futures::stream::{LocalBoxStream, StreamExt};
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A file up to this size is known to be whole before any of it is sent, bytes.
const HELD: u64 = 1 << 20;
/// How often it is looked whether who asked may still have it.
const EVERY: Duration = Duration::from_secs(2);

/// What is sent.
type Sent = LocalBoxStream<'static, Outcome<Bytes>>;

/// These bytes of the file of a record. A large one that turns out to be another than was kept breaks off before its end.
///
/// # Errors
/// When the store does not answer, or the file is known to be another before any of it is sent.
pub(super) async fn served<R: Attached>(
    state: web::Data<State>,
    who: Who,
    found: &Found<R>,
    content: &Content,
    part: Range<u64>,
) -> Outcome<Sent> {
    let id = isms_entity::Recorded::common(&found.row).id;
    let caller = state.known(&who).await?;
    let size = u64::try_from(content.size).unwrap_or_default();
    let mut bytes: Sent = caller.content(found, content, 0..size).await?.boxed_local();
    if size <= HELD {
        let whole = whole(&mut bytes, &content.digest).await?;
        let [from, to] = [part.start, part.end].map(|place| usize::try_from(place).unwrap_or(usize::MAX));
        return Ok(futures::stream::iter(whole.get(from..to).map(|_| Ok(whole.slice(from..to)))).boxed_local());
    }
    if part != (0..size) {
        // Of a part nothing can be told: the whole is read once before.
        drained(&mut bytes, &content.digest).await?;
        bytes = caller.content(found, content, part).await?.boxed_local();
        return Ok(lasting::<R>(bytes, state, who, id).boxed_local());
    }
    Ok(lasting::<R>(proven(bytes, content.digest.clone()).boxed_local(), state, who, id).boxed_local())
}

fn changed() -> Error {
    let told =
        "the file is not what was kept: it has been changed or damaged where it lies; the operator finds out more";
    tracing::error!("a file was asked for that is not what was kept");
    Error::NotReady(told.into())
}

fn proof(sum: Sha256, digest: &str) -> Outcome<()> {
    if token::hex(&sum.finalize()) == digest { Ok(()) } else { Err(changed()) }
}

async fn whole(bytes: &mut Sent, digest: &str) -> Outcome<Bytes> {
    let mut whole = BytesMut::new();
    while let Some(chunk) = bytes.next().await {
        whole.extend_from_slice(&chunk?);
    }
    proof(Sha256::new().chain_update(&whole), digest)?;
    Ok(whole.freeze())
}

async fn drained(bytes: &mut Sent, digest: &str) -> Outcome<()> {
    let mut sum = Sha256::new();
    while let Some(chunk) = bytes.next().await {
        sum.update(&chunk?);
    }
    proof(sum, digest)
}

/// The same bytes, of which the last are held back until all are known to be what was kept.
fn proven(bytes: Sent, digest: String) -> impl futures::Stream<Item = Outcome<Bytes>> {
    futures::stream::unfold(Some((bytes, Sha256::new(), None::<Bytes>)), move |going| {
        let digest = digest.clone();
        async move {
            let (mut bytes, mut sum, mut held) = going?;
            loop {
                match bytes.next().await {
                    Some(Ok(chunk)) => {
                        sum.update(&chunk);
                        if let Some(before) = held.replace(chunk) {
                            return Some((Ok(before), Some((bytes, sum, held))));
                        }
                    }
                    Some(Err(error)) => return Some((Err(error), None)),
                    None => return held.map(|last| (proof(sum, &digest).map(|()| last), None)),
                }
            }
        }
    })
}

/// The same bytes, which end when who asked may not read the record any more.
fn lasting<R: Attached>(
    bytes: Sent,
    state: web::Data<State>,
    who: Who,
    id: Uuid,
) -> impl futures::Stream<Item = Outcome<Bytes>> {
    futures::stream::unfold(Some((bytes, Instant::now())), move |going| {
        let (state, who) = (state.clone(), who.clone());
        async move {
            let (mut bytes, mut seen) = going?;
            let chunk = bytes.next().await?;
            if seen.elapsed() > EVERY {
                let still = state.going_on(&who, |caller| async move { caller.fetch::<R>(id).await.map(drop) }).await;
                if let Err(error) = still {
                    return Some((Err(error), None));
                }
                seen = Instant::now();
            }
            Some((chunk, Some((bytes, seen))))
        }
    })
}
