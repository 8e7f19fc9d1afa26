//! Patterns of tool names and call ids, and the closest text that matches one.

/// A pattern of names or ids, of the service or of a family of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// `[a-zA-Z0-9_-]{1,64}`: names of tools in the service model, and ids for Claude.
    /// See <https://github.com/badlogic/pi-mono/issues/781> (L26, L30).
    Alnum64Dash,
    /// `[a-zA-Z0-9_.:-]{1,64}`: ids in the service model.
    ServiceDefault,
    /// Nine letters and digits: ids for Mistral. See <https://github.com/vercel/ai/commit/d5466df> (L31).
    Alnum9,
}

/// The longest name or id of the service, in characters.
const MAX_LENGTH: usize = 64;

/// The length of the hash that distinguishes replaced names. Eight digits are 40 bits.
const HASH_LENGTH: usize = 8;

/// The digits of a hash: letters and numbers that every pattern of the service allows.
const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

impl Pattern {
    /// Returns whether a text matches.
    pub(crate) fn matches(self, text: &str) -> bool {
        let has_length =
            if self == Self::Alnum9 { text.len() == 9 } else { (1..=MAX_LENGTH).contains(&text.len()) };
        has_length && text.bytes().all(|byte| self.allows(byte))
    }

    fn allows(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || match self {
                Self::Alnum64Dash => matches!(byte, b'_' | b'-'),
                Self::ServiceDefault => matches!(byte, b'_' | b'-' | b'.' | b':'),
                Self::Alnum9 => false,
            }
    }

    /// Returns the text with `_` for each illegal character. `None` if that alone does not make it match.
    pub(super) fn closest(self, text: &str) -> Option<String> {
        let replaced = self.with_underscores(text);
        self.matches(&replaced).then_some(replaced)
    }

    /// Returns a text that matches and ends in a hash of the original.
    ///
    /// Cutting at the limit alone makes different names equal. See vercel's `sanitizeToolName`,
    /// <https://github.com/maximhq/bifrost/issues/3890> (L29, M15).
    pub(super) fn hashed(self, text: &str, salt: u64) -> String {
        if self == Self::Alnum9 {
            return hash_digits(text, salt, 9);
        }
        let start: String = self.with_underscores(text).chars().take(MAX_LENGTH - HASH_LENGTH - 1).collect();
        format!("{start}_{}", hash_digits(text, salt, HASH_LENGTH))
    }

    fn with_underscores(self, text: &str) -> String {
        let is_legal = |c: char| u8::try_from(c).is_ok_and(|byte| self.allows(byte));
        text.chars().map(|c| if is_legal(c) { c } else { '_' }).collect()
    }
}

/// Returns the hash of a text as this many digits, at most twelve. Another `salt` gives another hash.
///
/// FNV-1a with the finalizer of splitmix64. It protects no secret, so it need not be strong, but it must not change: the
/// standard library's hasher may change from one version to the next, which would break cached prefixes (M18).
fn hash_digits(text: &str, salt: u64, length: usize) -> String {
    // The offset basis and the prime of 64-bit FNV: http://www.isthe.com/chongo/tech/comp/fnv/.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ salt;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    // FNV leaves the high bits of short texts almost constant, and the digits come from all bits.
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    let digit = |place: usize| {
        let index = usize::try_from((hash >> (5 * place)) & 31).unwrap_or_default();
        DIGITS.get(index).map_or('0', |digit| char::from(*digit))
    };
    (0..length.min(12)).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::hash_digits;

    #[test]
    fn hash_of_known_texts_never_changes() {
        assert_eq!(hash_digits("fs.read file", 0, 8), "s29p8ead");
        assert_eq!(hash_digits("", 0, 9), "r4qbrk6tl");
        assert_ne!(hash_digits("a", 0, 8), hash_digits("a", 1, 8));
    }
}
