//! Running the service: health, documents, the server and its limits.

use crate::app::App;
use crate::resource::{Error, Outcome, RequestId, State};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::{HttpMessage, HttpResponse, HttpServer, web};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Mounts what needs no caller.
pub fn mount(config: &mut web::ServiceConfig, document: &Arc<serde_json::Value>) {
    let text: Arc<str> = document.to_string().into();
    config.route("/livez", web::get().to(|| async { "ok" })).route("/readyz", web::get().to(ready)).route(
        "/openapi.json",
        web::get().to(move || {
            let text = text.to_string();
            async move { HttpResponse::Ok().content_type("application/json").body(text) }
        }),
    );
}

async fn ready(state: web::Data<State>) -> Outcome<&'static str> {
    state.store.ping().await.map_err(|error| Error::Unavailable(error.to_string()))?;
    Ok("ok")
}

const HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Gives each request an id, logs it and puts the security headers on its answer.
async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let given = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    let plain = |id: &&str| {
        id.len() <= 64 && !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let id: Arc<str> = given.filter(plain).map_or_else(|| Uuid::now_v7().to_string().into(), Into::into);
    request.extensions_mut().insert(RequestId(Arc::clone(&id)));
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        if !headers.contains_key(name) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

/// Serves until told to stop; then lets running requests end.
///
/// # Errors
/// When the address is taken.
pub async fn serve(app: App, listener: std::net::TcpListener) -> std::io::Result<()> {
    server(app, listener)?.await
}

/// The server, bound and not yet awaited.
///
/// # Errors
/// When the address cannot be listened on.
pub fn server(app: App, listener: std::net::TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let workers = app.config().workers;
    let factory = move || {
        let app = app.clone();
        actix_web::App::new().wrap(from_fn(around)).configure(move |config| app.configure(config))
    };
    let server = HttpServer::new(factory)
        .workers(workers)
        .client_request_timeout(Duration::from_secs(10))
        .shutdown_timeout(20)
        .listen(listener)?
        .run();
    let _ = header::ACCEPT;
    Ok(server)
}
