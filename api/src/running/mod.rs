//! Running the service: the server and its limits, health, documents, logs and metrics.

mod around;
mod body;
mod docs;
mod duties;
mod guide;
mod limit;
pub mod logs;
mod metrics;

pub use duties::Duties;
pub use guide::CHAPTERS;
pub use limit::Limiter;
pub use metrics::Metrics;

use crate::app::App;
use crate::resource::{Document, LINGER, Outcome, State, reading};
use actix_web::middleware::from_fn;
use actix_web::{HttpServer, web};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// Mounts what needs no caller: health and documents.
pub fn mount(config: &mut web::ServiceConfig, document: &Document) {
    config
        .service(web::resource("/livez").route(reading().to(|| async { "ok" })))
        .service(web::resource("/readyz").route(reading().to(ready)));
    docs::mount(config, document);
    guide::mount(config);
}

/// What runs although something is wrong says so beside "ok".
async fn ready(state: web::Data<State>) -> Outcome<String> {
    let wrong = state.store.ready().await?;
    Ok(wrong.map_or_else(|| "ok".to_owned(), |wrong| format!("ok, but {wrong}: see readiness (C68) and the log")))
}

/// What tells a process to stop; from when it is made on, none goes unheard.
pub struct Stop {
    #[cfg(unix)]
    told: [tokio::signal::unix::Signal; 2],
}

impl Stop {
    /// SIGTERM and SIGINT.
    ///
    /// # Errors
    /// When the system does not let them be listened to.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            told: {
                use tokio::signal::unix::{SignalKind, signal};
                [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?]
            },
        })
    }

    async fn told(self) {
        #[cfg(unix)]
        {
            let [mut term, mut int] = self.told;
            tokio::select! { _ = term.recv() => {}, _ = int.recv() => {} }
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}

/// Serves until told to stop; then takes no new requests and lets running ones end. Measures are served where there is a
/// listener for them.
///
/// # Errors
/// When an address cannot be listened on.
pub async fn serve(app: App, listener: TcpListener, measures: Option<TcpListener>, stop: Stop) -> std::io::Result<()> {
    if let Some(measures) = measures {
        let metrics = app.metrics().clone();
        let server = HttpServer::new(move || {
            actix_web::App::new()
                .app_data(web::Data::new(metrics.clone()))
                .route("/metrics", web::get().to(metrics::show))
        });
        actix_web::rt::spawn(server.workers(1).disable_signals().listen(measures)?.run());
    }
    let server = server(app, listener)?;
    let handle = server.handle();
    tokio::spawn(async move {
        stop.told().await;
        tracing::info!("stopping");
        handle.stop(true).await;
    });
    server.await
}

/// The server, bound and not yet awaited.
///
/// # Errors
/// When the address cannot be listened on.
pub fn server(app: App, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let workers = app.config().workers;
    let factory = move || {
        let app = app.clone();
        actix_web::App::new()
            .app_data(web::Data::new(app.metrics().clone()))
            .app_data(web::Data::from(Arc::clone(app.limiter())))
            .app_data(web::Data::new(app.config().clone()))
            .wrap(cors(&app.config().cors_origins))
            .wrap(from_fn(around::around))
            .configure(move |config| app.configure(config))
    };
    let server = HttpServer::new(factory)
        .workers(workers)
        .max_connections(10_000)
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(LINGER)
        .keep_alive(Duration::from_secs(75))
        .shutdown_timeout(20)
        .disable_signals()
        .listen(listener)?
        .run();
    Ok(server)
}

/// Browsers of other origins may call only when the settings name them.
fn cors(origins: &[String]) -> actix_cors::Cors {
    let cors = actix_cors::Cors::default()
        .allowed_methods(["GET", "POST", "PATCH", "PUT"])
        .allowed_headers(["authorization", "content-type", "if-match", "if-none-match", "idempotency-key"])
        .allowed_headers(["traceparent", "x-request-id", "range", "if-range", "repr-digest", "content-digest"])
        .expose_headers(["accept-ranges", "content-disposition", "content-range", "repr-digest"])
        .expose_headers(["etag", "link", "location", "x-request-id", "ratelimit", "ratelimit-policy"])
        .expose_headers(["retry-after", "idempotency-replayed"])
        .block_on_origin_mismatch(false)
        .max_age(3_600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
