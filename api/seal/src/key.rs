//! The Ed25519 keys of C2SP signed notes, private and public, and how they are written.

use crate::note::{Error, texted};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// The type byte of plain Ed25519 signatures over the text (c2sp.org/signed-note, “Signature types”).
const ED25519: u8 = 1;

pub(crate) fn named(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+' || c.is_control())
}

/// The key id: SHA-256(name || 0x0A || 0x01 || public key), its first four bytes.
fn id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let hash = Sha256::new_with_prefix(name).chain_update([b'\n', ED25519]).chain_update(key.as_bytes());
    let [a, b, c, d, ..]: [u8; 32] = hash.finalize().into();
    [a, b, c, d]
}

fn encoded(name: &str, id: [u8; 4], key: &[u8; 32]) -> String {
    let mut typed = vec![ED25519];
    typed.extend_from_slice(key);
    format!("{name}+{:08x}+{}", u32::from_be_bytes(id), STANDARD.encode(typed))
}

/// Name and 32 bytes of `name+id+base64`; the id is the caller's to check.
fn decoded(text: &str) -> Option<(&str, [u8; 32])> {
    let (name, rest) = text.split_once('+').filter(|(name, _)| named(name))?;
    let bytes = STANDARD.decode(rest.split_once('+')?.1).ok()?;
    let key = bytes.strip_prefix(&[ED25519])?.try_into().ok()?;
    Some((name, key))
}

/// A key that verifies notes (a “vkey”): public, to be handed to whoever is to check them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    name: String,
    key: VerifyingKey,
}

impl Key {
    /// Reads `name+id+base64`, the id eight lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`Error::Key`], also for the weak keys of small order, for which a signature says nothing.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (name, bytes) = decoded(text).ok_or(Error::Key)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| Error::Key)?;
        let key = Self { name: name.to_owned(), key };
        if key.key.is_weak() || key.to_string() != text { Err(Error::Key) } else { Ok(key) }
    }

    /// The name; for a log's key, the log's origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key id that stands in signatures.
    pub fn id(&self) -> u32 {
        u32::from_be_bytes(id(&self.name, &self.key))
    }

    pub(crate) fn signed(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|sig| self.key.verify_strict(text.as_bytes(), &sig).is_ok())
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encoded(&self.name, id(&self.name, &self.key), self.key.as_bytes()))
    }
}

/// A key that signs notes. Its bytes are wiped from memory when it goes.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl Signer {
    /// The key of this name with these 32 bytes of a cryptographic random source (RFC 8032, 5.1.5).
    ///
    /// # Errors
    /// [`Error::Key`] if the name is empty or has a space, a `+` or a control character.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, Error> {
        let key = SigningKey::from_bytes(seed);
        if named(name) { Ok(Self { name: name.to_owned(), key }) } else { Err(Error::Key) }
    }

    /// The same key under another name.
    ///
    /// # Errors
    /// As [`Signer::new`].
    pub fn named(&self, name: &str) -> Result<Self, Error> {
        Self::new(name, self.key.as_bytes())
    }

    /// Reads a key file: one line `PRIVATE+KEY+name+id+base64`, with or without a newline at its end.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub fn parse(file: &str) -> Result<Self, Error> {
        let line = file.strip_suffix('\n').unwrap_or(file);
        let (name, seed) = line.strip_prefix("PRIVATE+KEY+").and_then(decoded).ok_or(Error::Key)?;
        let signer = Self::new(name, &seed)?;
        if signer.secret() == line { Ok(signer) } else { Err(Error::Key) }
    }

    /// The line of the key file: secret.
    pub fn secret(&self) -> String {
        let id = id(&self.name, &self.key.verifying_key());
        format!("PRIVATE+KEY+{}", encoded(&self.name, id, self.key.as_bytes()))
    }

    /// The public key that verifies what this one signs.
    pub fn key(&self) -> Key {
        Key { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The note of a text with this signature; [`Signer::line`] adds further ones.
    ///
    /// # Errors
    /// [`Error::Note`] if the text does not end in a newline or has another control character.
    pub fn note(&self, text: &str) -> Result<String, Error> {
        if texted(text) { Ok(format!("{text}\n{}", self.line(text))) } else { Err(Error::Note) }
    }

    /// The signature line over a text, with its newline.
    pub fn line(&self, text: &str) -> String {
        let mut bytes = id(&self.name, &self.key.verifying_key()).to_vec();
        bytes.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("\u{2014} {} {}\n", self.name, STANDARD.encode(bytes))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.key())
    }
}
