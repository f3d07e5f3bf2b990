//! How long the service waits for a body: some seconds, and longer the more of it has come.

use actix_web::HttpMessage;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures::{Stream, StreamExt};
use std::cell::Cell;
use std::io::ErrorKind;
use std::rc::Rc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// So many bytes buy one more second.
const PER_SECOND: u64 = 32 * 1024;

/// Whether a body was given up on.
#[derive(Clone, Default)]
pub(super) struct GivenUp(Rc<Cell<bool>>);

impl GivenUp {
    pub fn is_so(&self) -> bool {
        self.0.get()
    }
}

/// From now on the request's body comes in time or ends with an error.
pub(super) fn watch(request: &mut ServiceRequest, grace: Duration) -> GivenUp {
    let given_up = GivenUp::default();
    match request.take_payload() {
        Payload::None => {}
        payload => {
            let payload = Box::pin(in_time(payload, grace, given_up.clone()));
            request.set_payload(Payload::Stream { payload });
        }
    }
    given_up
}

fn in_time(payload: Payload, grace: Duration, given_up: GivenUp) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    let started = Instant::now();
    futures::stream::unfold(Some((payload, 0_u64)), move |state| {
        let given_up = given_up.clone();
        async move {
            let (mut payload, received) = state?;
            let until = started + grace + Duration::from_secs(received / PER_SECOND);
            match timeout_at(until, payload.next()).await {
                Ok(Some(Ok(bytes))) => {
                    let received = received + u64::try_from(bytes.len()).unwrap_or_default();
                    Some((Ok(bytes), Some((payload, received))))
                }
                Ok(Some(Err(error))) => Some((Err(error), None)),
                Ok(None) => None,
                Err(_) => {
                    given_up.0.set(true);
                    Some((Err(PayloadError::Io(ErrorKind::TimedOut.into())), None))
                }
            }
        }
    })
}
