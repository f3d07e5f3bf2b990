//! The body of an entry: open content, and salted commitments to personal data that stay provable once it is erased.
//!
//! A commitment is HMAC-SHA-256 with a random 32-byte salt as the key. It hides: without the salt HMAC is a
//! pseudo-random function (RFC 2104; Bellare 2006), so even a guessable value, a name or address, cannot be tried out
//! against it once the salt is erased; a plain or publicly salted hash would let it. It binds: the salt has one length
//! below SHA-256's block, so that two openings of one commitment would be a collision of SHA-256. And unlike
//! SHA-256(salt || value) nothing can be appended to it. The context says which field the value is of; it has no zero
//! byte, so that where it ends is never in doubt.

use crate::tree::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The first line of every body. It keeps a body's hash from ever being that of something else.
const TITLE: &str = "isms-body/1\n";
/// What every commitment's message begins with, for the same reason.
const COMMITMENT: &[u8] = b"isms-commitment/1\0";

/// A value with the salt that its commitment was made with: kept beside the body, and erased to erase the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Which of the body's commitments it opens.
    pub context: String,
    /// 32 bytes of a cryptographic random source, never used for another commitment.
    pub salt: [u8; 32],
    /// The personal data itself, as bytes that are kept unchanged.
    pub value: Vec<u8>,
}

impl Opening {
    fn mac(&self) -> Hmac<Sha256> {
        let mut key = [0; 64];
        for (byte, salt) in key.iter_mut().zip(self.salt) {
            *byte = salt;
        }
        let mac = Hmac::<Sha256>::new(&key.into()).chain_update(COMMITMENT);
        mac.chain_update(self.context.as_bytes()).chain_update([0]).chain_update(&self.value)
    }

    /// The commitment to it.
    pub fn commitment(&self) -> Hash {
        self.mac().finalize().into_bytes().into()
    }

    /// Whether it opens this commitment.
    pub fn opens(&self, commitment: &Hash) -> bool {
        self.mac().verify_slice(commitment).is_ok()
    }
}

/// A body. Encoded: the line `isms-body/1`, a line `context base64` for each commitment in the order of their contexts,
/// an empty line, and the open content. Its bytes are stored and hashed as they are, never made anew from a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Context and commitment, each context once, ascending: not empty, without spaces and control characters.
    pub commitments: Vec<(String, Hash)>,
    /// What is no personal data, such as a JSON text: any bytes.
    pub open: Vec<u8>,
}

impl Body {
    /// A body that commits to these openings, in whatever order they are handed in.
    pub fn new(open: &[u8], openings: &[Opening]) -> Self {
        let commit = |opening: &Opening| (opening.context.clone(), opening.commitment());
        let mut commitments: Vec<(String, Hash)> = openings.iter().map(commit).collect();
        commitments.sort_unstable();
        Self { commitments, open: open.to_vec() }
    }

    /// The bytes to store; none if a context is not as [`Body`] says, or stands twice.
    pub fn encode(&self) -> Option<Vec<u8>> {
        let mut head = TITLE.to_owned();
        for (context, commitment) in &self.commitments {
            head.extend([context, " ", &STANDARD.encode(commitment), "\n"]);
        }
        head.push('\n');
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.open);
        Some(bytes).filter(|bytes| Self::parse(bytes).as_ref() == Some(self))
    }

    /// Reads a body; none unless it is just what [`Body::encode`] writes.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(TITLE.as_bytes())?;
        let mut commitments: Vec<(String, Hash)> = Vec::new();
        loop {
            let mut parts = rest.splitn(2, |byte| *byte == b'\n');
            let line = str::from_utf8(parts.next()?).ok()?;
            rest = parts.next()?;
            if line.is_empty() {
                return Some(Self { commitments, open: rest.to_vec() });
            }
            let (context, commitment) = line.split_once(' ')?;
            let commitment = STANDARD.decode(commitment).ok()?.try_into().ok()?;
            let bad = |c: char| c.is_whitespace() || c.is_control();
            let follows = commitments.last().is_none_or(|(last, _)| last.as_str() < context);
            if context.is_empty() || context.contains(bad) || !follows {
                return None;
            }
            commitments.push((context.to_owned(), commitment));
        }
    }
}

/// What an entry says of its body: the SHA-256 of the body's bytes as they are stored.
pub fn hash(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}
