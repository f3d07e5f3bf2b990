//! How often one caller may ask: counted by user once their token has been good, and by address until then, so that
//! neither many tokens nor invented ones allow more.

use crate::resource::State;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::AUTHORIZATION;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;

type Keyed = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// So many callers are remembered before those that have been silent are forgotten.
const REMEMBERED: usize = 10_000;

/// Counts requests per caller.
pub struct Limiter {
    limit: Option<(u32, Keyed)>,
    clock: DefaultClock,
}

impl Limiter {
    /// So many requests per minute; none for no limit.
    pub fn new(per_minute: Option<u32>) -> Self {
        let limit = per_minute.and_then(NonZeroU32::new).map(|n| {
            (n.get(), RateLimiter::keyed(Quota::per_minute(n)).with_middleware::<StateInformationMiddleware>())
        });
        Self { limit, clock: DefaultClock::default() }
    }

    /// What to say about the limit, or after how many seconds to try again; nothing where there is none.
    pub(super) fn check(
        &self,
        request: &ServiceRequest,
        state: Option<&State>,
    ) -> Option<Result<(String, String), u64>> {
        let (per_minute, keyed) = self.limit.as_ref()?;
        if !(request.path().starts_with("/v1/") || request.path() == "/graphql") {
            return None;
        }
        if keyed.len() > REMEMBERED {
            keyed.retain_recent();
        }
        Some(match keyed.check_key(&key(request, state)) {
            Ok(state) => Ok((
                format!("\"caller\";q={per_minute};w=60"),
                format!("\"caller\";r={};t=60", state.remaining_burst_capacity()),
            )),
            Err(until) => Err(until.wait_time_from(self.clock.now()).as_secs() + 1),
        })
    }
}

fn key(request: &ServiceRequest, state: Option<&State>) -> String {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = header.and_then(|value| value.split_once(' ')).map(|(_, bearer)| bearer.trim());
    let user = bearer.and_then(|bearer| state?.authenticator.known(bearer)).map(|user| user.to_string());
    user.unwrap_or_else(|| request.peer_addr().map(|address| address.ip().to_string()).unwrap_or_default())
}
