//! C2SP tlog-checkpoint: the size and root of a log at one moment, as the text of a signed note.

use crate::key::Signer;
use crate::note::Error;
use crate::tree::{Hash, MOST};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What the extension line that dates a checkpoint begins with; microseconds since 1970-01-01T00:00:00Z follow.
const AT: &str = "at ";

/// The state of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's identity, such as `isms.example/trail/3f2a`: one line, and the name of the key that signs.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// The root of the tree of these entries (RFC 6962, 2.1).
    pub root: Hash,
    /// Lines that the specification leaves open, each not empty.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// The state of a log at `at` (microseconds since 1970), which goes into an extension line.
    pub fn dated(origin: &str, size: u64, root: Hash, at: i64) -> Self {
        Self { origin: origin.to_owned(), size, root, extensions: vec![format!("{AT}{at}")] }
    }

    /// When it says it was made, in microseconds since 1970; none if it has no such line, or one not as
    /// [`Checkpoint::dated`] writes it.
    pub fn at(&self) -> Option<i64> {
        let text = self.extensions.iter().find_map(|line| line.strip_prefix(AT))?;
        text.parse().ok().filter(|at: &i64| at.to_string() == text)
    }

    /// The text that is signed.
    ///
    /// # Errors
    /// [`Error::Note`] if it could not be read back: an empty line, or one with a control character.
    pub fn text(&self) -> Result<String, Error> {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root));
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        if Self::parse(&text).as_ref() == Ok(self) { Ok(text) } else { Err(Error::Note) }
    }

    /// The signed note of it.
    ///
    /// # Errors
    /// As [`Checkpoint::text`].
    pub fn sign(&self, signer: &Signer) -> Result<String, Error> {
        signer.note(&self.text()?)
    }

    /// Reads the text of a note whose signatures were verified.
    ///
    /// # Errors
    /// [`Error::Note`] unless it is just what [`Checkpoint::text`] writes: no leading zeroes or signs, the root 32 bytes
    /// in canonical base64, no empty line, and at most [`MOST`] entries.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut lines = text.strip_suffix('\n').ok_or(Error::Note)?.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty()).ok_or(Error::Note);
        let (origin, number, root) = (line()?.to_owned(), line()?, line()?);
        let size = number.parse().ok().filter(|size: &u64| *size <= MOST && size.to_string() == number);
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        let clean = !text.contains(|c| c < ' ' && c != '\n') && extensions.iter().all(|line| !line.is_empty());
        match (size, root) {
            (Some(size), Some(root)) if clean => Ok(Self { origin, size, root, extensions }),
            _ => Err(Error::Note),
        }
    }
}
