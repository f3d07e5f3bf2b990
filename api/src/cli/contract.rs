//! `isms contract`: writes what the doors promise into the files that are checked in.

use crate::app;
use crate::gateway;
use crate::resource::{Error, Outcome};
use std::path::Path;

/// Writes the contract files into this folder.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn write(folder: &Path) -> Outcome<()> {
    put(folder, "openapi.json", &serde_json::to_string_pretty(&app::registry().document())?)?;
    put(folder, "schema.graphql", &gateway::sdl()?)
}

fn put(folder: &Path, name: &str, text: &str) -> Outcome<()> {
    let path = folder.join(name);
    let text = format!("{}\n", text.trim_end());
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|error| Error::Internal(format!("{}: {error}", path.display())))?;
    say!("Wrote {}", path.display());
    Ok(())
}
