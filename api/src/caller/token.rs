//! The text of a bearer token: recognisable, checked before any look-up, stored only as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::RngCore;
use sha2::{Digest, Sha256};

/// What every token starts with, so that scanners find a leaked one.
const PREFIX: &str = "isms_";

/// A fresh token: the prefix, 32 random bytes and a CRC-32 of them, in URL-safe base64.
pub fn mint() -> String {
    let mut bytes = [0_u8; 36];
    let (secret, check) = bytes.split_at_mut(32);
    rand::rng().fill_bytes(secret);
    check.copy_from_slice(&crc32fast::hash(secret).to_be_bytes());
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// A secret that the service keeps for itself: 32 random bytes in hexadecimal.
pub fn secret() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex(&bytes)
}

/// The hash that is stored, or nothing when the text cannot be a token of ours.
pub fn hash(token: &str) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
    let (secret, check) = bytes.split_at_checked(32)?;
    (check == crc32fast::hash(secret).to_be_bytes()).then(|| hex(&Sha256::digest(token.as_bytes())))
}

/// The first characters, to tell tokens apart.
pub fn hint(token: &str) -> String {
    token.chars().take(PREFIX.len() + 4).collect()
}

/// What is written in hexadecimal; none for anything else.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect::<Option<_>>();
    bytes.filter(|_| rest.is_empty())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    text.extend(
        bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|four| char::from_digit(four.into(), 16)),
    );
    text
}
