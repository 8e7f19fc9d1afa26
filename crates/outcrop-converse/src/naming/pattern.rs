//! Patterns of names of tools and ids of calls.

use super::hash;

/// A pattern that the service, or a family of models, wants names or ids to match.
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

/// The length of the hash that tells two replaced names apart.
const HASH_LENGTH: usize = 8;

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
            return hash::digits(text, salt, 9);
        }
        let start: String = self.with_underscores(text).chars().take(MAX_LENGTH - HASH_LENGTH - 1).collect();
        format!("{start}_{}", hash::digits(text, salt, HASH_LENGTH))
    }

    fn with_underscores(self, text: &str) -> String {
        let is_legal = |c: char| u8::try_from(c).is_ok_and(|byte| self.allows(byte));
        text.chars().map(|c| if is_legal(c) { c } else { '_' }).collect()
    }
}
