//! Requests that are to lead to nobody (A.6.8): no use of the token is noted, and no key leads to whoever sent it.

use actix_web::HttpRequest;

/// Whether the request is one, as the route says that it has found.
pub(super) fn is(request: &HttpRequest) -> bool {
    request.match_pattern().is_some_and(|pattern| pattern.ends_with(":report-anonymously"))
}
