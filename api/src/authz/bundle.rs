//! The policy files, embedded in the binary or handed in by a test.

use include_dir::{Dir, include_dir};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../policies");

/// Schema and policies as text, each with the name of its file.
#[derive(Clone, Debug, Default)]
pub struct Bundle {
    /// `.cedarschema` files.
    pub schemas: Vec<(String, String)>,
    /// `.cedar` files.
    pub policies: Vec<(String, String)>,
}

impl Bundle {
    /// The files that the product ships.
    pub fn embedded() -> Self {
        let mut bundle = Self::default();
        bundle.collect(&EMBEDDED);
        bundle
    }

    fn collect(&mut self, dir: &Dir<'static>) {
        for file in dir.files() {
            let name = file.path().display().to_string();
            // A file that is not text is refused by the parser, never passed over.
            let text = String::from_utf8_lossy(file.contents()).into_owned();
            if name.ends_with(".cedarschema") {
                self.schemas.push((name, text));
            } else if name.ends_with(".cedar") {
                self.policies.push((name, text));
            }
        }
        for sub in dir.dirs() {
            self.collect(sub);
        }
    }
}
