//! Text that nobody can guess.

use std::hash::{BuildHasher, Hasher, RandomState};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};

/// Returns 32 characters that nobody can guess by looking at others, for tokens and nonces.
pub(super) fn random_text() -> String {
    let mut bytes = [0; 24];
    for part in bytes.chunks_exact_mut(8) {
        let random = RandomState::new().build_hasher().finish();
        part.copy_from_slice(&random.to_ne_bytes());
    }
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
