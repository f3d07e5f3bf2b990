//! GraphQL assembly: one schema drawn from the record types, so that a new type costs nothing here.

mod board;
mod connection;
mod count;
mod cycle;
mod filter;
mod graphiql;
mod limits;
mod loader;
mod me;
mod name;
mod record;
mod records;
mod root;
mod session;
mod shape;
mod sketch;
#[cfg(test)]
mod tests;
mod transport;
mod watched;

pub use transport::mount;

use async_graphql::dynamic::Schema;
use std::sync::OnceLock;

/// The schema and what its limits know of it.
struct Gateway {
    schema: Schema,
    shape: shape::Shape,
}

/// The one schema, drawn at first use; it is the same for all callers.
fn gateway() -> crate::resource::Outcome<&'static Gateway> {
    static GATEWAY: OnceLock<Result<Gateway, String>> = OnceLock::new();
    let drawn = GATEWAY.get_or_init(|| root::draw().map_err(|error| error.to_string()));
    drawn.as_ref().map_err(|error| crate::resource::Error::Internal(error.clone()))
}

/// The schema in the schema definition language, the same text at each call.
///
/// # Errors
/// When the record types do not make a schema.
pub fn sdl() -> crate::resource::Outcome<String> {
    let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items();
    let text = gateway()?.schema.sdl_with_options(options);
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    Ok(lines.join("\n") + "\n")
}
