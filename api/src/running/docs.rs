//! The OpenAPI document and pages to browse it, all served from the binary: no page loads anything from elsewhere.

use crate::resource::{Document, reading};
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpResponse, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

const POLICY: &str = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Mounts `/openapi.json` and `/docs`.
pub(super) fn mount(config: &mut web::ServiceConfig, document: &Document) {
    let text = Document::clone(document);
    config
        .service(web::resource("/openapi.json").route(reading().to(move || {
            let text = text.clone();
            async move { HttpResponse::Ok().content_type("application/json").body(web::Bytes::clone(&text)) }
        })))
        .service(web::redirect("/docs", "/docs/"))
        .service(
            web::scope("/docs")
                .wrap(DefaultHeaders::new().add((CONTENT_SECURITY_POLICY, POLICY)))
                .service(SwaggerUi::new("/{_:.*}").config(Config::new(["/openapi.json"]).try_it_out_enabled(true))),
        );
}
