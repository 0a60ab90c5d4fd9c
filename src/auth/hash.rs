//! [`Hash`]: the hashes of HTTP Digest.

use md5::Md5;
use md5::digest::Digest;
use sha2::Sha256;

use super::challenge::Algorithm;

const DIGITS: &[u8; 16] = b"0123456789abcdef";
/// The digits of the longer one.
const LONGEST: usize = 64;

/// A hash that is being computed. What many begin with is computed once, and cloned.
#[derive(Clone)]
pub(super) enum Hash {
    Md5(Md5),
    Sha256(Sha256),
}

impl Hash {
    pub(super) fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Md5 => Hash::Md5(Md5::new()),
            Algorithm::Sha256 => Hash::Sha256(Sha256::new()),
        }
    }

    /// Adds these texts, one after the other.
    pub(super) fn with(mut self, texts: &[&str]) -> Self {
        for text in texts {
            match &mut self {
                Hash::Md5(hash) => hash.update(text),
                Hash::Sha256(hash) => hash.update(text),
            }
        }
        self
    }

    /// Returns the hash as hexadecimal digits.
    pub(super) fn finish(self) -> String {
        match self {
            Hash::Md5(hash) => hexadecimal(&hash.finalize()),
            Hash::Sha256(hash) => hexadecimal(&hash.finalize()),
        }
    }
}

/// Writes bytes as hexadecimal digits: at most as many as a hash has.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let mut digits = [0; LONGEST];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    let written = digits.get(..2 * bytes.len()).unwrap_or_default();
    str::from_utf8(written).unwrap_or_default().to_owned()
}
