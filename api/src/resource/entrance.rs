//! The entrance: nothing of a request is read before its caller is known, and callers share the room for bodies.

use super::http::{State, Who};
use super::{Error, Outcome};
use actix_web::body::{BoxBody, MessageBody, SizedStream};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{ConnectionType, header};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{ResponseError, web};
use futures::stream::{Stream, StreamExt, once};
use std::io::ErrorKind;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// What one share of the room for bodies is, bytes.
const UNIT: usize = 16 << 10;

/// The whole room for the bodies that are read at the same time, and that of one caller, shares.
pub(super) const ROOM: (usize, usize) = ((64 << 20) / UNIT, (16 << 20) / UNIT);

/// Lets in who is known, with room for the body; others are told so after the head, and their connection is closed.
///
/// # Errors
/// None of its own: a refusal is an answer.
pub async fn enter(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(state) = request.app_data::<web::Data<State>>().cloned() else {
        return Ok(refuse(request, &Error::Internal("the entrance has no state".into())));
    };
    let caller = match known(&state, &request).await {
        Ok(caller) => caller,
        Err(error) => return Ok(refuse(request, &error)),
    };
    let units = u32::try_from(coming(&request).min(state.body_limit).div_ceil(UNIT)).unwrap_or(u32::MAX);
    let _room = if units == 0 {
        None
    } else {
        match state.bodies.take(caller, units).await {
            Ok(room) => Some(room),
            Err(error) => return Ok(refuse(request, &error)),
        }
    };
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

async fn known(state: &State, request: &ServiceRequest) -> Outcome<uuid::Uuid> {
    Ok(state.known(&Who::of(request.request())?).await?.id())
}

/// How many bytes a request says that it brings; any number when it does not say.
fn coming(request: &ServiceRequest) -> usize {
    let headers = request.headers();
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return usize::MAX;
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.map_or(0, |length| length.parse().unwrap_or(usize::MAX))
}

/// How long somebody whose body is not read to its end may go on sending it, so that they get to read why. What keeps this
/// time looks at a clock that moves each half a second: with less than that a connection is ended at once or never.
pub const LINGER: Duration = Duration::from_secs(1);
/// So many who were refused may go on sending for [`LINGER`], as it takes to read why; each of them holds a buffer of
/// 128 KiB for as long.
static LINGERING: Semaphore = Semaphore::const_new(16);
/// How long the others may.
const SHORT: Duration = Duration::from_millis(20);

fn refuse(request: ServiceRequest, error: &Error) -> ServiceResponse<BoxBody> {
    let mut answer = error.error_response();
    if coming(&request) == 0 {
        return request.into_response(answer);
    }
    answer.head_mut().set_connection_type(ConnectionType::Close);
    if let Ok(lingers) = LINGERING.try_acquire() {
        actix_web::rt::spawn(async move {
            sleep(LINGER).await;
            drop(lingers);
        });
        return request.into_response(answer);
    }
    let (head, body) = answer.into_parts();
    let body = body.try_into_bytes().unwrap_or_default();
    request.into_response(head.set_body(BoxBody::new(SizedStream::new(body.len() as u64, broken_off(body)))))
}

/// The whole body, and then a failure: the connection is closed there and then.
fn broken_off(body: Bytes) -> impl Stream<Item = std::io::Result<Bytes>> {
    let failure = once(async {
        sleep(SHORT).await;
        Err(ErrorKind::ConnectionAborted.into())
    });
    once(async move { Ok(body) }).chain(failure)
}
