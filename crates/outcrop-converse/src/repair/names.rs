//! Names of tools and ids of calls, mapped to ones that the service takes.

use std::collections::{BTreeMap, BTreeSet};

use super::hash;

/// What names or ids the service, or a family of models, takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// `[a-zA-Z0-9_-]{1,64}`: names of tools, and ids as Claude wants them (lesson L30).
    Dashes,
    /// `[a-zA-Z0-9_.:-]{1,64}`: ids as the service itself takes them.
    DotsAndDashes,
    /// Nine letters and digits: ids as Mistral wants them (lesson L31).
    Nine,
}

/// The most letters of a name or an id.
const LONGEST: usize = 64;

/// How many letters of a hash tell two names apart.
const HASHED: usize = 8;

impl Pattern {
    /// Whether a text is taken as it is.
    pub(crate) fn takes(self, text: &str) -> bool {
        let length = if self == Self::Nine { text.len() == 9 } else { (1..=LONGEST).contains(&text.len()) };
        length && text.bytes().all(|byte| self.takes_letter(byte))
    }

    fn takes_letter(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || match self {
                Self::Dashes => matches!(byte, b'_' | b'-'),
                Self::DotsAndDashes => matches!(byte, b'_' | b'-' | b'.' | b':'),
                Self::Nine => false,
            }
    }

    /// The text with `_` for each letter that is not taken; `None` where that alone does not make it legal.
    fn closest(self, text: &str) -> Option<String> {
        let legal = self.with_underscores(text);
        self.takes(&legal).then_some(legal)
    }

    /// A legal text that a hash tells from others.
    fn hashed(self, text: &str, salt: u64) -> String {
        if self == Self::Nine {
            return hash::digits(text, salt, 9);
        }
        let start: String = self.with_underscores(text).chars().take(LONGEST - HASHED - 1).collect();
        format!("{start}_{}", hash::digits(text, salt, HASHED))
    }

    fn with_underscores(self, text: &str) -> String {
        let taken = |c: char| u8::try_from(c).is_ok_and(|byte| self.takes_letter(byte));
        text.chars().map(|c| if taken(c) { c } else { '_' }).collect()
    }
}

/// The legal names of those that are not, each its own.
///
/// A legal name keeps itself. An illegal one gets `_` for what is not taken; one that would then be like another, or
/// is too long, gets a hash of itself in the end. The map depends on which names there are, not on their order. No name
/// becomes like a reserved one, which belongs to somebody else and stays as it is.
#[derive(Clone, Debug)]
pub(crate) struct Renaming(BTreeMap<String, String>);

impl Renaming {
    /// The map for these names; `None` when all of them are legal.
    pub(crate) fn of<'n>(
        names: impl Iterator<Item = &'n str> + Clone,
        reserved: impl Iterator<Item = &'n str>,
        pattern: Pattern,
    ) -> Option<Self> {
        if names.clone().all(|name| pattern.takes(name)) {
            return None;
        }
        let mut taken: BTreeSet<String> = reserved.map(str::to_owned).collect();
        let mut illegal = BTreeSet::new();
        for name in names {
            if pattern.takes(name) {
                taken.insert(name.to_owned())
            } else {
                illegal.insert(name.to_owned())
            };
        }
        let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
        for name in illegal.iter().filter_map(|name| pattern.closest(name)) {
            *wanted.entry(name).or_default() += 1;
        }
        let mut map = BTreeMap::new();
        let mut crowded = Vec::new();
        for name in illegal {
            let closest = pattern.closest(&name);
            let own = closest.filter(|closest| !taken.contains(closest) && wanted.get(closest) == Some(&1));
            match own {
                Some(own) => drop(map.insert(name, own)),
                None => crowded.push(name),
            }
        }
        taken.extend(map.values().cloned());
        for name in crowded {
            let mut salts = 0..;
            let free = salts
                .find_map(|salt| Some(pattern.hashed(&name, salt)).filter(|own| taken.insert(own.clone())));
            map.extend(free.map(|free| (name, free)));
        }
        Some(Self(map))
    }

    /// What a name is mapped to; `None` for a legal one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The names that are mapped, and what they are mapped to.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, own)| (name.as_str(), own.as_str()))
    }
}

/// Names of tools as the request had to have them, and as the caller knows them.
#[derive(Clone, Debug, Default)]
pub(crate) struct SentNames(Vec<(String, String)>);

impl SentNames {
    /// The caller's name of a tool that the model calls by the name that was sent; `None` where they are the same. Only
    /// the caller's own calls have such names, not those of tools that the service runs.
    pub(crate) fn restored(&self, sent: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == sent).map(|(_, own)| own.as_str())
    }
}

impl From<&Renaming> for SentNames {
    fn from(renaming: &Renaming) -> Self {
        Self(renaming.iter().map(|(own, sent)| (sent.to_owned(), own.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests;
