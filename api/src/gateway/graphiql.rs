//! GraphiQL, served from the binary: nothing is loaded from anywhere else.

use crate::resource::{Error, Outcome};
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use include_dir::{Dir, include_dir};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/graphiql");

/// Only this service's own files; the editor writes styles into the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Mounts the page and its files.
pub fn mount(config: &mut web::ServiceConfig) {
    config
        .route("/graphiql", web::get().to(|| async { file("page.html") }))
        .route("/graphiql/{file}", web::get().to(|name: web::Path<String>| async move { file(&name) }));
}

fn file(name: &str) -> Outcome<HttpResponse> {
    let file = FILES.get_file(name).ok_or(Error::NotFound)?;
    let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(file.contents()))
}
