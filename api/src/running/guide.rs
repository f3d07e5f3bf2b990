//! `/guide`: the chapters for users, from the binary, as pages that need nothing from anywhere else.

use crate::resource::{Error, Outcome, reading};
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use pulldown_cmark::{Options, Parser, html};
use std::fmt::Write;

macro_rules! chapters {
    ($($name:literal),+ $(,)?) => {
        /// The chapters of the guide, in the order in which they are read: name and text (Markdown).
        pub const CHAPTERS: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../guide/", $name, ".md")))),+];
    };
}

chapters!("start", "people", "evidence", "external-auditor", "authorization", "trail", "settings", "operations");

const STYLE: &str = include_str!("../../guide/guide.css");
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'none'";

/// Mounts `/guide`, each chapter at `/guide/{name}`, also with `.md` as they name each other.
pub(super) fn mount(config: &mut web::ServiceConfig) {
    config
        .service(web::redirect("/guide", "/guide/start"))
        .service(web::redirect("/guide/", "/guide/start"))
        .service(
            web::resource("/guide/guide.css")
                .route(reading().to(async || HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE))),
        )
        .service(web::resource("/guide/{name}").route(reading().to(chapter)));
}

async fn chapter(name: web::Path<String>) -> Outcome<HttpResponse> {
    let name = name.strip_suffix(".md").unwrap_or(&name);
    let (name, text) = CHAPTERS.iter().find(|(known, _)| *known == name).ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(page(name, text)))
}

/// The heading of a chapter.
fn title(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_start_matches("# ")
}

fn page(name: &str, text: &str) -> String {
    let mut links = String::new();
    for (other, text) in CHAPTERS {
        let current = if *other == name { " aria-current=\"page\"" } else { "" };
        let _ = write!(links, "<a href=\"/guide/{other}\"{current}>{}</a>", title(text));
    }
    let mut content = String::new();
    html::push_html(&mut content, Parser::new_ext(text, Options::ENABLE_TABLES));
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{} · isms</title><link rel=\"stylesheet\" href=\"/guide/guide.css\"></head><body>\
         <nav aria-label=\"Guide\"><strong>isms</strong>{links}<a href=\"/docs\">REST</a><a href=\"/graphiql\">GraphQL</a></nav>\
         <main>{content}</main></body></html>",
        title(text)
    )
}
