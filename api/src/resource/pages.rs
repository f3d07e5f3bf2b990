//! Pages that are served from the binary: nothing is loaded from anywhere else.

use super::{Error, Outcome};
use actix_web::http::header;
use actix_web::{HttpResponse, Route, guard, web};
use include_dir::Dir;

/// A page and the files that it needs.
#[derive(Clone, Copy)]
pub struct Pages {
    /// The page, `page.html`, and its files.
    pub files: &'static Dir<'static>,
    /// What it may do (Content-Security-Policy).
    pub policy: &'static str,
}

impl Pages {
    /// Mounts the page at this address and its files below it.
    pub fn mount(self, config: &mut web::ServiceConfig, at: &str) {
        let page = move || async move { self.file("page.html") };
        let file = move |name: web::Path<String>| async move { self.file(&name) };
        config
            .service(web::resource(at).route(reading().to(page)))
            .service(web::resource(format!("{at}/{{file}}")).route(reading().to(file)));
    }

    fn file(self, name: &str) -> Outcome<HttpResponse> {
        let file = self.files.get_file(name).ok_or(Error::NotFound)?;
        let kind = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            _ => "text/plain; charset=utf-8",
        };
        Ok(HttpResponse::Ok()
            .content_type(kind)
            .insert_header((header::CONTENT_SECURITY_POLICY, self.policy))
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .body(file.contents()))
    }
}

/// `GET` and, for those who want no body, `HEAD`.
pub fn reading() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}
