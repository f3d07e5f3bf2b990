//! C2SP signed notes: a text with the signatures of those who vouch for it, strictly read.

use crate::key::{Key, named};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest note that is read, in bytes: room for the 16 signatures a verifier has to accept, of any assigned type.
const LONGEST: usize = 256 * 1024;

/// Why a note or key was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a key of c2sp.org/signed-note, not of Ed25519, its id not its own, or not written the one way it may be.
    #[error("malformed key")]
    Key,
    /// Not a note of c2sp.org/signed-note.
    #[error("malformed note")]
    Note,
    /// The same key's signature stands twice.
    #[error("a signature stands twice")]
    Twice,
    /// No signature by a trusted key.
    #[error("not signed by a trusted key")]
    Unknown,
    /// A signature names a trusted key and is not that key's signature of this text.
    #[error("a signature does not verify")]
    Signature,
}

pub(crate) fn texted(text: &str) -> bool {
    text.ends_with('\n') && !text.contains(|c| c < ' ' && c != '\n')
}

/// A note as it was read, its signatures not yet checked: its text means nothing until [`Note::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note<'a> {
    text: &'a str,
    /// Name, key id and signature of each line.
    signatures: Vec<(&'a str, u32, Vec<u8>)>,
}

impl<'a> Note<'a> {
    /// Reads a note (c2sp.org/signed-note, “Format”) of at most 256 KiB.
    ///
    /// # Errors
    /// [`Error::Note`] for anything but a text, an empty line, and signature lines to the end; [`Error::Twice`].
    pub fn parse(note: &'a str) -> Result<Self, Error> {
        let end = note.rfind("\n\n").filter(|_| note.len() <= LONGEST && texted(note)).ok_or(Error::Note)?;
        let (text, lines) = note.split_at_checked(end + 1).ok_or(Error::Note)?;
        let mut signatures: Vec<(&str, u32, Vec<u8>)> = Vec::new();
        let lines = lines.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n')).ok_or(Error::Note)?;
        for line in lines.split('\n') {
            let (name, rest) = line.strip_prefix("\u{2014} ").and_then(|l| l.split_once(' ')).ok_or(Error::Note)?;
            let bytes = STANDARD.decode(rest).ok().filter(|_| named(name)).ok_or(Error::Note)?;
            let (id, signature) = bytes.split_first_chunk().filter(|(_, sig)| !sig.is_empty()).ok_or(Error::Note)?;
            let id = u32::from_be_bytes(*id);
            if signatures.iter().any(|(other, same, _)| (*other, *same) == (name, id)) {
                return Err(Error::Twice);
            }
            signatures.push((name, id, signature.to_vec()));
        }
        Ok(Self { text, signatures })
    }

    /// The text and the trusted keys that signed it. Signatures of other keys are ignored, as the specification has it.
    ///
    /// # Errors
    /// [`Error::Signature`] if a trusted key is named and did not sign this text, [`Error::Unknown`] if none is named.
    pub fn verify<'k>(&self, trusted: &'k [Key]) -> Result<(&'a str, Vec<&'k Key>), Error> {
        let mut by = Vec::new();
        for (name, id, signature) in &self.signatures {
            let mut known = trusted.iter().filter(|key| key.name() == *name && key.id() == *id).peekable();
            if known.peek().is_some() {
                by.push(known.find(|key| key.signed(self.text, signature)).ok_or(Error::Signature)?);
            }
        }
        if by.is_empty() { Err(Error::Unknown) } else { Ok((self.text, by)) }
    }
}
