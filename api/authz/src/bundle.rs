//! The policy files, embedded in the binary or handed in by a test.

use crate::engine::verbs;
use include_dir::{Dir, include_dir};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../policies");

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

    /// The whole schema as one text: that of the files, and every verb on every one of these types.
    pub fn schema(&self, types: &[&str]) -> String {
        let files = self.schemas.iter().map(|(_, text)| text.as_str());
        files.chain([verbs(types).as_str()]).collect::<Vec<_>>().join("\n")
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
