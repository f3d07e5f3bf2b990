//! How often one caller may ask: counted by user once their token has been good, and by address until then, so that
//! neither many tokens nor invented ones allow more.

use crate::resource::{State, bearer};
use actix_web::dev::ServiceRequest;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;

type Keyed = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// So many callers are remembered before those that have been silent are forgotten.
const REMEMBERED: usize = 10_000;

/// Counts requests per caller.
pub struct Limiter {
    limit: Option<(u32, Keyed)>,
    proxies: Vec<IpAddr>,
    clock: DefaultClock,
}

impl Limiter {
    /// So many requests per minute, none for no limit, from behind these proxies.
    pub fn new(per_minute: Option<u32>, proxies: Vec<IpAddr>) -> Self {
        let limit = per_minute.and_then(NonZeroU32::new).map(|n| {
            (n.get(), RateLimiter::keyed(Quota::per_minute(n)).with_middleware::<StateInformationMiddleware>())
        });
        Self { limit, proxies, clock: DefaultClock::default() }
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
        Some(match keyed.check_key(&key(request, state, &self.proxies)) {
            Ok(state) => Ok((
                format!("\"caller\";q={per_minute};w=60"),
                format!("\"caller\";r={};t=60", state.remaining_burst_capacity()),
            )),
            Err(until) => Err(until.wait_time_from(self.clock.now()).as_secs() + 1),
        })
    }
}

fn key(request: &ServiceRequest, state: Option<&State>, proxies: &[IpAddr]) -> String {
    let token = bearer(request.request()).ok();
    let user = token.and_then(|token| state?.authenticator.known(&token)).map(|user| user.to_string());
    user.or_else(|| address(request, proxies).map(|address| address.to_string())).unwrap_or_default()
}

/// Where a request comes from. What a trusted proxy tells is believed, and what it was told by the next one likewise.
fn address(request: &ServiceRequest, proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    if !proxies.contains(&peer) {
        return Some(peer);
    }
    let told = request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> = told.flat_map(|list| list.split(',')).map_while(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !proxies.contains(hop)).or(Some(peer))
}
