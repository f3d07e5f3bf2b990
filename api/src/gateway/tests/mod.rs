//! What the gateway promises, asked over HTTP of a whole service.

mod limits;
mod records;
mod transport;
mod world;

#[test]
fn the_schema_is_the_one_checked_in() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/schema.graphql");
    let drawn = super::sdl().unwrap();
    if std::env::var_os("ISMS_WRITE_CONTRACT").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == drawn, "openapi/schema.graphql is not what the code draws; write it anew");
}
