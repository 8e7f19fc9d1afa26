//! Patterns of tool names and call ids, replacements for illegal ones, and the way back.

use std::collections::{BTreeMap, BTreeSet};

/// A pattern of names or ids, of the service or of a family of models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// `[a-zA-Z0-9_-]{1,64}`: names of tools in the service model, and ids for Claude.
    /// See <https://github.com/badlogic/pi-mono/issues/781> (L26, L30).
    Alnum64Dash,
    /// `[a-zA-Z0-9_.-]{1,64}`: names of properties at the top of a tool's schema, for Claude. See
    /// <https://github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/issues/709>
    /// (L134).
    Alnum64DashDot,
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
                Self::Alnum64DashDot => matches!(byte, b'_' | b'-' | b'.'),
                Self::ServiceDefault => matches!(byte, b'_' | b'-' | b'.' | b':'),
                Self::Alnum9 => false,
            }
    }

    /// Returns the text with `_` for each illegal character. `None` if that alone does not make it match.
    fn closest(self, text: &str) -> Option<String> {
        let replaced = self.with_underscores(text);
        self.matches(&replaced).then_some(replaced)
    }

    /// Returns a text that matches and ends in a hash of the original.
    ///
    /// Cutting at the limit alone makes different names equal. See vercel's `sanitizeToolName`,
    /// <https://github.com/maximhq/bifrost/issues/3890> (L29, M15).
    fn hashed(self, text: &str, salt: u64) -> String {
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

/// Replacements for the illegal ones of a set of names, each unique.
///
/// A legal name stays. An illegal one gets `_` for each illegal character; if the result is too long, or equal to
/// another name, it ends in a hash of the original. The map depends on which names there are, not on their order: a map
/// by order of registration changed names between requests in agentgateway (M18). No name becomes equal to a reserved
/// one, which belongs to the service.
#[derive(Clone, Debug)]
pub(crate) struct RenameMap(BTreeMap<String, String>);

impl RenameMap {
    /// Creates a map for names. Returns `None` if all of them are legal.
    pub(crate) fn new<'n>(
        names: impl Iterator<Item = &'n str> + Clone,
        reserved: impl Iterator<Item = &'n str>,
        pattern: Pattern,
    ) -> Option<Self> {
        if names.clone().all(|name| pattern.matches(name)) {
            return None;
        }
        let mut used: BTreeSet<String> = reserved.map(str::to_owned).collect();
        let mut illegal = BTreeSet::new();
        for name in names {
            let set = if pattern.matches(name) { &mut used } else { &mut illegal };
            set.insert(name.to_owned());
        }
        let mut candidates: BTreeMap<String, usize> = BTreeMap::new();
        for name in illegal.iter().filter_map(|name| pattern.closest(name)) {
            *candidates.entry(name).or_default() += 1;
        }
        let mut map = BTreeMap::new();
        let mut colliding = Vec::new();
        for name in illegal {
            let closest = pattern.closest(&name);
            let is_unique = |closest: &String| !used.contains(closest) && candidates.get(closest) == Some(&1);
            match closest.filter(is_unique) {
                Some(renamed) => drop(map.insert(name, renamed)),
                None => colliding.push(name),
            }
        }
        used.extend(map.values().cloned());
        for name in colliding {
            // Two hashes of a thousand names collide once in two million requests; the next salt then decides.
            let mut salts = 0..;
            let unused = salts.find_map(|salt| {
                Some(pattern.hashed(&name, salt)).filter(|renamed| used.insert(renamed.clone()))
            });
            map.extend(unused.map(|renamed| (name, renamed)));
        }
        Some(Self(map))
    }

    /// Returns the replacement of a name. `None` for a legal one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Replaces a name, if it is illegal.
    pub(crate) fn apply(&self, name: &mut String) {
        if let Some(renamed) = self.get(name) {
            renamed.clone_into(name);
        }
    }

    /// Iterates over the illegal names and their replacements.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, renamed)| (name.as_str(), renamed.as_str()))
    }
}

/// The caller's names of tools, by the names in the request.
#[derive(Clone, Debug, Default)]
pub(crate) struct ToolNameMap(BTreeMap<String, String>);

impl ToolNameMap {
    /// Returns the caller's name of a tool. `None` if it was sent unchanged.
    pub(crate) fn original(&self, sent: &str) -> Option<&str> {
        self.0.get(sent).map(String::as_str)
    }
}

impl From<&RenameMap> for ToolNameMap {
    fn from(renames: &RenameMap) -> Self {
        Self(renames.iter().map(|(name, renamed)| (renamed.to_owned(), name.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests;
