//! Marks what the service gives out and takes back, such as cursors, with a secret of the organisation.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// A secret of one organisation, the same on every server and after every start.
#[derive(Clone)]
pub struct Seal(Vec<u8>);

impl Seal {
    /// The length of a mark, bytes.
    pub const LENGTH: usize = 16;

    /// From the secret that the database keeps.
    pub fn new(secret: &str, organisation: Uuid) -> Self {
        Self([secret.as_bytes(), organisation.as_bytes()].concat())
    }

    /// The mark of this text for this use (HMAC, RFC 2104).
    pub fn mark(&self, usage: &str, text: &str) -> Vec<u8> {
        let whole = self.mac(usage, text).map(|mac| mac.finalize().into_bytes());
        whole.map(|bytes| bytes.iter().take(Self::LENGTH).copied().collect()).unwrap_or_default()
    }

    /// Whether this is the mark of this text for this use; takes equally long whatever it differs in.
    pub fn made(&self, usage: &str, text: &str, mark: &[u8]) -> bool {
        mark.len() == Self::LENGTH && self.mac(usage, text).is_some_and(|mac| mac.verify_truncated_left(mark).is_ok())
    }

    fn mac(&self, usage: &str, text: &str) -> Option<Hmac<Sha256>> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        Some(mac.chain_update(usage).chain_update([0]).chain_update(text))
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_good_for_one_secret_use_and_text() {
        let seal = Seal::new("secret", Uuid::from_u128(1));
        let mark = seal.mark("list", "text");
        assert!(seal.made("list", "text", &mark));
        assert!(!seal.made("lis", "ttext", &mark));
        assert!(!seal.made("list", "text", mark.get(..8).unwrap()));
        assert!(!Seal::new("other", Uuid::from_u128(1)).made("list", "text", &mark));
        assert!(!Seal::new("secret", Uuid::from_u128(2)).made("list", "text", &mark));
    }
}
