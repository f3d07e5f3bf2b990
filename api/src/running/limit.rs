//! How often one caller may ask: counted by user once their token has been good, and by address until then, so that
//! neither many tokens nor invented ones allow more.

use crate::resource::{State, bearer};
use actix_web::dev::ServiceRequest;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

type Keyed = RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>;

/// So many callers are remembered before those that have been silent are forgotten.
const REMEMBERED: usize = 10_000;

/// Routes that are asked for without end by what watches the service, and cost nothing.
const FREE: [&str; 2] = ["/livez", "/readyz"];

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
        // Whatever is not plainly one of these is counted, however its address is spelt.
        if request.match_pattern().is_some_and(|route| FREE.contains(&route.as_str())) {
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
    user.unwrap_or_else(|| origin(request, proxies))
}

/// Where a request comes from. What a trusted proxy tells is believed, and what it was told by the next one likewise;
/// who stands behind a hop that cannot be read is counted by what it says.
fn origin(request: &ServiceRequest, proxies: &[IpAddr]) -> String {
    let Some(peer) = request.peer_addr().map(|peer| peer.ip()) else { return String::new() };
    if !proxies.contains(&peer) {
        return network(peer);
    }
    let told = request.headers().get_all("x-forwarded-for").map(|value| String::from_utf8_lossy(value.as_bytes()));
    let hops: Vec<String> =
        told.flat_map(|list| list.split(',').map(|hop| hop.trim().to_owned()).collect::<Vec<_>>()).collect();
    let from =
        hops.iter().rev().map(|hop| (hop, address(hop))).find(|(_, hop)| hop.is_none_or(|hop| !proxies.contains(&hop)));
    match from {
        Some((_, Some(address))) => network(address),
        Some((told, None)) => told.chars().take(64).collect(),
        None => network(peer),
    }
}

/// The address of a hop, with or without a port (RFC 7239, 6).
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|hop| hop.ip())).map(|ip: IpAddr| ip.to_canonical())
}

/// What one subscriber has: an address of IPv4, a network of 64 bits of IPv6.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn counted(hops: &str) -> String {
        let proxies: Vec<IpAddr> = vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let request = TestRequest::get().peer_addr("10.0.0.1:9".parse().unwrap());
        origin(&request.insert_header(("x-forwarded-for", hops)).to_srv_request(), &proxies)
    }

    #[test]
    fn who_stands_behind_trusted_proxies_is_counted_by_the_last_hop_that_is_none() {
        assert_eq!(counted("198.51.100.7"), "198.51.100.7");
        assert_eq!(counted("198.51.100.7:443, 10.0.0.2"), "198.51.100.7");
        assert_eq!(counted("x, 198.51.100.7"), "198.51.100.7");
        assert_eq!(counted("198.51.100.7, x, 10.0.0.2"), "x");
        assert_eq!(counted("10.0.0.2"), "10.0.0.1");
        assert_eq!(counted("[2001:db8:1:2:3::4]:443"), counted("2001:db8:1:2::9"));
        assert_ne!(counted("2001:db8:1:3::9"), counted("2001:db8:1:2::9"));
        assert_eq!(counted("::ffff:198.51.100.7"), "198.51.100.7");
    }
}
