//! What somebody asked, as it is noted: in a small and bounded number of characters, however much they sent.

use crate::caller::token;
use sha2::{Digest, Sha256};

/// So many characters are noted as they came.
const NOTED: usize = 2_500;

/// A text as it is noted: the whole of a short one; of a longer one the beginning, its length, and a digest by which
/// whoever has the rest can show that it is the same.
pub fn noted(text: &str) -> String {
    let text = text.replace('\0', " ");
    let Some((end, _)) = text.char_indices().nth(NOTED) else { return text };
    let beginning = text.get(..end).unwrap_or_default();
    let digest = token::hex(&Sha256::digest(&text));
    format!("{beginning}… ({} bytes in all, SHA-256 {digest})", text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_noted_by_its_beginning_and_a_digest_of_all() {
        assert_eq!(noted("GET /v1/me\0"), "GET /v1/me ");
        let long = |end: &str| noted(&("ä".repeat(40_000) + end));
        assert!(long("a").chars().count() < NOTED + 200);
        assert_ne!(long("a"), long("b"));
        assert_eq!(noted(&"ä".repeat(NOTED)), "ä".repeat(NOTED));
    }
}
