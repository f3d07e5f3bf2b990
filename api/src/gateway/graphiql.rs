//! GraphiQL, served from the binary.

use crate::resource::Pages;
use actix_web::web;
use include_dir::{Dir, include_dir};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/graphiql");

/// Only this service's own files; the editor writes styles into the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Mounts the page and its files.
pub fn mount(config: &mut web::ServiceConfig) {
    Pages { files: &FILES, policy: POLICY }.mount(config, "/graphiql");
}
